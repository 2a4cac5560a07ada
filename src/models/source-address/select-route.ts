import {atLeast, type Kernel} from '../../facts/kernel.js'
import type {Neighbour, NetworkNamespace} from '../../facts/network/namespace.js'
import type {Assume} from './assumptions.js'
import {type Device, isSet} from './devices.js'
import type {Flow} from './flow.js'
import {type Ip6, parseIp6} from './ip6-address.js'
import type {Path, RouteTable} from './route-table.js'

/** What routes are chosen by, besides the routes. */
export interface Surroundings {
  readonly all: NetworkNamespace['all']
  readonly neighbours: Neighbours
  readonly kernel: Kernel | null
  readonly assume: Assume
}

/** rt6_check_neigh() asks of a router only whether it failed to answer. */
export class Neighbours {
  private readonly failed: ReadonlySet<string> | null
  private readonly unresolved: ReadonlySet<string> | null

  constructor(neighbours: readonly Neighbour[] | null) {
    const keys = (states: readonly string[]) =>
      neighbours &&
      new Set(
        neighbours
          .filter((each) => each.states.some((state) => states.includes(state)))
          .map(({address, dev}) => keyOf(parseIp6(address), dev)),
      )
    this.failed = keys(['FAILED'])
    this.unresolved = keys(['FAILED', 'INCOMPLETE', 'NONE'])
  }

  hasFailed(address: Ip6, device: Device, assume: Assume): boolean {
    return this.has(this.failed, address, device, assume)
  }

  /** There is an entry, and its state is none of NUD_VALID. */
  isUnresolved(address: Ip6, device: Device, assume: Assume): boolean {
    return this.has(this.unresolved, address, device, assume)
  }

  private has(set: ReadonlySet<string> | null, address: Ip6, {name}: Device, assume: Assume): boolean {
    if (set === null) return assume(`whether the next hop on ${name} answers: the neighbours could not be read`) === 1
    return set.has(keyOf(address, name))
  }
}

function keyOf(address: Ip6 | null, dev: string): string {
  return `${dev} ${address}`
}

export interface Found {
  readonly path: Path
  /** How many next hops the hash of the flow chooses from; which is not known. */
  readonly among: readonly Path[]
}

/** ip6_pol_route() (net/ipv6/route.c): null if the table has no route that can be used. */
export function selectRoute(table: RouteTable, flow: Flow, surroundings: Surroundings): Found | null {
  const lists = table.listsFor(flow.dest, flow.source)
  if (lists.length === 0) return null
  const {all, assume} = surroundings
  // Routers leave the reachability of other routers to routing protocols.
  const asksNeighbours = hasRouters(lists) && !isSet(all.forwarding, 'all', 'forwarding', assume)
  const path =
    firstUsable(lists, flow, surroundings, asksNeighbours) ??
    (asksNeighbours ? firstUsable(lists, flow, surroundings, false) : null)
  return path && ofMultipath(path, flow, surroundings, asksNeighbours)
}

function hasRouters(lists: readonly (readonly Path[])[]): boolean {
  return lists.some((list) => list.some(({via}) => via !== null))
}

function firstUsable(
  lists: readonly (readonly Path[])[],
  flow: Flow,
  surroundings: Surroundings,
  asksNeighbours: boolean,
): Path | null {
  for (const list of lists) {
    const path = bestOfList(list, flow, surroundings, asksNeighbours)
    if (path !== null) return path
  }
  return null
}

/** find_rr_leaf(): the best of the lowest metric; if none of these can be used, the best of all others. */
function bestOfList(
  list: readonly Path[],
  flow: Flow,
  surroundings: Surroundings,
  asksNeighbours: boolean,
): Path | null {
  const lowest = list[0]?.route.metric
  let best: Path | null = null
  let bestScore = -1
  for (const path of list) {
    if (path.route.metric !== lowest && best !== null && best.route.metric === lowest) return best
    // A blackhole of a nexthop object is not asked for its device, and ends the search (__find_rr_leaf()).
    if (path.object && path.error !== null) return path
    if (!isUsable(path, surroundings)) continue
    const score = scoreOf(path, flow, surroundings, asksNeighbours)
    if (score > bestScore) {
      best = path
      bestScore = score
    }
  }
  return best
}

/** The first half of find_match(), and fib6_check_expired(). */
function isUsable({dead, linkDown, device, route}: Path, {assume}: Surroundings): boolean {
  if (route.expires !== null && route.expires < 0) return false
  if (dead) return false
  if (!linkDown || device === null) return true
  return !isSet(device.link.settings.ignoreRoutesWithLinkdown, device.name, 'ignoreRoutesWithLinkdown', assume)
}

const PREFERENCES = {low: 1, medium: 2, high: 3} as const
const OUT_OF_QUESTION = -2

/** rt6_score_route() with CONFIG_IPV6_ROUTER_PREF, which distributions switch on. */
function scoreOf(
  {device, router, route}: Path,
  {oif, strict}: Flow,
  {neighbours, assume}: Surroundings,
  asksNeighbours: boolean,
): number {
  const throughDevice = oif === 0 || device?.index === oif
  if (!throughDevice && strict) return OUT_OF_QUESTION
  if (asksNeighbours && router !== null && device !== null && neighbours.hasFailed(router, device, assume)) {
    return OUT_OF_QUESTION
  }
  return (throughDevice ? 2 : 0) | (PREFERENCES[route.preference] << 2)
}

/** fib6_select_path(): the hash of the flow, whose key is secret, picks a next hop. */
function ofMultipath(path: Path, flow: Flow, surroundings: Surroundings, asksNeighbours: boolean): Found {
  if (path.siblings.length === 0) return {path, among: [path]}
  const among = path.object ? ofObject(path, flow, surroundings) : ofSiblings(path, flow, surroundings, asksNeighbours)
  if (among.length < 2) return {path: among[0] ?? path, among: [among[0] ?? path]}
  const {dst, table} = path.route
  const which = surroundings.assume(
    `which next hop of ${dst.address}/${dst.length} in table ${table} the hash of the flow picks`,
    among.length,
  )
  return {path: among[which] ?? path, among}
}

/**
 * With a device given, Linux 6.12 takes the first next hop through it, and 6.18 any through it: the source is the same.
 */
function ofSiblings(path: Path, flow: Flow, surroundings: Surroundings, asksNeighbours: boolean): readonly Path[] {
  // None of its routers answers: it stays with the first.
  if (scoreOf(path, flow, surroundings, asksNeighbours) < 0) return [path]
  return path.siblings.filter(
    (sibling) => isUsable(sibling, surroundings) && scoreOf(sibling, flow, surroundings, asksNeighbours) >= 0,
  )
}

/** nexthop_select_path_hthr(): it does not ask for the device, which Linux 6.18 leaves to it and 6.12 does not. */
function ofObject(path: Path, {oif}: Flow, {neighbours, kernel, assume}: Surroundings): readonly Path[] {
  const keepsDevice =
    oif !== 0 &&
    (kernel === null || !atLeast(kernel, 6, 18)) &&
    assume('whether the hash picks a next hop of a nexthop object though a device is given') === 0
  if (keepsDevice) return [path]
  const good = path.siblings.filter(
    ({router, device}) => router === null || device === null || !neighbours.isUnresolved(router, device, assume),
  )
  return good.length > 0 ? good : path.siblings.slice(0, 1)
}
