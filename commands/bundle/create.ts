import {Command} from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'
import {configFlag, sourceFlags} from '../../src/cli/flags.js'
import {createBundle} from '../../src/engine/create-bundle.js'
import {visible} from '../../src/output/escape.js'
import {showProgress} from '../../src/output/progress.js'
import {write} from '../../src/output/write.js'

export default class BundleCreate extends Command {
  static override summary = 'Record what a check of this host reads, to check it elsewhere.'
  static override description =
    `Writes files that only you can read. They name accounts, processes, containers, units and limits, and hold
unit files, the environment files they name and the scripts they start as they are, secrets included.
No environment or command line of a process but PID 1's environment.`
  static override examples = [
    '<%= config.bin %> bundle create --unpacked ./web1 && <%= config.bin %> check --from ./web1',
  ]
  static override flags = {
    unpacked: Flags.string({
      description: 'Folder to write; it must not exist yet, or be empty.',
      helpValue: 'DIR',
      required: true,
    }),
    timeout: sourceFlags.timeout,
    config: configFlag,
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(BundleCreate)
    const progress = showProgress(process.stderr, () => 'reading this host')
    const {inputs, secret} = await createBundle({
      unpacked: flags.unpacked,
      timeoutMs: flags.timeout * 1000,
      configFile: flags.config,
      tool: {name: this.config.name, version: this.config.version, root: this.config.root},
    }).finally(() => progress.stop())
    await write(
      `Recorded ${inputs} inputs in ${visible(flags.unpacked, 4096)}.
It may hold passwords and keys (${secret.join(', ')}): do not pass it on unread.\n`,
    )
  }
}
