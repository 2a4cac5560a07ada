import type {DockerDaemonConfig} from '../../facts/docker-daemon.js'
import type {Ipv6Address, Ipv6Route, NetworkLink, NetworkNamespace} from '../../facts/network/namespace.js'
import type {SysctlAssignment} from '../../facts/sysctl-files.js'
import type {Evidence, FindingDraft, Severity} from '../../model/finding.js'
import {type Missing, missing} from '../../model/missing.js'
import {ACCEPT_RA_OF_ROUTER, learnsDefaultRouter} from '../../models/router-advertisements/acceptance.js'
import {type BootSettings, bootSettings} from '../../models/router-advertisements/boot-settings.js'
import {isLinkLocalText} from './addresses.js'
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
  readonly addresses: readonly Ipv6Address[]
}

/** Links whose default route of router advertisements is gone, will not be renewed, or goes when somebody forwards. */
export function* lostDefaultRoutes(
  given: ForwardingEvidence,
): Generator<FindingDraft<Rule> | {readonly unknown: Missing}> {
  const routes = (given.network.routes ?? []).filter(isDefault)
  const network = {...given.network, routes}
  for (const link of network.links) {
    const advertised = advertisedOn(link, routes)
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

function advertisedOn(link: NetworkLink, routes: readonly Ipv6Route[]): Advertised | null {
  if (link.loopback || !link.up) return null
  const ofIt = routes.filter((route) => route.protocol === 'ra' && uses(route, link))
  // What programs add has no route to its prefix of the kernel's, or is a single address.
  const addresses = link.addresses.filter(
    ({dynamic, noPrefixRoute, protocol, prefixLength, address}) =>
      dynamic &&
      !isLinkLocalText(address) &&
      (protocol === 'kernel_ra' || (protocol === null && !noPrefixRoute && prefixLength < 128)),
  )
  return ofIt.length + addresses.length > 0 ? {link, routes: ofIt, addresses} : null
}

function lostNow({link, routes, addresses}: Advertised, given: ForwardingEvidence): FindingDraft<Rule> {
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
      ...addresses
        .slice(0, 1)
        .map((address) => ({source: `ip -6 addr show dev ${link.name}`, excerpt: addressText(address)})),
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
  if (evidence.length === 0) return
  const severity: Severity = hasOtherDefault(link, given.network) ? 'notice' : 'warning'
  yield {
    rule: 'default-route-lost',
    subject: {kind: 'interface', name: link.name},
    severity,
    confidence: 'likely',
    summary: words.soon(link.name, willDocker(given.docker), boot.forwarding !== null),
    why: words.why,
    evidence: [...evidence, ...settingsOf(link), {source: 'ip -6 route', excerpt: routeText(route)}],
    remediation: takeAdvertisements(link.name, given.sysctl, words.before(link.name)),
  }
}

/** setupIPv6Forwarding() of libnetwork's bridge driver, for a network with IPv6. */
function willDocker(docker: DockerDaemonConfig | null): boolean {
  return docker?.ipv6 === true && docker.ipForward
}

function forwardersOf({docker}: ForwardingEvidence, boot: BootSettings): Evidence[] {
  const {forwarding, acceptRa} = boot
  const file = forwarding !== null && acceptRa !== ACCEPT_RA_OF_ROUTER && acceptRa !== 0 ? forwarding : null
  return [
    ...(file ? [{source: `${file.path}:${file.line}`, excerpt: file.text}] : []),
    ...(docker && willDocker(docker)
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
