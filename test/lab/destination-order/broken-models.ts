import {defaultTables, type GaiTables, type PrefixEntry, parseGaiConf} from '../../../src/facts/gai-conf.js'
import {addressOf, type Destination} from '../../../src/models/destination-order/destination.js'
import {addressList, describeSource, type HostAddress} from '../../../src/models/destination-order/host-addresses.js'
import {type OrderRules, orderDestinations, orderRules} from '../../../src/models/destination-order/order.js'
import {type OrderRule, type Rank, rankedRules, rankRange} from '../../../src/models/destination-order/rank.js'
import {commonPrefixLength} from '../../../src/models/source-address/ip6-address.js'
import {type Model, model} from './run.js'

/** A wrong idea of glibc. The cases are worth something only if they tell it from the right one. */
export interface BrokenModel {
  readonly title: string
  readonly model: Model
}

export const brokenModels: readonly BrokenModel[] = [
  {title: 'lines of gai.conf add to the default tables', model: withTables((tables) => beside(tables, defaultTables))},
  {title: 'a table of gai.conf has no entry for all others', model: withTables(withoutDefault)},
  {title: 'the last of two equal prefixes counts', model: withTables(lastOfEqual)},
  {title: 'gai.conf is not sorted by length', model: withTables(shortestFirst)},
  {title: 'gai.conf is not read', model: {...model, parse: () => parseGaiConf('')}},
  {title: 'numbers of gai.conf have no signs', model: {...model, parse: (text) => parseGaiConf(withoutSigns(text))}},
  {title: 'the precedences are those of RFC 6724', model: withTables(rfc6724)},
  {title: 'private IPv4 addresses have the scope of a site', model: withTables(privateScopes)},
  {title: 'destinations without a source are as good as others', model: withRank(allUsable)},
  {title: 'scopes need not match', model: withRank(ignoring('matching-scope'))},
  {title: 'scopes matter for IPv6 alone', model: withRank(forIpv6Alone('matching-scope'))},
  {title: 'deprecated sources are as good as others', model: withRank(ignoring('source-not-deprecated'))},
  {title: 'home addresses are as good as others', model: withRank(ignoring('home-source'))},
  {title: 'labels need not match', model: withRank(ignoring('matching-label'))},
  {title: 'precedences do not count', model: withRank(ignoring('precedence'))},
  {title: 'precedence goes before label', model: withRank(swapping('precedence', 'matching-label'))},
  {title: 'the scope goes before the transport', model: withRank(swapping('smaller-scope', 'native-transport'))},
  {title: 'tunnels are as good as others', model: withRank(ignoring('native-transport'))},
  {title: 'the scope of the destination does not count', model: withRank(ignoring('smaller-scope'))},
  {title: 'the longest prefix does not count', model: withRank(ignoring('longest-prefix'))},
  {title: 'the longest prefix counts for IPv6 alone', model: withRank(forIpv6Alone('longest-prefix'))},
  {title: 'no more than 64 bits of a prefix count', model: withRank(cappedPrefix)},
  {title: 'the longest prefix counts for IPv4 outside of the subnet too', model: withRank(anyIpv4Prefix)},
  {title: 'the longest prefix counts across families', model: withOrder({compare: acrossFamilies})},
  {title: 'the order is total, whatever the algorithm', model: withOrder({sort: plainSort})},
  {
    title: 'an address of no known device is native',
    model: {...model, describe: (...given) => knownAsNative(describeSource(...given))},
  },
  {title: 'point-to-point addresses are found', model: withAddresses((one) => ({...one, peer: null}))},
  {title: 'without IPv6 the list of addresses is there', model: {...model, list: withIpv6}},
  {
    title: 'optimistic and deprecated addresses are as good as others',
    model: withAddresses((one) => ({...one, deprecated: false})),
  },
  {
    title: 'of two equal addresses the last one counts',
    model: {...model, list: (all) => addressList([...all].reverse())},
  },
  {title: '127.0.0.0/8 is nothing special', model: {...model, sockets: (all) => all.map(() => false)}},
  {title: '127.0.0.0/8 is special on every socket', model: {...model, sockets: (all) => all.map(() => true)}},
]

function withTables(change: (tables: GaiTables) => GaiTables): Model {
  return {
    ...model,
    parse: (text) => {
      const parsed = parseGaiConf(text)
      return {...parsed, readings: parsed.readings.map(change)}
    },
  }
}

function each(
  tables: GaiTables,
  change: (table: readonly PrefixEntry[], key: keyof GaiTables) => readonly PrefixEntry[],
) {
  const {labels, precedences, scopes} = tables
  return {
    labels: change(labels, 'labels'),
    precedences: change(precedences, 'precedences'),
    scopes: change(scopes, 'scopes'),
  }
}

function beside(tables: GaiTables, others: GaiTables): GaiTables {
  return each(tables, (table, key) => {
    if (table === others[key]) return table
    return [...table.slice(0, -1), ...others[key]].sort((a, b) => b.length - a.length)
  })
}

function withoutDefault(tables: GaiTables): GaiTables {
  return each(tables, (table, key) => {
    return table === defaultTables[key] ? table : [...table.slice(0, -1), {prefix: 0n, length: 0, value: 0}]
  })
}

function lastOfEqual(tables: GaiTables): GaiTables {
  return each(tables, (table) => [...table].reverse().sort((a, b) => b.length - a.length))
}

function shortestFirst(tables: GaiTables): GaiTables {
  return each(tables, (table) => [...table.filter(({length}) => length !== 0)].reverse().concat(table.slice(-1)))
}

function withoutSigns(text: string): string {
  return text.replaceAll(/[/ ][+-]\d+/g, ' none')
}

function rfc6724(tables: GaiTables): GaiTables {
  if (tables.precedences !== defaultTables.precedences) return tables
  const prefix = (bits: bigint, length: number, value: number): PrefixEntry => ({prefix: bits, length, value})
  const precedences = [
    prefix(1n, 128, 50),
    prefix(0n, 96, 1),
    prefix(0xffff_0000_0000n, 96, 35),
    prefix(0x2001n << 112n, 32, 5),
    prefix(0x2002n << 112n, 16, 30),
    prefix(0xfec0n << 112n, 10, 1),
    prefix(0xfc00n << 112n, 7, 3),
    prefix(0n, 0, 40),
  ]
  return {...tables, precedences}
}

function privateScopes(tables: GaiTables): GaiTables {
  if (tables.scopes !== defaultTables.scopes) return tables
  const site = (address: string, length: number): PrefixEntry => ({prefix: addressOf(address).bits, length, value: 5})
  return {
    ...tables,
    scopes: [site('192.168.0.0', 112), site('172.16.0.0', 108), site('10.0.0.0', 104), ...tables.scopes].sort(
      (a, b) => b.length - a.length,
    ),
  }
}

type ChangeRank = (rank: Rank, destination: Destination, tables: GaiTables) => Rank

function withRank(change: ChangeRank): Model {
  return withOrder({
    rankRange: (destination, tables) => {
      const {least, best} = rankRange(destination, tables)
      return {least: change(least, destination, tables), best: change(best, destination, tables)}
    },
  })
}

function withOrder(change: Partial<OrderRules>): Model {
  return {...model, order: (destinations, gai) => orderDestinations(destinations, gai, {...orderRules, ...change})}
}

function setting(rank: Rank, rule: OrderRule, value: (before: number) => number): Rank {
  const at = rankedRules.indexOf(rule)
  return {...rank, values: rank.values.map((before, index) => (index === at ? value(before) : before))}
}

function ignoring(rule: OrderRule): ChangeRank {
  return (rank) => setting(rank, rule, () => 0)
}

function allUsable(rank: Rank): Rank {
  if (rank.values[rankedRules.indexOf('usable')] === 1) return rank
  const asIfUsable: readonly OrderRule[] = ['usable', 'matching-scope', 'source-not-deprecated', 'matching-label']
  return asIfUsable.reduce((so, rule) => setting(so, rule, () => 1), rank)
}

function forIpv6Alone(rule: OrderRule): ChangeRank {
  return (rank) => setting(rank, rule, (before) => (rank.family === 6 ? before : rule === 'matching-scope' ? 1 : 0))
}

function swapping(one: OrderRule, other: OrderRule): ChangeRank {
  const [a, b] = [rankedRules.indexOf(one), rankedRules.indexOf(other)]
  return (rank) => {
    const values = [...rank.values]
    values[a] = rank.values[b] ?? 0
    values[b] = rank.values[a] ?? 0
    return {...rank, values}
  }
}

function cappedPrefix(rank: Rank): Rank {
  return setting(rank, 'longest-prefix', (before) => Math.min(before, 64))
}

function anyIpv4Prefix(rank: Rank, {address, source}: Destination): Rank {
  if (rank.family === 6 || source === null || source === 'unknown') return rank
  const common = commonPrefixLength(addressOf(address).bits, addressOf(source.address).bits)
  return setting(rank, 'longest-prefix', () => common - 96)
}

function acrossFamilies(...[first, second, firstIsEarlier]: Parameters<OrderRules['compare']>) {
  const six = {family: 6} as const
  const as6 = ({least, best}: typeof first): typeof first => ({least: {...least, ...six}, best: {...best, ...six}})
  return orderRules.compare(as6(first), as6(second), firstIsEarlier)
}

function plainSort<T>(items: readonly T[], isBefore: (first: T, second: T) => boolean): readonly T[] {
  const sorted: T[] = []
  for (const item of items) {
    const at = sorted.findIndex((other) => isBefore(item, other))
    sorted.splice(at === -1 ? sorted.length : at, 0, item)
  }
  return sorted
}

function knownAsNative(source: ReturnType<typeof describeSource>): ReturnType<typeof describeSource> {
  return source.prefixLength === 0 ? {...source, native: true} : source
}

function withAddresses(change: (address: HostAddress) => HostAddress): Model {
  return {...model, list: (addresses) => addressList(addresses.map(change))}
}

function withIpv6(addresses: readonly HostAddress[]): ReturnType<typeof addressList> {
  const more = {address: 'fe80::ffff', peer: null, prefixLength: 64, deprecated: false, home: false, tunnel: false}
  return addressList([...addresses, more])
}
