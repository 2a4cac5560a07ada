import type {GaiTables} from '../../facts/gai-conf.js'
import {commonPrefixLength, prefixBits} from '../source-address/ip6-address.js'
import {type Address, addressOf, type Destination, type DestinationSource, type Family} from './destination.js'
import {glibcScopeOf, labelOf, precedenceOf} from './tables.js'

/** The rules of rfc3484_sort(), by the numbers of RFC 3484. */
export type OrderRule =
  /** Rule 1: one of the two has a source. */
  | 'usable'
  /** Rule 2. Also for IPv4. */
  | 'matching-scope'
  | 'source-not-deprecated'
  | 'home-source'
  | 'matching-label'
  | 'precedence'
  /** Rule 7. */
  | 'native-transport'
  | 'smaller-scope'
  /** Rule 9: only within a family, and for IPv4 only where source and destination are in one subnet. */
  | 'longest-prefix'
  /** Rule 10: as the name service gave them. */
  | 'given-order'

/** What counts in each rule, the larger number first. */
export interface Rank {
  readonly family: Family
  readonly values: readonly number[]
}

export const rankedRules: readonly OrderRule[] = [
  'usable',
  'matching-scope',
  'source-not-deprecated',
  'home-source',
  'matching-label',
  'precedence',
  'native-transport',
  'smaller-scope',
  'longest-prefix',
]

/** The least and the best rank that a destination may have; the same if all is known. */
export interface RankRange {
  readonly least: Rank
  readonly best: Rank
}

export function rankRange({address, source}: Destination, tables: GaiTables): RankRange {
  const to = addressOf(address)
  const rank = (usable: number, of: SourceRank): Rank => rankOf(to, usable, of, tables)
  if (source === null) return same(rank(0, worstSource))
  // An IPv4 address is no home address: ip(8) refuses the flag.
  const home = to.family === 6 ? 1 : 0
  if (source === 'unknown') return {least: rank(0, worstSource), best: rank(1, {...bestSource, home})}
  const known = sourceRank(to, source, tables)
  return {least: rank(1, known('least')), best: rank(1, known('best'))}
}

export function isExact({least, best}: RankRange): boolean {
  return least === best || least.values.every((value, index) => value === best.values[index])
}

/** What the rules about the source make of it. */
interface SourceRank {
  readonly scope: number
  readonly notDeprecated: number
  readonly home: number
  readonly label: number
  readonly native: number
  readonly prefix: number
}

const worstSource: SourceRank = {scope: 0, notDeprecated: 0, home: 0, label: 0, native: 0, prefix: 0}
const bestSource: SourceRank = {scope: 1, notDeprecated: 1, home: 1, label: 1, native: 1, prefix: 128}

function rankOf(to: Address, usable: number, of: SourceRank, tables: GaiTables): Rank {
  const precedence = precedenceOf(to, tables)
  const scope = glibcScopeOf(to, tables)
  const values = [usable, of.scope, of.notDeprecated, of.home, of.label, precedence, of.native, -scope, of.prefix]
  return {family: to.family, values}
}

function sourceRank(to: Address, source: DestinationSource, tables: GaiTables): (end: 'least' | 'best') => SourceRank {
  const from = addressOf(source.address)
  if (from.family !== to.family) throw new Error(`${source.address} is no source of the destination's family`)
  const flag = (value: boolean | null, end: 'least' | 'best'): number => Number(value ?? end === 'best')
  return (end) => ({
    scope: Number(glibcScopeOf(from, tables) === glibcScopeOf(to, tables)),
    notDeprecated: flag(source.deprecated === null ? null : !source.deprecated, end),
    home: flag(source.home, end),
    label: Number(labelOf(from, tables) === labelOf(to, tables)),
    native: flag(source.native, end),
    prefix: commonPrefix(from, to, source.prefixLength ?? (end === 'least' ? 32 : 1)),
  })
}

const IPV4_BITS = 32

/** Of IPv4 addresses 0 outside of the source's subnet. */
function commonPrefix(from: Address, to: Address, prefixLength: number): number {
  const common = commonPrefixLength(from.bits, to.bits)
  if (to.family === 6) return common
  // Shifting 32 bits by 32 shifts nothing on the machines that Debian runs on: 0, of an unknown source, is as good as 32.
  const length = prefixLength === 0 ? IPV4_BITS : prefixLength
  const outside = 128 - IPV4_BITS + length
  return prefixBits(from.bits, outside) === prefixBits(to.bits, outside) ? common - (128 - IPV4_BITS) : 0
}

function same(rank: Rank): RankRange {
  return {least: rank, best: rank}
}
