import {string} from '@oclif/core/args'
import {Command} from '@oclif/core/command'
import {checkFlags, configFlag, isJson, outputFlags, parseDestinations, sourceFlags} from '../src/cli/flags.js'
import {checkHost} from '../src/engine/check-host.js'
import {describeHost} from '../src/engine/describe-host.js'
import {showProgress} from '../src/output/progress.js'
import {describeTerminal} from '../src/output/terminal.js'
import {write} from '../src/output/write.js'
import {renderJson} from '../src/renderers/json.js'
import {renderText} from '../src/renderers/text/report.js'

export default class Check extends Command {
  static override summary = 'Check this host, or a recorded one.'
  static override description = `Exit code: 0 clean; 1 findings as grave as --fail-on or graver; 2 bad usage;
3 no such finding, but something asked for could not be known; 70 a bug in netdoctor; 130 interrupted.`
  static override examples = [
    '<%= config.bin %> check',
    '<%= config.bin %> check fork-limit --fail-on warning',
    '<%= config.bin %> check --skip uid-collision/container-root --json',
  ]
  static override args = {
    checker: string({description: 'Checkers to run; all if none is named.', multiple: true, required: false}),
  }
  static override flags = {
    ...outputFlags,
    ...sourceFlags,
    ...checkFlags,
    config: configFlag,
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Check)
    let progress = {stop: (): void => undefined}
    const report = await checkHost({
      checkers: args.checker ?? [],
      only: flags.only ?? [],
      skip: flags.skip ?? [],
      from: flags.from,
      root: flags.root,
      timeoutMs: flags.timeout * 1000,
      asked: {scripts: flags.script ?? [], destinations: parseDestinations(flags.dest ?? [])},
      failOn: flags['fail-on'],
      acceptedFile: flags.accepted,
      configFile: flags.config,
      tool: {name: this.config.name, version: this.config.version, root: this.config.root},
      onStart: (pending) => {
        progress = showProgress(process.stderr, () => `reading ${pending().join(', ') || 'done, judging'}`)
      },
    }).finally(() => progress.stop())
    const terminal = describeTerminal(process.stdout, process.env, flags.color)
    const about = flags.verbose ? await describeHost(flags.from ?? flags.root) : []
    await write(isJson(flags) ? renderJson(report) : renderText(report, {terminal, verbose: flags.verbose, about}))
    process.exitCode = report.exitCode
  }
}
