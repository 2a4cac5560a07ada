import type {Command} from '@oclif/core/command'
import {Plugin} from '@oclif/core/config'

type Load = () => Promise<{readonly default: Command.Class}>

/** oclif's view of the built netdoctor, whose commands are in one file with everything else. */
export class BundledPlugin extends Plugin {
  readonly #commands: Readonly<Record<string, Load>>

  /** @param commands by oclif's IDs (`predict:forks`) */
  constructor(root: string, commands: Readonly<Record<string, Load>>) {
    super({root, isRoot: true})
    this.#commands = commands
  }

  override async findCommand(id: string, options: {must: true}): Promise<Command.Class>
  override async findCommand(id: string, options?: {must: boolean}): Promise<Command.Class | undefined>
  override async findCommand(id: string): Promise<Command.Class | undefined> {
    const command = (await this.#commands[id]?.())?.default
    if (!command) return undefined
    command.id = id
    command.plugin = this
    return command
  }
}
