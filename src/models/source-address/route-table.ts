import type {Ipv6Route, Nexthop} from '../../facts/network/namespace.js'
import type {Device, Devices} from './devices.js'
import {ANY, type Ip6, parseIp6, prefixKey} from './ip6-address.js'

/** A route through one next hop; a multipath route is several of them (fib6_info and its siblings). */
export interface Path {
  readonly route: Ipv6Route
  /** null: of a device that the namespace does not show. */
  readonly device: Device | null
  readonly via: string | null
  /** `via` as a number. */
  readonly router: Ip6 | null
  readonly dead: boolean
  readonly linkDown: boolean
  /** errno that this route stands for; 'throw': look in the next table. */
  readonly error: RouteError | 'throw' | null
  /** The next hops are those of a nexthop object, which chooses among them itself. */
  readonly object: boolean
  /** All paths of the same multipath route, this one included; empty for any other route. */
  readonly siblings: readonly Path[]
}

export type RouteError = 'EINVAL' | 'EHOSTUNREACH' | 'EACCES'

/**
 * fib6_info_nh_dev(): the device whose addresses are preferred as source. Of a group of nexthop objects it is that of the
 * first, whichever the hash picks.
 */
export function sourceDeviceOf({object, siblings, device}: Path): Device | null {
  return (object ? siblings[0]?.device : undefined) ?? device
}

/** ip6_rt_type_to_error() */
const ERRORS: Partial<Record<Ipv6Route['type'], Path['error']>> = {
  blackhole: 'EINVAL',
  unreachable: 'EHOSTUNREACH',
  prohibit: 'EACCES',
  throw: 'throw',
}

/** Routes of one destination prefix, in the order of the kernel's list: by metric, then as they were added. */
interface Node {
  readonly own: Path[]
  /** Source-specific ones (CONFIG_IPV6_SUBTREES) by the length and the bits of their source prefix. */
  readonly bySource: PrefixMap<Path[]>
}

/** A routing table, to be asked by destination and source. */
export class RouteTable {
  private readonly nodes = new PrefixMap<Node>()

  /** Gives the paths of the route. */
  add(route: Ipv6Route, devices: Devices): readonly Path[] {
    const dst = parseIp6(route.dst.address)
    const src = route.src === null ? ANY : parseIp6(route.src.address)
    if (dst === null || src === null) return []
    const node = this.nodes.at(dst, route.dst.length, () => ({own: [], bySource: new PrefixMap()}))
    const list =
      route.src === null || route.src.length === 0 ? node.own : node.bySource.at(src, route.src.length, () => [])
    const paths = pathsOf(route, devices)
    list.push(...paths)
    return paths
  }

  /**
   * The lists of routes that a lookup tries one after another: fib6_node_lookup(), then fib6_backtrack().
   *
   * A destination prefix with source-specific routes, none of which fits the source, is passed over at first together
   * with its routes for any source: `sfn` is null in fib6_node_lookup_1(). Only the root of the table is not.
   */
  listsFor(dest: Ip6, source: Ip6): readonly (readonly Path[])[] {
    const lists: (readonly Path[])[] = []
    for (const {own, bySource} of this.nodes.covering(dest)) {
      const specific = bySource.covering(source)
      if (lists.length === 0 && specific.length === 0 && !bySource.isEmpty) continue
      lists.push(...specific)
      if (own.length > 0) lists.push(own)
    }
    if (lists.length > 0) return lists
    const root = this.nodes.get(ANY, 0)
    return root && root.own.length > 0 ? [root.own] : []
  }
}

/** Routes that reject go through the loopback device. */
const LOOPBACK_HOP: Nexthop = {dev: null, via: null, weight: 1, flags: []}

function pathsOf(route: Ipv6Route, devices: Devices): readonly Path[] {
  const error = ERRORS[route.type] ?? null
  const hops = route.nexthops.length > 0 ? route.nexthops : [LOOPBACK_HOP]
  const siblings: Path[] = []
  const paths = hops.map(({dev, via, flags}) => ({
    route,
    device: (dev === null ? devices.loopback : devices.named(dev)) ?? null,
    via,
    router: via === null ? null : parseIp6(via),
    dead: flags.includes('dead'),
    linkDown: flags.includes('linkdown'),
    error,
    object: route.nexthopId !== undefined,
    siblings: hops.length > 1 ? siblings : [],
  }))
  if (hops.length > 1) siblings.push(...paths)
  return paths
}

/** Values by prefix; those that cover an address are found in as many steps as there are lengths. */
class PrefixMap<T> {
  private readonly byLength = new Map<number, Map<string, T>>()
  /** Descending. */
  private lengths: readonly number[] = []

  get isEmpty(): boolean {
    return this.lengths.length === 0
  }

  get(address: Ip6, length: number): T | undefined {
    return this.byLength.get(length)?.get(prefixKey(address, length))
  }

  at(address: Ip6, length: number, make: () => T): T {
    let ofLength = this.byLength.get(length)
    if (ofLength === undefined) {
      ofLength = new Map()
      this.byLength.set(length, ofLength)
      this.lengths = [...this.lengths, length].sort((a, b) => b - a)
    }
    const key = prefixKey(address, length)
    const known = ofLength.get(key)
    if (known !== undefined) return known
    const made = make()
    ofLength.set(key, made)
    return made
  }

  /** The longest first. */
  covering(address: Ip6): readonly T[] {
    const found: T[] = []
    for (const length of this.lengths) {
      const value = this.byLength.get(length)?.get(prefixKey(address, length))
      if (value !== undefined) found.push(value)
    }
    return found
  }
}
