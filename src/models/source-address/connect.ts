import type {Kernel} from '../../facts/kernel.js'
import type {NetworkNamespace} from '../../facts/network/namespace.js'
import type {SourceError, SourceQuestion} from './answer.js'
import type {Assume} from './assumptions.js'
import type {Device, Devices, OwnAddress} from './devices.js'
import type {Flow} from './flow.js'
import {ANY, type Ip6, isOrchid, LOOPBACK, needsStrict, needsZone, parseIp6, scopeOf} from './ip6-address.js'
import type {LabelTable} from './label-table.js'
import type {Lookup, Reached} from './lookup.js'
import {sourceDeviceOf} from './route-table.js'
import {type Selected, selectSource} from './select-source.js'
import type {SourceRule} from './source-rules.js'

/** A socket that is about to connect, and all it depends on. */
export interface Connection {
  readonly all: NetworkNamespace['all']
  readonly devices: Devices
  readonly labels: LabelTable | null
  readonly lookup: Lookup
  readonly kernel: Kernel | null
  /** null: not known. */
  readonly mobileIpv6: boolean | null
  readonly rules: readonly SourceRule[]
  readonly dest: Ip6
  readonly oif: string | undefined
  readonly mark: number
  readonly prefer: SourceQuestion['prefer']
  readonly uid: number | undefined
  /** See distinctUids(). */
  readonly uids: readonly number[]
  readonly assume: Assume
}

/** `src` of a route, on the device that has it; null: no device has it any more. */
export interface RouteSource {
  readonly address: string
  readonly own: OwnAddress | null
}

export type Connected =
  | {readonly route: Reached; readonly source: Selected | RouteSource}
  | {readonly error: SourceError; readonly route: Reached | null}

/** __ip6_datagram_connect() up to the route. */
export function connect(connection: Connection): Connected {
  const {devices, oif} = connection
  const device = oif === undefined ? null : devices.named(oif)
  if (device === undefined) return failed('ENODEV', `there is no device ${oif}`)
  // Who connects to the unspecified address talks to this host.
  const dest = connection.dest === ANY ? LOOPBACK : connection.dest
  if (device === null && needsZone(dest)) {
    return failed('EINVAL', 'an address of a link needs a device: as its zone, or bound to the socket')
  }
  return lookupTail({...connection, dest}, device)
}

/** ip6_dst_lookup_tail() (net/ipv6/ip6_output.c) */
function lookupTail(connection: Connection, bound: Device | null): Connected {
  const {lookup} = connection
  const flow = flowOf(connection, bound)
  const first = lookup.route(flow, connection)
  const route = 'reached' in first ? first.reached : null
  const source = sourceFor(connection, flow, route)
  if (source === null) return failed('EADDRNOTAVAIL', 'this host has no address that could be the source', route)
  flow.source = bitsOf(source)
  if (route !== null) return afterOptimistic(connection, flow, {route, source})
  // A route that asks for a source address could not be found before there was one.
  const second = lookup.route(flow, connection)
  return 'error' in second
    ? {error: second.error, route: null}
    : afterOptimistic(connection, flow, {route: second.reached, source})
}

function flowOf({dest, mark}: Connection, bound: Device | null): Flow {
  const oif = bound?.index ?? 0
  return {dest, source: ANY, oif, domain: 0, mark, strict: oif !== 0 || needsStrict(dest)}
}

/** What `ip -6 route get` shows, which looks up once and knows of no preferences (inet6_rtm_getroute()). */
export function routeGet(
  connection: Connection,
  bound: Device | null,
): {readonly error: SourceError} | {readonly route: Reached; readonly source: Selected | RouteSource | null} {
  const flow = flowOf(connection, bound)
  const found = connection.lookup.route(flow, connection)
  if ('error' in found) return found
  // rt6_fill_node() does not hand on the VRF.
  return {route: found.reached, source: sourceFor(connection, {...flow, domain: 0}, found.reached)}
}

/** ip6_route_get_saddr() */
function sourceFor(connection: Connection, flow: Flow, route: Reached | null): Selected | RouteSource | null {
  const {devices, rules, dest, labels} = connection
  const domain = devices.at(flow.domain) ?? null
  const device = route && sourceDeviceOf(route.path)
  const sameDomain = domain === null || device?.domain === domain.index
  const prefsrc = route?.path.route.prefsrc ?? null
  if (prefsrc !== null && sameDomain) return {address: prefsrc, own: devices.having(prefsrc)}
  const out = sameDomain ? device : domain
  const selection = {
    ...connection,
    destScope: scopeOf(dest),
    destOrchid: isOrchid(dest),
    destLabel: labels?.labelOf(dest, out?.index ?? 0) ?? null,
    out,
  }
  return selectSource(selection, rules)
}

function bitsOf(source: Selected | RouteSource): Ip6 {
  return 'chosen' in source ? source.chosen.bits : (parseIp6(source.address) ?? ANY)
}

/** An optimistic source may not ask for its neighbour: what has none yet goes to the default router (RFC 4429, 3.3). */
function afterOptimistic(connection: Connection, flow: Flow, connected: Connected & {route: Reached}): Connected {
  const {devices, lookup, dest, assume} = connection
  const {route} = connected
  const device = devices.named(route.dev)
  const optimistic = device?.addresses.some(({bits, shown}) => bits === flow.source && shown.optimistic) ?? false
  if (!optimistic || device === undefined) return connected
  if (!lookup.neighbours.isUnresolved(route.path.router ?? dest, device, assume)) return connected
  const toRouter = lookup.route({...flow, dest: ANY, strict: flow.oif !== 0}, connection)
  if ('reached' in toRouter) return connected
  const why = `the source is optimistic, its neighbour has not answered, and for the default router: ${toRouter.error.why}`
  return {error: {code: toRouter.error.code, why}, route}
}

function failed(code: SourceError['code'], why: string, route: Reached | null = null): Connected {
  return {error: {code, why}, route}
}
