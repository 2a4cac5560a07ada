import {type Missing, missing} from '../model/missing.js'
import {defineFact, known, unknown} from './define.js'
import {parseClasses, type TcClass} from './live-tc/classes.js'
import {repairFilters} from './live-tc/mixed-json.js'
import {parseQdiscs, type TcQdisc} from './live-tc/qdiscs.js'
import {describe, type NamespaceIdentity} from './network/parse.js'
import {type NamespaceAnswers, parseNetworkRecords, textOf} from './network/records.js'
import {type Row, readRows} from './network/rows.js'

/** `tc -json filter show` or `chain show` of one place. */
export interface TcListing {
  /** Words after `show`: `dev eth0 parent 1:`, `dev eth0` (its root), `dev eth0 ingress`, `block 7`. */
  readonly place: readonly string[]
  /** As tc printed them. A filter has `protocol`, `pref`, `kind`, `chain`, and `options` if it is more than a heading. */
  readonly rows: readonly Row[]
}

/** Traffic control of one network namespace. What could not be read is in `gaps`; a list is whole, or it is not there. */
export interface LiveTc extends NamespaceIdentity {
  /** null: not known, and then nothing else is. */
  readonly qdiscs: readonly TcQdisc[] | null
  /** Of devices whose queueing discipline has filters in classes. */
  readonly classes: readonly TcClass[]
  /** Of every place that can have filters, those without one too. */
  readonly filters: readonly TcListing[]
  readonly chains: readonly TcListing[]
  readonly gaps: readonly Missing[]
}

const INPUT = 'traffic-control'

/** Queueing disciplines, classes and filters of all network namespaces that could be looked into, the own one first. */
export const liveTcFact = defineFact({
  name: 'liveTc',
  inputs: ['traffic-control'],
  derive({'traffic-control': raw}) {
    if (raw.status === 'missing') return unknown(raw)
    const {namespaces, gaps} = parseNetworkRecords(INPUT, raw)
    const states = namespaces.map(toState)
    return known<readonly LiveTc[]>(states, [...gaps, ...states.flatMap((each) => each.gaps)])
  },
})

function toState({identity, answers}: NamespaceAnswers): LiveTc {
  const gaps: Missing[] = []
  let qdiscs: readonly TcQdisc[] | null = null
  const classes: TcClass[] = []
  const filters: TcListing[] = []
  const chains: TcListing[] = []
  const gap = (argv: readonly string[], problem: string) =>
    gaps.push(missing(INPUT, 'invalid', `${argv.join(' ')} in ${describe(identity)}: ${problem}`))
  for (const answer of answers) {
    const {ask, argv} = answer
    const text = textOf(INPUT, answer)
    const place = argv.slice(argv.indexOf('show') + 1)
    if (typeof text !== 'string') {
      gaps.push({...text, detail: `${text.detail} (in ${describe(identity)})`})
    } else if (ask === 'qdiscs') {
      const parsed = parseQdiscs(text)
      if ('problem' in parsed) gap(argv, parsed.problem)
      else qdiscs = parsed.rows
    } else if (ask === 'classes') {
      const parsed = parseClasses(text, place[1] ?? '')
      if ('problem' in parsed) gap(argv, parsed.problem)
      else classes.push(...parsed.rows)
    } else if (ask === 'filters' || ask === 'chains') {
      const parsed = readRows(repairFilters(text))
      if ('problem' in parsed) gap(argv, parsed.problem)
      else (ask === 'filters' ? filters : chains).push({place, rows: parsed.rows})
    }
  }
  if (!answers.some(({ask}) => ask === 'qdiscs')) gap(['tc', 'qdisc', 'show'], 'was not asked for')
  return {...identity, qdiscs, classes, filters, chains, gaps}
}
