import type {GaiConf, GaiLine, GaiTables} from '../../facts/gai-conf.js'
import {explore} from '../source-address/assumptions.js'
import {type Compare, type Comparison, compare} from './compare.js'
import type {Destination} from './destination.js'
import {mergeSort} from './merge-sort.js'
import {isExact, type OrderRule, type RankRange, rankRange} from './rank.js'

/** Two neighbours of the order. */
export interface Decision {
  /** Indices into the destinations. */
  readonly first: number
  readonly second: number
  /** null: the order is the same whatever is not known, but which rule decides is not. */
  readonly rule: OrderRule | null
}

export interface OrderAnswer {
  /** Indices into the destinations, in the order in which getaddrinfo() returns them; null: not known. */
  readonly order: readonly number[] | null
  /** Of each neighbouring pair of `order`; empty without one. */
  readonly decisions: readonly Decision[]
  /** The destination that programs try first; null: not known. It may be known where `order` is not. */
  readonly first: number | null
  /** What decides and is not known, in one line each. With one of them `order` is null. */
  readonly unknowns: readonly string[]
  /** With `unknowns`: orders that may come out; not all of them if there are many. */
  readonly possible?: readonly (readonly number[])[]
}

/** What is replaced to see that tests notice. */
export interface OrderRules {
  readonly rankRange: typeof rankRange
  readonly compare: Compare
  readonly sort: typeof mergeSort
}

export const orderRules: OrderRules = {rankRange, compare, sort: mergeSort}

/**
 * In which order getaddrinfo() of glibc returns the addresses of a name. Programs try them one by one. glibc sorts only
 * what it returns: of one family alone if the program asked for one.
 *
 * @param destinations in the order in which the name service gave them: /etc/hosts line by line, DNS as it answered
 */
export function orderDestinations(
  destinations: readonly Destination[],
  gai: Pick<GaiConf, 'readings' | 'doubtful'>,
  rules: OrderRules = orderRules,
): OrderAnswer {
  const answers = gai.readings.map((tables) => orderByTables(destinations, tables, rules))
  const [first, ...others] = answers
  if (!first) throw new RangeError('no reading of gai.conf')
  return others.length === 0 ? first : combine(first, others, gai.doubtful)
}

function orderByTables(destinations: readonly Destination[], tables: GaiTables, rules: OrderRules): OrderAnswer {
  const ranked = destinations.map((destination, index): Ranked => {
    return {index, destination, range: rules.rankRange(destination, tables)}
  })
  const compared = (a: Ranked, b: Ranked): Comparison => rules.compare(a.range, b.range, a.index < b.index)
  const undecided = new Map<string, readonly Ranked[]>()
  const explored = explore((assume) => {
    return rules.sort(ranked, (a, b) => {
      const {before} = compared(a, b)
      if (before !== null) return before
      const question = `${a.index} ${b.index}`
      undecided.set(question, [a, b])
      return assume(question) === 0
    })
  }, keyOf)
  if (explored.open.length === 0) return decided(explored.first, compared)
  return {
    order: null,
    decisions: [],
    first: surelyFirst(ranked, compared),
    unknowns: distinct(
      explored.open.flatMap((question) => (undecided.get(question) ?? []).flatMap(lacksOf)),
      String,
    ),
    possible: distinct([explored.first, ...explored.others].map(indices), String),
  }
}

interface Ranked {
  readonly index: number
  readonly destination: Destination
  readonly range: RankRange
}

type Compared = (a: Ranked, b: Ranked) => Comparison

function decided(order: readonly Ranked[], compared: Compared): OrderAnswer {
  const decisions = order.slice(1).map((second, place): Decision => {
    const first = order[place] ?? second
    return {first: first.index, second: second.index, rule: compared(first, second).rule}
  })
  return {order: indices(order), decisions, first: order[0]?.index ?? null, unknowns: []}
}

/** The one that is before each of the others in every comparison. */
function surelyFirst(ranked: readonly Ranked[], compared: Compared): number | null {
  const [one, ...rest] = ranked
  if (!one) return null
  const best = rest.reduce((so, next) => (compared(so, next).before === true ? so : next), one)
  return ranked.every((other) => other === best || compared(best, other).before === true) ? best.index : null
}

/** What is not known of a destination, for a person. */
export function lacksOf({destination, range}: Pick<Ranked, 'destination' | 'range'>): readonly string[] {
  const {address, source} = destination
  if (isExact(range)) return []
  if (source === 'unknown' || source === null) return [sourceTowards(address)]
  const {deprecated, home, prefixLength, native} = source
  return [
    ...(deprecated === null ? [`whether ${source.address} is deprecated`] : []),
    ...(home === null ? [`whether ${source.address} is a home address`] : []),
    ...(prefixLength === null ? [`the prefix length of ${source.address}`] : []),
    ...(native === null ? [`whether ${source.address} is that of a tunnel`] : []),
  ]
}

/** What `unknowns` say of a destination whose source is not known. */
export function sourceTowards(address: string): string {
  return `the source towards ${address}`
}

/** What holds whichever way the file is read. */
function combine(answer: OrderAnswer, others: readonly OrderAnswer[], doubtful: readonly GaiLine[]): OrderAnswer {
  const all = [answer, ...others]
  const order = others.every((other) => String(other.order) === String(answer.order)) ? answer.order : null
  if (order !== null) {
    const decisions = answer.decisions.map((decision, index): Decision => {
      const sameRule = others.every(({decisions: theirs}) => theirs[index]?.rule === decision.rule)
      return sameRule ? decision : {...decision, rule: null}
    })
    return {...answer, decisions}
  }
  const lines = doubtful.map(({line}) => `line ${line} of gai.conf, which glibc reads by chance before 2.41`)
  return {
    order: null,
    decisions: [],
    first: others.every(({first}) => first === answer.first) ? answer.first : null,
    unknowns: distinct([...all.flatMap(({unknowns}) => unknowns), ...lines], String),
    possible: distinct(
      all.flatMap(({order: one, possible}) => possible ?? (one ? [one] : [])),
      String,
    ),
  }
}

function indices(order: readonly Ranked[]): readonly number[] {
  return order.map(({index}) => index)
}

function keyOf(order: readonly Ranked[]): string {
  return String(indices(order))
}

function distinct<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()]
}
