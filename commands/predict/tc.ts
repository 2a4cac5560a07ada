import {string} from '@oclif/core/args'
import {Command} from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'
import {isJson, outputFlags} from '../../src/cli/flags.js'
import {eraOf, ofEra, runningEra, tcFiles} from '../../src/engine/predict-tc/ask.js'
import {answerOf, fixFiles, judgeFiles} from '../../src/engine/predict-tc.js'
import {describeTerminal} from '../../src/output/terminal.js'
import {write} from '../../src/output/write.js'
import {renderJson} from '../../src/renderers/json.js'
import {renderTc, renderTcFix} from '../../src/renderers/tc-text.js'

export default class PredictTc extends Command {
  static override summary = 'Say which tc commands of a script the kernel takes, and why not the others.'
  static override description =
    `Reads shell scripts as far as they are the same in every run, and batch files; runs nothing. Each file begins
with fresh devices, or with what --assume makes. JSON:
  [{"file", "line", "calledFrom"|null, "command", "netns"|null, "verdict": "accepted|rejected|undecided",
    "reason"|null, "reasonId"|null, "where"|null, "errno"|null, "messages": [{"kernel"|null, "text"}],
    "remarks": [...], "run": "always|maybe|never", "condition"|null, "chosenPrio"|null}, ...]
Exit code: 0 all accepted; 1 something is rejected; 2 bad usage; 3 nothing rejected, but something undecided.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> /usr/local/sbin/shape.sh',
    '<%= config.bin %> <%= command.id %> shape.sh --fix | patch -p0',
    'tc-generator | <%= config.bin %> <%= command.id %> - --batch --assume setup.sh --json',
  ]
  static override args = {
    file: string({description: 'Scripts or batch files; - is standard input.', multiple: true, required: false}),
  }
  static override flags = {
    fix: Flags.boolean({
      description: 'Print the smallest change of priorities that the kernel takes, as a unified diff.',
      default: false,
    }),
    assume: Flags.string({description: 'Commands that make the state to start from.', helpValue: 'FILE'}),
    batch: Flags.boolean({description: 'The files are for tc -batch, whatever they look like.', default: false}),
    kernel: Flags.string({
      description: 'Version whose messages to print; otherwise that of this kernel, in JSON all.',
      helpValue: 'VERSION',
    }),
    ...outputFlags,
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(PredictTc)
    const era = flags.kernel === undefined ? null : eraOf(flags.kernel)
    const question = {files: tcFiles(args.file ?? [], flags.assume), assume: flags.assume, batch: flags.batch}
    const scripts = await judgeFiles(question)
    if (flags.fix) {
      const fix = fixFiles(scripts)
      await write(isJson(flags) ? renderJson(fix) : renderTcFix(fix))
      process.exitCode = fix.exitCode
      return
    }
    const answer = answerOf(scripts)
    if (isJson(flags)) await write(renderJson(era === null ? answer.entries : ofEra(answer.entries, era)))
    else {
      const terminal = describeTerminal(process.stdout, process.env, flags.color)
      await write(renderTc(answer, {era: era ?? (await runningEra())}, terminal))
    }
    process.exitCode = answer.exitCode
  }
}
