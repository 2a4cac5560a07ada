import {Command} from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'
import {isJson, outputFlags, parseCount, sourceFlags} from '../../src/cli/flags.js'
import {openSource} from '../../src/engine/open-source.js'
import {forkQuestion} from '../../src/engine/predict-forks/ask.js'
import {predictForks} from '../../src/engine/predict-forks.js'
import {showProgress} from '../../src/output/progress.js'
import {describeTerminal} from '../../src/output/terminal.js'
import {write} from '../../src/output/write.js'
import {renderForks} from '../../src/renderers/forks-text.js'
import {renderJson} from '../../src/renderers/json.js'

const number = Flags.custom<number>({parse: async (input, _, flag) => parseCount(input, `--${flag.name}`)})
const subjects = ['uid', 'pid', 'unit']

export default class PredictForks extends Command {
  static override summary = 'Say how many more tasks may be created, and what decides.'
  static override description =
    `Counts as the kernel does: all threads and zombies of a real UID in its user namespace, in containers too.
Exit code: 0; 2 bad usage, or no such process or unit; 3 if something that decides could not be known.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> --uid 105 --limit 3',
    '<%= config.bin %> <%= command.id %> --unit avahi-daemon.service --json',
  ]
  static override flags = {
    uid: number({description: 'Tasks of this UID on the host.', helpValue: 'N', exactlyOne: subjects}),
    pid: number({description: 'Tasks that this process may create.', helpValue: 'N', exactlyOne: subjects}),
    unit: Flags.string({
      description: 'Tasks that this systemd service may create.',
      helpValue: 'NAME',
      exactlyOne: subjects,
    }),
    limit: Flags.custom<number>({
      description: 'Soft RLIMIT_NPROC to assume: a number, or unlimited.',
      helpValue: 'N',
      parse: async (input) => (input === 'unlimited' ? Number.POSITIVE_INFINITY : parseCount(input, '--limit')),
    })(),
    ...sourceFlags,
    ...outputFlags,
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(PredictForks)
    const source = await openSource({from: flags.from, root: flags.root, timeoutMs: flags.timeout * 1000})
    const progress = showProgress(process.stderr, () => 'reading the host')
    const answer = await predictForks(source, forkQuestion(flags)).finally(() => progress.stop())
    const terminal = describeTerminal(process.stdout, process.env, flags.color)
    await write(isJson(flags) ? renderJson(answer) : renderForks(answer, terminal))
    process.exitCode = answer.exitCode
  }
}
