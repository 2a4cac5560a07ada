import type {NetworkNamespace} from '../../facts/network/namespace.js'
import type {Peer} from '../../facts/peers.js'
import type {Resolver} from '../../facts/resolvers.js'
import {isLinkLocal, isMapped, isMulticast, LOOPBACK, parseIp6} from '../../models/source-address/ip6-address.js'
import {type Ip6, writeIp6} from './addresses.js'

/** An address that programs of this host may send to, and why it is looked at. */
export interface Destination {
  readonly address: string
  readonly because: 'asked' | 'resolver' | 'peer' | 'next-hop' | 'route' | 'neighbour'
}

export interface DestinationSources {
  readonly network: NetworkNamespace
  readonly asked: readonly string[]
  readonly resolvers: readonly Resolver[]
  readonly peers: readonly Peer[]
}

/**
 * One address of each block that the regional registries hand out of: what is behind a default route has many prefixes,
 * and rule 8 of the choice compares them.
 */
const ofTheInternet = ['2001:200::1', '2001:4800::1', '2400::1', '2600::1', '2800::1', '2a00::1', '2c00::1']

const MOST_TRIES = 100

/** What this host may send to, each once, under the first reason. Link-local addresses have no choice of source. */
export function destinationsOf({network, asked, resolvers, peers}: DestinationSources): readonly Destination[] {
  const found = new Map<string, Destination>()
  const add = (text: string, because: Destination['because']): void => {
    const address = parseIp6(text)
    if (address === null || text.includes('%') || isSpecial(address) || found.has(keyOf(address))) return
    found.set(keyOf(address), {address: text, because})
  }
  const routes = (network.routes ?? []).filter(({type}) => type === 'unicast')
  const own = new Set(
    network.links.flatMap(({addresses}) => addresses.map(({address}) => keyOf(parseIp6(address) ?? 0n))),
  )
  for (const each of asked) add(each, 'asked')
  for (const {address} of resolvers) add(address, 'resolver')
  for (const {remote} of peers) add(remote, 'peer')
  for (const {nexthops} of routes) for (const {via} of nexthops) if (via !== null) add(via, 'next-hop')
  for (const {dst} of routes) {
    if (dst.length === 0) for (const each of ofTheInternet) add(each, 'route')
    else add(oneOf(dst.address, dst.length, own), 'route')
  }
  for (const {address, states} of network.neighbours ?? []) if (!states.includes('FAILED')) add(address, 'neighbour')
  return [...found.values()]
}

/** An address of a prefix that stands for all of it: the first that is neither its router's anycast address nor our own. */
function oneOf(text: string, length: number, own: ReadonlySet<string>): string {
  const prefix = parseIp6(text)
  if (prefix === null || length > 128 - 8) return text
  let address = prefix + 1n
  for (let tries = 0; tries < MOST_TRIES && own.has(keyOf(address)); tries++) address++
  return writeIp6(address)
}

/** V8 hashes a bigint by its lowest 64 bits, which many networks have in common. */
function keyOf(address: Ip6): string {
  return address.toString(16)
}

function isSpecial(address: Ip6): boolean {
  return address <= LOOPBACK || isLinkLocal(address) || isMulticast(address) || isMapped(address)
}
