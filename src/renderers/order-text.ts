import type {OrderedDestination, OrderReport} from '../engine/predict-source/order.js'
import {visible} from '../output/escape.js'
import type {Terminal} from '../output/terminal.js'
import {wrap} from '../output/wrap.js'
import {createStyle, type Style} from './text/style.js'

const LABEL = 12
const INDENT = ' '.repeat(LABEL + 2)
const LONGEST = 600

/** Who does not ask glibc, or sorts once more. */
const GLIBC_ONLY =
  "The order is that of glibc. musl and Go's own resolver sort by rules of their own; who asks systemd-resolved itself, not through nss-resolve, has the order of its answer."

/** The answer of `predict source --order` for a person. */
export function renderOrder(report: OrderReport, terminal: Terminal): string {
  const style = createStyle(terminal, false)
  const {order, decisions, first, unknowns, dests = [], warnings = [], assumed} = report
  const lines = (order ?? []).flatMap((destination, place) => {
    const decision = decisions[place]
    return [
      style.bold(`${place + 1}. ${visible(destination.dest)}`),
      ...sourceLines(destination, style),
      ...(decision ? labelled(`before ${place + 2}.`, `${visible(decision.why, LONGEST)}.`, style) : []),
    ]
  })
  if (order === null) {
    lines.push(style.severity.unknown('The order is not known'))
    if (first !== undefined) lines.push(...labelled('first', `${visible(first)} in any case`, style))
    lines.push('')
    for (const destination of dests) {
      lines.push(style.bold(visible(destination.dest)), ...sourceLines(destination, style))
    }
    lines.push('', style.severity.unknown('Not known'))
    for (const unknown of unknowns) lines.push(...wrap(visible(unknown, LONGEST), style.width, '    ', '  - '))
  }
  lines.push('', ...wrap(GLIBC_ONLY, style.width))
  for (const each of assumed) lines.push(...wrap(`Taken for granted: ${visible(each, LONGEST)}.`, style.width))
  for (const warning of warnings) {
    lines.push(...wrap(style.severity.warning(`Warning: ${visible(warning, LONGEST)}.`), style.width))
  }
  return `${lines.join('\n')}\n`
}

function sourceLines({source, error, unknowns}: OrderedDestination, style: Style): readonly string[] {
  if (source !== null) return labelled('source', visible(source), style)
  if (error) {
    return labelled('source', style.severity.warning(`none: ${error.code}, ${visible(error.why, LONGEST)}`), style)
  }
  const why = (unknowns ?? []).map((each) => visible(each, LONGEST)).join('; ')
  return labelled('source', `not known${why === '' ? '' : `: ${why}`}`, style)
}

function labelled(label: string, text: string, style: Style): readonly string[] {
  return wrap(text, style.width, INDENT, `  ${label.padEnd(LABEL)}`)
}
