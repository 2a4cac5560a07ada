import {setFlagsFromString} from 'node:v8'
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
    if (!batches.has(id)) optimiseLater()
    command.id = id
    command.plugin = this
    return command
  }
}

/** Commands that may be asked for thousands of answers at once, which takes longer than what optimising costs. */
const batches: ReadonlySet<string> = new Set(['predict:tc', 'predict:source'])

/**
 * V8 optimises a function that has run for a millisecond or so. Of what runs for less than a second in all that costs
 * more than it gains (docs/decisions/009-read-units-fast.md). Not before all code is loaded: V8 takes compiled code, its own
 * modules' too, with the flags only with which it was compiled.
 */
function optimiseLater(): void {
  setFlagsFromString('--interrupt-budget=1000000')
}
