import type {DockerDaemonConfig} from '../../facts/docker-daemon.js'
import type {Ipv6Route, NetworkLink, NetworkNamespace} from '../../facts/network/namespace.js'
import type {SysctlAssignment} from '../../facts/sysctl-files.js'
import type {Evidence, FindingDraft, Severity} from '../../model/finding.js'
import {type Missing, missing} from '../../model/missing.js'
import {ACCEPT_RA_OF_ROUTER, learnsDefaultRouter} from '../../models/router-advertisements/acceptance.js'
import {type BootSettings, bootSettings} from '../../models/router-advertisements/boot-settings.js'
import {coversAddress, isLinkLocalText} from './addresses.js'
import {addressText} from './evidence.js'
import {takeAdvertisements} from './remedies.js'
import {routeText} from './route-command.js'
import type {Rule} from './rules.js'
import {wording} from './wording.js'

const words = wording['default-route-lost']

export interface ForwardingEvidence {
  readonly network: NetworkNamespace
  /** Empty where not known; the engine tells of the gap. */
  readonly sysctl: readonly SysctlAssignment[]
  readonly docker: DockerDaemonConfig | null
}

/** What shows that the kernel took router advertisements on a link. */
interface Advertised {
  readonly link: NetworkLink
  readonly routes: readonly Ipv6Route[]
  /** Without such a route: an address or a route to a prefix that it left. */
  readonly trace: Evidence | null
}

/** Links whose default route of router advertisements is gone, will not be renewed, or goes when somebody forwards. */
export function* lostDefaultRoutes(
  given: ForwardingEvidence,
): Generator<FindingDraft<Rule> | {readonly unknown: Missing}> {
  const all = given.network.routes ?? []
  const network = {...given.network, routes: all.filter(isDefault)}
  // The kernel's routes to prefixes of advertisements expire, as those of its static addresses do not.
  const prefixes = all.filter((route) => route.protocol === 'kernel' && route.expires !== null)
  for (const link of network.links) {
    const advertised = advertisedOn(link, network.routes, prefixes)
    if (!advertised) continue
    const {acceptRa, acceptRaDefrtr} = link.settings
    // 0: a program processes them (networkd, NetworkManager, dhcpcd), and asks nobody whether the host forwards.
    if (acceptRa === 0 || acceptRaDefrtr === 0) continue
    const learns = learnsDefaultRouter(link.settings)
    if (learns === null) yield {unknown: missing('network', 'not-collected', words.unknown(link.name))}
    else if (!learns) yield lostNow(advertised, {...given, network})
    else if (acceptRa !== ACCEPT_RA_OF_ROUTER) yield* lostSoon(advertised, {...given, network})
  }
}

function advertisedOn(
  link: NetworkLink,
  defaults: readonly Ipv6Route[],
  prefixes: readonly Ipv6Route[],
): Advertised | null {
  if (link.loopback || !link.up) return null
  // The kernel's always expire; of the programs that add such routes, some let theirs stay.
  const routes = defaults.filter((route) => route.protocol === 'ra' && route.expires !== null && uses(route, link))
  const trace = addressTrace(link) ?? prefixTrace(link, prefixes)
  return routes.length > 0 || trace ? {link, routes, trace} : null
}

/** An address of autoconfiguration. Programs add theirs without a route to the prefix. */
function addressTrace({name, addresses}: NetworkLink): Evidence | null {
  const made = addresses.find(
    ({dynamic, manageTemporary, noPrefixRoute, protocol, address}) =>
      dynamic &&
      !isLinkLocalText(address) &&
      (protocol === 'kernel_ra' || (protocol === null && manageTemporary && !noPrefixRoute)),
  )
  return made ? {source: `ip -6 addr show dev ${name}`, excerpt: addressText(made)} : null
}

/** A route to a prefix that no address of the link brought, as where addresses come by DHCPv6. */
function prefixTrace(link: NetworkLink, prefixes: readonly Ipv6Route[]): Evidence | null {
  const made = prefixes.find(
    (route) =>
      uses(route, link) &&
      !link.addresses.some(
        (address) => address.prefixLength === route.dst.length && coversAddress(address, route.dst.address),
      ),
  )
  return made ? {source: 'ip -6 route', excerpt: routeText(made)} : null
}

function lostNow({link, routes, trace}: Advertised, given: ForwardingEvidence): FindingDraft<Rule> {
  const [route] = routes
  const replaced = hasOtherDefault(link, given.network)
  const boot = bootSettings(given.sysctl, link.name)
  return {
    rule: 'default-route-lost',
    subject: {kind: 'interface', name: link.name},
    severity: replaced ? 'warning' : 'error',
    confidence: route ? 'certain' : 'likely',
    summary: route ? words.going(link.name, route.expires, replaced) : words.gone(link.name, replaced),
    why: words.why,
    evidence: [
      ...settingsOf(link),
      ...(route ? [{source: 'ip -6 route', excerpt: routeText(route)}] : []),
      ...(!route && trace ? [trace] : []),
      ...forwardersOf(given, boot),
    ],
    remediation: takeAdvertisements(
      link.name,
      given.sysctl,
      route ? words.renew(link.name) : words.comeBack(link.name),
    ),
  }
}

/** Nothing forwards now, and something is set up to. */
function* lostSoon({link, routes}: Advertised, given: ForwardingEvidence): Generator<FindingDraft<Rule>> {
  const [route] = routes
  if (!route) return
  const boot = bootSettings(given.sysctl, link.name)
  const evidence = forwardersOf(given, boot)
  if (!willDocker(given) && !willBoot(boot)) return
  const severity: Severity = hasOtherDefault(link, given.network) ? 'notice' : 'warning'
  yield {
    rule: 'default-route-lost',
    subject: {kind: 'interface', name: link.name},
    severity,
    confidence: 'likely',
    summary: words.soon(link.name, willDocker(given), willBoot(boot)),
    why: words.why,
    evidence: [...evidence, ...settingsOf(link), {source: 'ip -6 route', excerpt: routeText(route)}],
    remediation: takeAdvertisements(link.name, given.sysctl, words.before(link.name)),
  }
}

function willBoot({forwarding, acceptRa}: BootSettings): boolean {
  return forwarding !== null && acceptRa !== ACCEPT_RA_OF_ROUTER && acceptRa !== 0
}

/** setupIPv6Forwarding() of libnetwork's bridge driver, for a network with IPv6: it writes unless it reads 1. */
function willDocker({docker, network}: ForwardingEvidence): boolean {
  return docker?.ipv6 === true && docker.ipForward && network.all.forwarding !== 1
}

function forwardersOf(given: ForwardingEvidence, boot: BootSettings): Evidence[] {
  const {docker} = given
  const file = willBoot(boot) ? boot.forwarding : null
  return [
    ...(file ? [{source: `${file.path}:${file.line}`, excerpt: file.text}] : []),
    ...(docker?.ipv6 && docker.ipForward
      ? [
          {
            source: docker.ipv6Line === null ? '/etc/docker/daemon.json' : `/etc/docker/daemon.json:${docker.ipv6Line}`,
            excerpt: docker.text ?? '"ipv6": true',
          },
        ]
      : []),
  ]
}

function settingsOf({name, settings}: NetworkLink): Evidence[] {
  return [
    {source: `/proc/sys/net/ipv6/conf/${name}/forwarding`, excerpt: String(settings.forwarding)},
    {source: `/proc/sys/net/ipv6/conf/${name}/accept_ra`, excerpt: String(settings.acceptRa)},
  ]
}

/** Another default route that forwarding does not touch. */
function hasOtherDefault(link: NetworkLink, {routes, links}: NetworkNamespace): boolean {
  const safe = new Set(
    links
      .filter(({settings}) => settings.acceptRa === ACCEPT_RA_OF_ROUTER || settings.acceptRa === 0)
      .map(({name}) => name),
  )
  return (routes ?? []).some(
    (route) =>
      route.type === 'unicast' &&
      !(
        route.protocol === 'ra' &&
        (uses(route, link) || !route.nexthops.some(({dev}) => dev !== null && safe.has(dev)))
      ),
  )
}

function isDefault({dst, src}: Ipv6Route): boolean {
  return dst.length === 0 && (src === null || src.length === 0)
}

function uses({nexthops}: Ipv6Route, {name}: NetworkLink): boolean {
  return nexthops.some(({dev}) => dev === name)
}
