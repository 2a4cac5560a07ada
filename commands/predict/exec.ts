import {string} from '@oclif/core/args'
import {Command} from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'
import {isJson, outputFlags, parseCount, sourceFlags} from '../../src/cli/flags.js'
import {openSource} from '../../src/engine/open-source.js'
import {execQuestion} from '../../src/engine/predict-exec/ask.js'
import {exitCodeWith, predictExecs} from '../../src/engine/predict-exec.js'
import {showProgress} from '../../src/output/progress.js'
import {describeTerminal} from '../../src/output/terminal.js'
import {write} from '../../src/output/write.js'
import {renderExec} from '../../src/renderers/exec-text.js'
import {renderJson, renderJsonLine} from '../../src/renderers/json.js'

export default class PredictExec extends Command {
  static override summary = 'Say what systemd would execute for a unit: every argument, and why.'
  static override description =
    `Shows which variables are set, where, and which words of a command vanish, stay as they are or become empty.
Reads files only, so it also works where systemd does not run. Several units, or --all, give one line of JSON each.
Exit code: 0; 2 bad usage, or no such unit; 3 if something that decides could not be known.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> elasticsearch.service',
    '<%= config.bin %> <%= command.id %> nginx --root /mnt --systemd-version 257 --json',
  ]
  static override args = {
    unit: string({description: 'Units; ssh is ssh.service.', multiple: true, required: false}),
  }
  static override flags = {
    all: Flags.boolean({description: 'All services and sockets.', default: false}),
    'systemd-version': Flags.custom<number>({
      description: 'Version to answer for; otherwise the one that is installed.',
      helpValue: 'N',
      parse: async (input) => parseCount(input, '--systemd-version'),
    })(),
    'show-values': Flags.boolean({description: 'Values of variables, too. They may be secrets.', default: false}),
    ...sourceFlags,
    ...outputFlags,
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(PredictExec)
    const question = execQuestion(args.unit ?? [], flags)
    const source = await openSource({from: flags.from, root: flags.root, timeoutMs: flags.timeout * 1000})
    const progress = showProgress(process.stderr, () => 'reading units')
    const answers = await predictExecs(source, question).finally(() => progress.stop())
    const terminal = describeTerminal(process.stdout, process.env, flags.color)
    const toJson = question.units.length === 1 ? renderJson : renderJsonLine
    let exitCode = 0
    let separator = ''
    for (const answer of answers) {
      await write(isJson(flags) ? toJson(answer) : `${separator}${renderExec(answer, terminal)}`)
      separator = '\n'
      exitCode = exitCodeWith(exitCode, answer)
    }
    process.exitCode = exitCode
  }
}
