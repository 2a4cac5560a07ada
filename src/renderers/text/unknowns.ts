import type {MissingReason} from '../../model/missing.js'
import type {CheckerResult} from '../../model/report.js'
import {visible} from '../../output/escape.js'
import {wrap} from '../../output/wrap.js'
import {headline, INDENT, labelled} from './finding.js'
import type {Style} from './style.js'

/** Of one input. More of the same kind tell a person nothing new. */
const DETAILS_SHOWN = 3

const wording: {readonly [Reason in MissingReason]: {readonly state: string; readonly help: string}} = {
  denied: {state: 'access denied', help: 'Run as root, with all capabilities.'},
  timeout: {state: 'no answer in time', help: 'See why it hangs, or allow more time with --timeout.'},
  truncated: {state: 'too large to be read whole', help: 'See why it is that large.'},
  'not-collected': {state: 'not in the recording', help: 'Record the host again, or check it live.'},
  unsupported: {state: 'nothing here can tell', help: ''},
  invalid: {state: 'not what it should be', help: 'See what is there.'},
  absent: {state: 'not there', help: 'See why it is not there.'},
}

export type SourceKind = 'live' | 'recorded' | 'mounted'

/** Where another wording fits what was read. */
const otherWording: {readonly [Kind in SourceKind]: Partial<typeof wording>} = {
  live: {},
  recorded: {denied: {...wording.denied, help: 'Record the host as root, with all capabilities.'}},
  mounted: {'not-collected': {state: 'nothing runs here that could tell', help: 'Check the host while it runs.'}},
}

interface Gap {
  readonly reason: MissingReason
  readonly input: string
  readonly detail: string
  readonly checkers: Set<string>
}

/** What could not be known, by reason, each said once however many checkers wanted it, and what would help. */
export function unknownLines(results: readonly CheckerResult[], kind: SourceKind, style: Style): string[] {
  const gaps = mergeGaps(results)
  const reasons = [...new Set(gaps.map(({reason}) => reason))]
  return reasons.flatMap((reason) => {
    const group = gaps.filter((gap) => gap.reason === reason)
    const checkers = [...new Set(group.flatMap((gap) => [...gap.checkers]))].join(', ')
    const {state, help} = otherWording[kind][reason] ?? wording[reason]
    const text = `Not known to ${checkers}: ${state}. ${help}`.trimEnd()
    return [
      ...headline('UNKNOWN', text, style.severity.unknown, style),
      ...inputsOf(group).flatMap((gaps) => inputLines(gaps, style)),
    ]
  })
}

function inputsOf(gaps: readonly Gap[]): Gap[][] {
  const byInput = new Map<string, Gap[]>()
  for (const gap of gaps) byInput.set(gap.input, [...(byInput.get(gap.input) ?? []), gap])
  return [...byInput.values()]
}

function inputLines(gaps: readonly Gap[], style: Style): string[] {
  const shown = style.verbose ? gaps : gaps.slice(0, DETAILS_SHOWN)
  const rest = gaps.length - shown.length
  return [
    ...shown.flatMap(({input, detail}) =>
      wrap(`${visible(input)}: ${visible(detail)}`, style.width, `${INDENT}  `, INDENT),
    ),
    ...(rest > 0 ? [`${INDENT}${style.dim(`and ${rest} more of ${visible(gaps[0]?.input ?? '')} (--verbose)`)}`] : []),
  ]
}

/** Checkers that do not apply, and those that broke. */
export function otherResultLines(results: readonly CheckerResult[], style: Style): string[] {
  const skipped = results.filter(({status}) => status === 'skipped')
  const broken = results.filter(({status}) => status === 'error')
  return [
    ...broken.flatMap((result) => brokenLines(result, style)),
    ...skipped.flatMap(({id, reason = ''}) =>
      labelled('skipped', wrap(`${id}: ${visible(reason)}`, style.width, INDENT), style.dim),
    ),
  ]
}

function brokenLines({id, reason = ''}: CheckerResult, style: Style): string[] {
  const [message = '', ...stack] = reason.split('\n')
  return [
    ...headline('BUG', `The checker ${id} broke off. Please report this.`, style.severity.error, style),
    ...[message, ...(style.verbose ? stack : [])].flatMap((line) => wrap(visible(line), style.width, INDENT)),
  ]
}

function mergeGaps(results: readonly CheckerResult[]): Gap[] {
  const gaps = new Map<string, Gap>()
  for (const {id, missing = []} of results) {
    for (const {input, reason, detail} of missing) {
      const key = `${reason}\0${input}\0${detail}`
      const gap = gaps.get(key) ?? {reason, input, detail, checkers: new Set<string>()}
      gap.checkers.add(id)
      gaps.set(key, gap)
    }
  }
  return [...gaps.values()]
}
