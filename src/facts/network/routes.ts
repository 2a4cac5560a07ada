import type {Ipv6Route, Nexthop} from './namespace.js'
import {routeProtocol, routeTypeName, tableNumber} from './numbers.js'
import {isAddress, prefixOf} from './prefix.js'
import {mapRows, type Row, type Rows, readRows, stringOf, stringsOf} from './rows.js'

const types: readonly Ipv6Route['type'][] = [
  'unicast',
  'local',
  'anycast',
  'multicast',
  'unreachable',
  'blackhole',
  'prohibit',
  'throw',
]
/** Without a next hop: the kernel shows its loopback device for them. */
const rejecting: ReadonlySet<string> = new Set(['unreachable', 'blackhole', 'prohibit', 'throw'])

/** `ip -j -d -6 route show table all`. */
export function parseRoutes(text: string): Rows<Ipv6Route> {
  return mapRows(readRows(withoutTunnelEnds(text)), toRoute)
}

/**
 * Before version 6.3, iproute2 prints the ends of a tunnel (`encap ip6 dst ...`) as keys of the route, a second `dst`
 * among them, which would pass for that of the route.
 */
function withoutTunnelEnds(text: string): string {
  return text.replaceAll(/("encap":"\w{1,20}",(?:"(?:id|src)":(?:"[^"]*"|\d+),){0,4})"dst":/g, '$1"tunnel_dst":')
}

/** null: a clone of the cache, which is no route of a table (RTM_F_CLONED). */
function toRoute(row: Row): Ipv6Route | null | undefined {
  if (stringsOf(row.flags).includes('cloned') || 'cache' in row) return null
  const name = routeTypeName(row.type)
  const type = types.find((each) => each === name)
  const dst = prefixOf(row.dst)
  const src = row.from === undefined ? null : prefixOf(row.from)
  const table = tableNumber(row.table)
  if (type === undefined || !dst || src === undefined || table === undefined || typeof row.metric !== 'number') {
    return undefined
  }
  const nexthops = rejecting.has(type) ? [] : nexthopsOf(row)
  if (!nexthops || (row.prefsrc !== undefined && !isAddress(row.prefsrc))) return undefined
  const {expires} = row
  return {
    table,
    dst,
    src,
    type,
    metric: row.metric,
    preference: row.pref === 'low' || row.pref === 'high' ? row.pref : 'medium',
    prefsrc: isAddress(row.prefsrc) ? row.prefsrc : null,
    protocol: routeProtocol(row.protocol),
    expires: typeof expires === 'number' ? expires : expiryOf(expires),
    ...(typeof row.nhid === 'number' ? {nexthopId: row.nhid} : {}),
    nexthops,
  }
}

/** Some versions print a text with its unit: `1799sec`. */
function expiryOf(text: unknown): number | null {
  const seconds = typeof text === 'string' ? /^(-?\d{1,10})sec$/.exec(text)?.[1] : undefined
  return seconds === undefined ? null : Number(seconds)
}

/** undefined: not shown, as by a kernel with net.ipv4.nexthop_compat_mode=0. */
function nexthopsOf(row: Row): readonly Nexthop[] | undefined {
  const several = row.nexthops === undefined ? {rows: [row]} : readNexthops(row.nexthops)
  const hops = mapRows(several, toNexthop)
  return 'problem' in hops ? undefined : hops.rows
}

function readNexthops(value: unknown): Rows<Row> {
  return Array.isArray(value) && value.length > 0 ? readRows(JSON.stringify(value)) : {problem: 'no next hops'}
}

function toNexthop(row: Row): Nexthop | undefined {
  const dev = stringOf(row.dev)
  const via = row.gateway === undefined ? null : row.gateway
  if (dev === undefined || 'via' in row || (via !== null && !isAddress(via))) return undefined
  return {dev, via, weight: typeof row.weight === 'number' ? row.weight : 1, flags: stringsOf(row.flags)}
}
