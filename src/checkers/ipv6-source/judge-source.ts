import type {Ipv6Address, NetworkNamespace} from '../../facts/network/namespace.js'
import type {Confidence, Severity} from '../../model/finding.js'
import {isLinkLocal, parseIp6, prefixBits} from '../../models/source-address/ip6-address.js'
import {type Held, heldAddresses, isInternet, isLinkLocalText, isUnfinished, isUniqueLocal} from './addresses.js'
import type {SourceCase} from './cases.js'
import {LinkPrefixes} from './link-prefixes.js'
import type {Rule} from './rules.js'

/** What is wrong with the source address of one case. */
export interface SourceVerdict {
  readonly rule: Rule
  readonly severity: Severity
  readonly confidence: Confidence
  readonly quiet?: true
  /** source-off-prefix: the address that would fit. */
  readonly fitting?: Ipv6Address
  /** source-unique-local: a global address that the host has. */
  readonly global?: Held
}

/** Kinds of links that are commonly given no address of their own. */
const unnumbered: ReadonlySet<string> = new Set([
  ...['wireguard', 'tun', 'ppp', 'sit', 'gre', 'ip6gre', 'ip6tnl', 'ipip', 'vti', 'vti6', 'xfrm', 'netkit'],
])

/** Judges what the kernel would choose. null: nothing is wrong with it. */
export type Judge = (one: SourceCase) => SourceVerdict | null

/**
 * A `src` of the route is somebody's decision and not questioned, nor is a temporary address, or one that is unique
 * local, for being so.
 *
 * @param translates whether a rule of this host gives packets another source; null: not known
 */
export function createJudge(network: NetworkNamespace, translates: boolean | null): Judge {
  const prefixes = new Map(network.links.map((link) => [link, new LinkPrefixes(link)]))
  const global =
    heldAddresses(network).find(
      ({address}) => isInternet(address.address) && !isUnfinished(address) && !address.deprecated,
    ) ?? null
  return (one) => {
    const {source, dev, via, rule, route} = one
    if (rule === 'route-src') return null
    if (!source || isLinkLocalText(source.address.address)) {
      // On the link itself a link-local source is as good as any.
      if (via === null) return null
      const passive = route.protocol === 'ra' && one.destination.because === 'route'
      return {rule: 'source-not-global', severity: passive ? 'warning' : 'error', confidence: 'certain'}
    }
    if (source.link.name !== dev.name && !source.link.loopback) return otherInterface(one, source)
    const fitting = fittingAddress(one, source, prefixes.get(dev))
    if (fitting) return {rule: 'source-off-prefix', fitting, ...gravityOff(one, source, fitting)}
    if (source.address.deprecated) {
      // By hand, for ever: somebody wants it to be used for nothing new, and nothing better was left.
      const byHand = source.address.validLifetime === Number.POSITIVE_INFINITY
      return {rule: 'source-deprecated', severity: byHand ? 'notice' : 'warning', confidence: 'certain'}
    }
    return translates ? null : uniqueLocal(one, source, global)
  }
}

/**
 * The weak host model: the kernel takes any address of the host. Routers and tunnels are meant to be like that; what is
 * attached without a router between, like a container to its veth, knows whom it is attached to.
 */
function otherInterface({dev, via, route}: SourceCase, source: Held): SourceVerdict | null {
  if (via === null) return null
  const meant = unnumbered.has(dev.kind ?? '') || (dev.settings.forwarding ?? 0) !== 0
  if (meant) return {rule: 'source-other-interface', severity: 'notice', confidence: 'possible', quiet: true}
  const cutOff = !source.link.up || !source.link.carrier
  return {
    rule: 'source-other-interface',
    severity: 'warning',
    confidence: cutOff || route.dst.length === 0 ? 'likely' : 'possible',
  }
}

/**
 * An address of the outgoing link in whose prefix the next hop is (the destination, where there is none), while the
 * chosen one is in no such prefix. A link-local next hop has no prefix that tells.
 */
function fittingAddress(
  {via, destination}: SourceCase,
  source: Held,
  prefixes: LinkPrefixes | undefined,
): Ipv6Address | null {
  const hop = parseIp6(via ?? destination.address)
  const chosen = parseIp6(source.address.address)
  if (!prefixes || hop === null || chosen === null || isLinkLocal(hop)) return null
  const around = prefixes.around(hop)
  if (around.some(({bits, length}) => prefixBits(chosen, length) === bits)) return null
  // A unique local address is no match for a global destination, nor the reverse: rule 6 had a reason.
  const alike = around.filter(
    ({best}) => best !== null && isUniqueLocal(best.address) === isUniqueLocal(source.address.address),
  )
  return alike[0]?.best ?? null
}

/**
 * Whether the next hop has a way back is not known here. It hardly has where somebody set up a route to a router of
 * a network of its own, and the source is of one that another router announced.
 */
function gravityOff(
  {route, via}: SourceCase,
  source: Held,
  fitting: Ipv6Address,
): Pick<SourceVerdict, 'severity' | 'confidence'> {
  const announced = source.address.dynamic || source.address.temporary
  const setUp = via !== null && route.dst.length > 0 && route.protocol !== 'ra' && !fitting.dynamic
  return announced && setUp ? {severity: 'warning', confidence: 'likely'} : {severity: 'notice', confidence: 'possible'}
}

function uniqueLocal({destination, via, route}: SourceCase, source: Held, global: Held | null): SourceVerdict | null {
  if (!isUniqueLocal(source.address.address) || !isInternet(destination.address)) return null
  // A more specific route is one within the site, whose routers know its prefixes.
  if (via === null || route.dst.length > 0) return null
  return global
    ? {rule: 'source-unique-local', severity: 'warning', confidence: 'likely', global}
    : {rule: 'source-unique-local', severity: 'notice', confidence: 'possible'}
}
