import {string} from '@oclif/core/args'
import {Command} from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'
import {isJson, outputFlags, parseCount, sourceFlags} from '../../src/cli/flags.js'
import {openSource} from '../../src/engine/open-source.js'
import {sourceRequest} from '../../src/engine/predict-source/ask.js'
import {checkOrder} from '../../src/engine/predict-source/order.js'
import {orderExitCode, prepareSources, sourceExitCode} from '../../src/engine/predict-source.js'
import {showProgress} from '../../src/output/progress.js'
import {describeTerminal} from '../../src/output/terminal.js'
import {write} from '../../src/output/write.js'
import {renderJson, renderJsonLine} from '../../src/renderers/json.js'
import {renderOrder} from '../../src/renderers/order-text.js'
import {renderSource} from '../../src/renderers/source-text.js'

export default class PredictSource extends Command {
  static override summary = 'Say from which address the kernel sends to an IPv6 destination, and why.'
  static override description =
    `Looks the route up and goes through the rules of address selection as connect() does. Sends nothing.
Without DEST it reads questions from standard input, an address or {"dest", "oif"?, "mark"?, "prefer"?, "uid"?} a line,
and answers each with a line of JSON, in their order:
  {"dest", "source"|null, "dev"|null, "rule"|null, "why"|null, "runnerUp": {"address", "dev", "lostBy"}|null,
   "route": {"type", "table", "dst", "via", "dev", "metric", "prefsrc", "policyRule", "among"?}|null,
   "error"?: {"code", "why"}, "unknowns"?: [...], "possible"?: [...], "line"?}
With --order the destinations are the addresses of one name, and the answer is the order in which getaddrinfo() of glibc
returns them, one JSON document:
  {"order": [{"dest", "source"|null, "error"?, "unknowns"?}, ...]|null, "decisions": [{"first", "second", "rule"|null,
   "why"}, ...], "first"?, "unknowns": [...], "dests"?: [as in "order"], "warnings"?: [...], "assumed": [...]}
Exit code: 0, also if there is no route; 2 bad usage, or a line is no question; 3 if something that decides is not known.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> 2001:db8::1',
    '<%= config.bin %> <%= command.id %> fe80::1%eth0 --netns web --json',
    '<%= config.bin %> <%= command.id %> <destinations --prefer public',
    '<%= config.bin %> <%= command.id %> --order 2001:db8::1 192.0.2.1',
  ]
  static override args = {
    dest: string({
      description: 'IPv6 addresses; fe80::1%eth0 is on the link of eth0. With --order IPv4 too.',
      multiple: true,
      required: false,
    }),
  }
  static override flags = {
    oif: Flags.string({description: 'Device that the socket is bound to.', helpValue: 'DEV'}),
    mark: Flags.string({description: 'Firewall mark of the socket (SO_MARK).', helpValue: 'N'}),
    uid: Flags.custom<number>({
      description: 'Owner of the socket, where policy rules ask for it.',
      helpValue: 'N',
      parse: async (input) => parseCount(input, '--uid'),
    })(),
    prefer: Flags.option({
      options: ['temporary', 'public'] as const,
      description: 'What the socket prefers (IPV6_ADDR_PREFERENCES).',
    })(),
    order: Flags.boolean({
      description: 'In which order getaddrinfo() of glibc returns the destinations as addresses of one name.',
      default: false,
    }),
    netns: Flags.string({
      description: 'Network namespace: a name of ip netns, a container, or pid:N.',
      helpValue: 'NAME',
    }),
    ...sourceFlags,
    ...outputFlags,
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(PredictSource)
    const dests = args.dest ?? []
    if (flags.order) checkOrder(dests, flags)
    const request = sourceRequest(dests, flags, process.stdin.isTTY ?? false)
    const source = await openSource({from: flags.from, root: flags.root, timeoutMs: flags.timeout * 1000})
    const progress = showProgress(process.stderr, () => 'reading the network')
    const service = await prepareSources(source, request).finally(() => progress.stop())
    let exitCode = 0
    if (flags.order) {
      const report = await service.order(dests)
      const terminal = describeTerminal(process.stdout, process.env, flags.color)
      await write(isJson(flags) ? renderJson(report) : renderOrder(report, terminal))
      exitCode = orderExitCode(report)
    } else if (dests.length === 0) {
      for await (const reports of service.askEach(process.stdin)) {
        await write(reports.map(renderJsonLine).join(''))
        exitCode = reports.reduce(sourceExitCode, exitCode)
      }
    } else {
      const terminal = describeTerminal(process.stdout, process.env, flags.color)
      const reports = dests.map((dest) => service.ask(dest))
      const toJson = reports.length === 1 ? renderJson : renderJsonLine
      const texts = reports.map((each) =>
        isJson(flags) ? toJson(each) : renderSource(each, {prefer: flags.prefer ?? null}, terminal),
      )
      await write(texts.join(isJson(flags) ? '' : '\n'))
      exitCode = reports.reduce(sourceExitCode, exitCode)
    }
    process.exitCode = exitCode
  }
}
