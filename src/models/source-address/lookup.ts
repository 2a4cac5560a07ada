import {atLeast, type Kernel} from '../../facts/kernel.js'
import type {Ipv6Route, NetworkNamespace, PolicyRule} from '../../facts/network/namespace.js'
import type {SourceError} from './answer.js'
import type {Assume} from './assumptions.js'
import {type Device, type Devices, isL3Master, LOOPBACK_INDEX} from './devices.js'
import type {Flow} from './flow.js'
import {type Ip6, isLinkLocal, isMulticast, needsStrict} from './ip6-address.js'
import {
  INITIAL_RULES,
  maybeNotAsked,
  type ReadyRule,
  type RuleContext,
  readyRules,
  ruleMatches,
} from './policy-rules.js'
import {type Path, RouteTable} from './route-table.js'
import {type Found, Neighbours, type Surroundings, selectRoute} from './select-route.js'
import {SharedNextHops} from './shared-next-hops.js'

export interface Reached extends Found {
  readonly rule: PolicyRule
  /** Where the packet leaves by, as the route has it; the loopback device for addresses of this host. */
  readonly dev: string
}

export type Outcome = {readonly reached: Reached} | {readonly error: SourceError}

/** Tables and rules of a namespace, ready for lookups. */
export class Lookup {
  private readonly tables = new Map<number, RouteTable>()
  private readonly rules: readonly ReadyRule[]
  private readonly initialRules: readonly ReadyRule[]
  private readonly rulesMayNotBeAsked: boolean
  private readonly shared: SharedNextHops
  readonly neighbours: Neighbours
  private readonly surroundings: Pick<Surroundings, 'all' | 'neighbours'>

  constructor(
    readonly devices: Devices,
    network: Pick<NetworkNamespace, 'all' | 'neighbours'> & {
      readonly rules: NonNullable<NetworkNamespace['rules']>
      readonly routes: NonNullable<NetworkNamespace['routes']>
    },
  ) {
    this.shared = new SharedNextHops(network.rules.some(({suppressPrefixLength}) => suppressPrefixLength !== null))
    for (const route of network.routes) {
      let table = this.tables.get(route.table)
      if (table === undefined) {
        table = new RouteTable()
        this.tables.set(route.table, table)
      }
      for (const path of table.add(route, devices)) this.shared.add(path)
    }
    this.neighbours = new Neighbours(network.neighbours)
    this.surroundings = {all: network.all, neighbours: this.neighbours}
    this.rules = readyRules(network.rules)
    this.initialRules = readyRules(INITIAL_RULES)
    this.rulesMayNotBeAsked = maybeNotAsked(network.rules)
  }

  /** ip6_route_output_flags(), fib6_rule_lookup(). */
  route(flow: Flow, context: RuleContext): Outcome {
    const {assume} = context
    const linkScope = this.linkScopeInVrf(flow)
    if (linkScope !== null)
      return linkScope === 'none' ? NO_ROUTE : (this.inTable(linkScope, flow, context) ?? NO_ROUTE)
    const rules =
      this.rulesMayNotBeAsked &&
      assume('whether a policy rule was ever added here; only then do deleted ones count') === 0
        ? this.initialRules
        : this.rules
    if (rules === this.rules) this.enterDomain(flow)
    return this.byRules(rules, flow, context)
  }

  private byRules(rules: readonly ReadyRule[], flow: Flow, context: RuleContext): Outcome {
    let suppressed: Outcome | null = null
    for (let index = 0; index < rules.length; index++) {
      const ready = rules[index]
      if (ready === undefined || !ruleMatches(ready, flow, context)) continue
      const {rule, target} = ready
      if (rule.action === 'nop') continue
      if (rule.action === 'goto') {
        // Only forward; what is not yet there is passed over.
        if (target !== null && target > index) index = target - 1
        continue
      }
      if (rule.action !== 'lookup') return {error: errorOfRule(rule)}
      const outcome = this.inTable(rule, flow, context)
      suppressed = null
      if (outcome === null) continue
      if ('error' in outcome || !this.isSuppressed(outcome.reached, rule, context.assume)) return outcome
      suppressed = outcome
    }
    return suppressed !== null && usesSuppressed(context) ? suppressed : NO_ROUTE
  }

  /** null: go on with the next rule (EAGAIN). */
  private inTable(rule: PolicyRule, flow: Flow, {kernel, assume}: RuleContext): Outcome | null {
    const number = rule.l3mdev ? (this.devices.at(flow.domain)?.link.vrfTable ?? null) : rule.table
    const table = number === null ? undefined : this.tables.get(number)
    const found = table && selectRoute(table, flow, {...this.surroundings, kernel, assume})
    if (!found || found.path.error === 'throw') return null
    const {error, route, device} = found.path
    if (error !== null) return failure(error, route, `is of type ${route.type}`)
    if (isPromotedToReject(found.path, kernel, assume)) {
      return failure('ENETUNREACH', route, 'leads to the loopback device')
    }
    const path = this.shared.remembered(found.path, assume)
    const local = route.type === 'local' || route.type === 'anycast'
    const dev = (local && device ? this.deviceOfLocal(device, flow.dest) : device)?.name
    return {reached: {...found, path, rule, dev: dev ?? route.nexthops[0]?.dev ?? 'lo'}}
  }

  /** ip6_rt_get_dev_rcu(): local addresses are reached through lo, those of a VRF through the VRF. */
  private deviceOfLocal(device: Device, dest: Ip6): Device | undefined {
    if (isL3Master(device.link)) return device
    return device.domain === 0 || needsStrict(dest) ? this.devices.loopback : this.devices.at(device.domain)
  }

  /** fib6_rule_suppress(): it asks of routes only, not of errors. */
  private isSuppressed({path}: Reached, rule: PolicyRule, assume: Assume): boolean {
    const {suppressPrefixLength, suppressIfgroup} = rule
    if (suppressPrefixLength !== null && path.route.dst.length <= suppressPrefixLength) return true
    if (suppressIfgroup === null || path.device === null) return false
    return assume(`whether ${path.device.name} is in the group ${suppressIfgroup} of devices`) === 1
  }

  /** l3mdev_update_flow() */
  private enterDomain(flow: Flow): void {
    const device = this.devices.at(flow.oif)
    if (device === undefined) return
    if (flow.domain === 0) flow.domain = device.domain
    if (isL3Master(device.link)) flow.oif = 0
  }

  /** vrf_link_scope_lookup(): a VRF has no link; of its devices its table alone is asked. */
  private linkScopeInVrf({dest, oif}: Flow): PolicyRule | 'none' | null {
    if (!isMulticast(dest) && !isLinkLocal(dest)) return null
    const device = this.devices.at(oif)
    if (device === undefined || device.domain === 0) return null
    if (isL3Master(device.link)) return 'none'
    const table = this.devices.at(device.domain)?.link.vrfTable ?? null
    const [first] = INITIAL_RULES
    return first ? {...first, table, l3mdev: false} : 'none'
  }
}

function failure(code: SourceError['code'], {dst, table}: Ipv6Route, what: string): Outcome {
  return {error: {code, why: `the route ${dst.address}/${dst.length} in table ${table} ${what}`}}
}

const NO_ROUTE: Outcome = {error: {code: 'ENETUNREACH', why: 'no policy rule leads to a route'}}

/**
 * fib6_is_reject(): what is routed to the loopback device is dropped. Since Linux 4.18, which keeps the type of such a
 * route, connect(2) no longer fails.
 */
function isPromotedToReject({route, device}: Path, kernel: Kernel | null, assume: Assume): boolean {
  if (route.type !== 'unicast' || device?.index !== LOOPBACK_INDEX || route.dst.address === '::1') return false
  if (kernel !== null && atLeast(kernel, 4, 18)) return false
  return assume('whether this kernel fails for a route through the loopback device') === 0
}

/**
 * fib6_rule_suppress() left the route in the result until some release before 6.18, so that it was used all the same if
 * no other rule matched.
 */
function usesSuppressed({kernel, assume}: RuleContext): boolean {
  if (kernel !== null && atLeast(kernel, 6, 18)) return false
  return assume('whether this kernel uses a route that the last matching policy rule suppresses') === 1
}

function errorOfRule({action, priority}: PolicyRule): SourceError {
  const code = action === 'unreachable' ? 'ENETUNREACH' : action === 'prohibit' ? 'EACCES' : 'EINVAL'
  return {code, why: `the policy rule ${priority} says ${action}`}
}
