import type {GaiTables} from '../../facts/gai-conf.js'
import {compare} from '../../models/destination-order/compare.js'
import {addressOf, type Destination} from '../../models/destination-order/destination.js'
import {lacksOf} from '../../models/destination-order/order.js'
import {type OrderRule, rankRange} from '../../models/destination-order/rank.js'
import {precedenceOf} from '../../models/destination-order/tables.js'
import {commonPrefixLength} from '../../models/source-address/ip6-address.js'

/** Of RFC 3484, section 6. Rules 1 to 8 have the names and numbers that RFC 6724 has kept. */
const names: Readonly<Record<OrderRule, string>> = {
  usable: 'rule 1, avoid unusable destinations',
  'matching-scope': 'rule 2, prefer matching scope',
  'source-not-deprecated': 'rule 3, avoid deprecated addresses',
  'home-source': 'rule 4, prefer home addresses',
  'matching-label': 'rule 5, prefer matching label',
  precedence: 'rule 6, prefer higher precedence',
  'native-transport': 'rule 7, prefer native transport',
  'smaller-scope': 'rule 8, prefer smaller scope',
  'longest-prefix': 'rule 9, use longest matching prefix',
  'given-order': 'rule 10, leave the order unchanged',
}

/** What the second of two neighbours lacks, without the name of the rule. */
type Wording = (first: Destination, second: Destination, tables: GaiTables | null) => string

const wordings: Readonly<Record<OrderRule, Wording>> = {
  usable: (_, {address}) => `nothing can be sent to ${address}: it has no source`,
  'matching-scope': (_, second) => `the scope of ${sourceOf(second)} is not that of ${second.address}`,
  'source-not-deprecated': (_, second) => `${sourceOf(second)} is deprecated, or optimistic`,
  'home-source': (first) => `${sourceOf(first)} is a home address`,
  'matching-label': (_, second) =>
    `the label of ${sourceOf(second)} is not that of ${second.address} in the table of glibc or gai.conf`,
  precedence: ({address: one}, {address: other}, tables) => {
    if (tables === null) return `its precedence is higher than that of ${other}`
    const [mine, others] = [one, other].map((address) => precedenceOf(addressOf(address), tables))
    return `its precedence is ${mine}, that of ${other} is ${others}`
  },
  'native-transport': (_, second) => `${sourceOf(second)} is on a tunnel, or glibc does not find the device it is on`,
  'smaller-scope': (_, {address}) => `its scope is smaller than that of ${address}`,
  'longest-prefix': (first, second) =>
    `it has ${sharedBits(first)} leading bits in common with its source, ${second.address} has ${sharedBits(second)}`,
  'given-order': () => 'all rules find them as good, and they stay as the name service gave them',
}

/**
 * Why one neighbour comes before the next, in one sentence without its end.
 *
 * @param rule null: the order is known, what decides is not
 * @param readings of gai.conf
 */
export function orderBecause(
  rule: OrderRule | null,
  first: Destination,
  second: Destination,
  readings: readonly GaiTables[],
): string {
  const [tables = null, ...others] = readings
  const one = others.length === 0 ? tables : null
  if (rule !== null) return `${wordings[rule](first, second, one)} (${names[rule]})`
  if (one === null) return 'the order is the same however gai.conf is read, but not by the same rule'
  const ranges = [first, second].map((destination) => ({destination, range: rankRange(destination, one)}))
  const open = `whatever ${ranges.flatMap(lacksOf).join(' and ')} is`
  const latest = latestRule(first, second, one)
  return latest === null
    ? open
    : `${open}; if no earlier rule decides, ${wordings[latest](first, second, one)} (${names[latest]})`
}

/** That which decides if what is not known is the worst for the first and the best for the second. */
function latestRule(first: Destination, second: Destination, tables: GaiTables): OrderRule | null {
  const [{least}, {best}] = [rankRange(first, tables), rankRange(second, tables)]
  // Of those that need the source in words, none is said of what is not known.
  const {rule} = compare({least, best: least}, {least: best, best}, true)
  return rule === 'precedence' || rule === 'smaller-scope' ? rule : null
}

function sourceOf({address, source}: Destination): string {
  return source === null || source === 'unknown' ? `the source towards ${address}` : source.address
}

/** For IPv6, of which rule 9 counts all bits: IPv4 sources are not known. */
function sharedBits({address, source}: Destination): number {
  if (source === null || source === 'unknown') return 0
  return commonPrefixLength(addressOf(address).bits, addressOf(source.address).bits)
}
