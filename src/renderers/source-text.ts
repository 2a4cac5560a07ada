import type {ReportedRoute, SourceReport} from '../engine/predict-source/answer.js'
import {visible} from '../output/escape.js'
import type {Terminal} from '../output/terminal.js'
import {wrap} from '../output/wrap.js'
import {createStyle} from './text/style.js'

const LABEL = 12
const INDENT = ' '.repeat(LABEL + 2)

const tables: Readonly<Record<number, string>> = {253: 'default', 254: 'main', 255: 'local'}

/** What was taken for granted of the socket. */
export interface AssumedSocket {
  readonly prefer: 'temporary' | 'public' | null
}

/** The answer of `predict source` for a person. */
export function renderSource(report: SourceReport, {prefer}: AssumedSocket, terminal: Terminal): string {
  const style = createStyle(terminal, false)
  const {dest, source, dev, why, runnerUp, route, error, unknowns, possible = []} = report
  const labelled = (label: string, text: string) => wrap(text, style.width, INDENT, `  ${label.padEnd(LABEL)}`)
  const lines = [style.bold(visible(dest))]
  if (source !== null)
    lines.push(...labelled('source', `${visible(source)}${dev === null ? '' : ` on ${visible(dev)}`}`))
  else if (error)
    lines.push(...labelled('source', style.severity.warning(`none: ${error.code}, ${visible(error.why)}`)))
  else {
    lines.push(...labelled('source', style.severity.unknown('not known')))
    if (possible.length > 0)
      lines.push(...labelled('', `It may be ${possible.map((each) => visible(each)).join(', or ')}.`))
  }
  if (why !== null) lines.push(...labelled('because', `${visible(why, 600)}.`))
  if (runnerUp) lines.push(...labelled('instead of', `${visible(runnerUp.address)} on ${visible(runnerUp.dev)}`))
  if (route) lines.push(...labelled('route', routeText(route)))
  if (route?.among) {
    const hops = route.among.map(({dev, via}) =>
      via === null ? `dev ${visible(dev)}` : `via ${via} dev ${visible(dev)}`,
    )
    lines.push(...labelled('', `One of ${hops.length} next hops, picked by a hash of the flow: ${hops.join('; ')}.`))
  }
  if (source !== null || unknowns) lines.push(...labelled('assuming', assumption(prefer)))
  if (unknowns) {
    lines.push('', style.severity.unknown('Not known'))
    for (const unknown of unknowns) lines.push(...wrap(visible(unknown, 600), style.width, '    ', '  - '))
  }
  return `${lines.join('\n')}\n`
}

function assumption(prefer: AssumedSocket['prefer']): string {
  return prefer === null
    ? 'no address is bound, and the socket has no IPV6_ADDR_PREFERENCES'
    : `no address is bound, and the socket prefers ${prefer} addresses (IPV6_ADDR_PREFERENCES)`
}

/** As `ip route` writes it, with what it leaves out. */
function routeText({type, dst, via, dev, table, metric, prefsrc, policyRule}: ReportedRoute): string {
  const words = [
    ...(type === 'unicast' ? [] : [type]),
    dst === '::/0' ? 'default' : dst,
    ...(via === null ? [] : ['via', via]),
    'dev',
    visible(dev),
    ...(prefsrc === null ? [] : ['src', prefsrc]),
  ]
  return `${words.join(' ')}, metric ${metric}, of table ${tables[table] ?? table} (policy rule ${policyRule})`
}
