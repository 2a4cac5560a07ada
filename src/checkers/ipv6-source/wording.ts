import type {Ipv6Route} from '../../facts/network/namespace.js'
import type {DecidingRule} from '../../models/source-address/answer.js'
import {listed} from '../shared/lists.js'
import {destinationText} from './route-command.js'

/** All wording of the checker, by rule. Strings of the host are untrusted and escaped when printed. */
export const wording = {
  forGood: 'The same at every boot',
  'default-route-lost': {
    gone: (link: string, replaced: boolean) =>
      `${link} has lost its IPv6 default route: it forwards, and takes no router advertisements${replaced ? '; another default route is left' : ''}`,
    going: (link: string, seconds: number | null, replaced: boolean) =>
      `The IPv6 default route of ${link} goes ${seconds === null ? 'when it expires' : `in ${duration(seconds)}`}: it forwards, so no router advertisement renews the route${replaced ? '; another default route stays' : ''}`,
    soon: (link: string, docker: boolean, file: boolean) =>
      `${link} will lose its IPv6 default route ${[...(file ? ['at the next boot'] : []), ...(docker ? ['when dockerd sets up its bridge with IPv6'] : [])].join(', or ')}: forwarding is switched on then`,
    why: 'A link that forwards takes router advertisements only with accept_ra=2 of its own (ipv6_accept_ra()); that of “all” counts for no link. A write to forwarding of all links, or of any one, also removes at once the default routes that advertisements made on links without accept_ra=2 (rt6_purge_dflt_routers()). Addresses and routes to prefixes stay until their lifetime ends.',
    renew: (link: string) =>
      `Have ${link} take router advertisements although it forwards: the next one renews the route`,
    comeBack: (link: string) =>
      `Have ${link} take router advertisements although it forwards: the route comes back with the next one`,
    before: (link: string) =>
      `Have ${link} take router advertisements although it will forward, before that: the route then stays`,
    unknown: (link: string) => `accept_ra and forwarding of ${link}`,
  },
  'route-source-unusable': {
    summary: (
      address: string,
      routes: readonly Ipv6Route[],
      state: 'absent' | 'duplicate' | 'tentative',
      link: string | null,
    ) => {
      const to = towards(routes)
      if (state === 'absent') return `Packets ${to} leave with ${address}, which is no address of this host (any more)`
      if (state === 'duplicate') return `Packets ${to} leave with ${address} of ${link}, which another host holds`
      return `Packets ${to} leave with ${address} of ${link}, which is still being probed for duplicates`
    },
    why: 'The kernel takes src of a route as it stands and asks no rule (ip6_route_get_saddr()). Deleting the address clears src; a link that goes down, a failed duplicate address detection, and routes with a nexthop object keep it. Answers come to an address that this host does not accept.',
    whyTentative:
      'The kernel takes src of a route as it stands (ip6_route_get_saddr()), also while the address is tentative. Until duplicate address detection is over this host answers no neighbour who looks for it.',
    assign: (address: string) => `Give this host ${address} again, or bring up the interface that had it`,
    without: (route: Ipv6Route) => `Let the kernel choose the source address of the route ${destinationText(route)}`,
  },
  'address-duplicate': {
    summary: (address: string, link: string, linkLocal: boolean) =>
      `${address} on ${link} is not used: another host on the link holds it${linkLocal ? '. Without a link-local address IPv6 hardly works there' : ''}`,
    why: 'A neighbour answered the probe for the address (addrconf_dad_failure()). The kernel keeps it, but tentative: no packet leaves with it, and none for it is accepted.',
    find: (address: string, link: string) =>
      `Find the other host (the kernel log names its MAC address: “${link}: IPv6 duplicate address ${address} used by ... detected!”) and give one of the two another address`,
    remove: 'Remove the address from this host, if it is the other one’s',
  },
  'source-not-global': {
    summary: (routes: readonly Ipv6Route[], link: string, address: string | null) =>
      `Packets through ${link} ${towards(routes)} have ${address === null ? 'no source address' : `only the link-local source address ${address}`}: no router forwards them`,
    none: (routes: readonly Ipv6Route[]) =>
      `Nothing can be sent ${towards(routes)}: this host has no address that could be the source`,
    why: 'Of the addresses that are usable the kernel takes one of the smallest scope that reaches the destination, else of the largest there is (rule 2, ipv6_get_saddr_eval()). Here that is the scope of the link, and a router answers such packets with “beyond scope of source address” (RFC 4443, ip6_forward()).',
    assign: (link: string) =>
      `Give ${link} an address of its network: static, by DHCPv6, or of a prefix that the router announces`,
  },
  'source-off-prefix': {
    summary: (given: {
      readonly routes: readonly Ipv6Route[]
      readonly source: string
      readonly temporary: boolean
      readonly hop: string | null
      readonly prefix: string
      readonly fitting: string
    }) =>
      `Packets ${towards(given.routes)} leave with the ${given.temporary ? 'temporary ' : ''}address ${given.source}, not with ${given.fitting}, which is of ${given.hop === null ? 'their network' : `the network of their next hop ${given.hop}`} (${given.prefix})`,
    why: (link: string, rule: DecidingRule | null) =>
      `${decided(link, rule)} No rule asks which router the packet goes to: Linux has no rule 5.5 of RFC 6724. A next hop that knows only its own networks has no way back to this source.`,
    routeSource: (destination: string, fitting: string) =>
      `Give the route ${destination} its source address, ${fitting}`,
    routeSourceForGood: (protocol: string | null, fitting: string) =>
      `For good, add it where the route is set up: ${
        protocol === 'static'
          ? `PreferredSource=${fitting} in [Route] of systemd.network(5), or “src=${fitting}” in the route of the NetworkManager connection`
          : protocol === 'kernel'
            ? `the route comes with the address ${fitting}; add it without one (“noprefixroute”) and set up the route itself`
            : `“src ${fitting}” in the ip command, for example in /etc/network/interfaces`
      }`,
    noTemporary: (link: string) =>
      `Have ${link} prefer public addresses. Side effect: no privacy addresses on it, every server that it talks to can tell it again`,
    label: (prefix: string, step: number, of: number) => {
      const effect = 'Side effect: for every other destination, addresses with this label come last'
      if (step > 1) return `Step ${step}, the destination: ${prefix}`
      return of === 1
        ? `Give ${prefix} an address label of its own. ${effect}`
        : `Give source and destination an address label of their own, in ${of} steps. ${effect}. Step 1, the source: ${prefix}`
    },
  },
  'source-other-interface': {
    summary: (routes: readonly Ipv6Route[], link: string, source: string, owner: string, cutOff: boolean) =>
      `Packets through ${link} ${towards(routes)} leave with ${source} of ${owner}${cutOff ? ', which is down' : ''}: ${link} has no address of its own for them`,
    why: 'The kernel takes any address of the host (the weak host model): that of the outgoing interface comes first (rule 5, ipv6_get_saddr_eval()), but there is none of sufficient scope. Answers take the way to the network of the other interface, and a provider drops packets with a source that is not of its network (BCP 38).',
    assign: (link: string) => `Give ${link} an address of its own network`,
  },
  'source-deprecated': {
    summary: (source: string, link: string, seconds: number) =>
      `New connections use the deprecated address ${source} of ${link}${seconds === Number.POSITIVE_INFINITY ? ': no other is left' : `, which goes in ${duration(seconds)}: no other is left`}`,
    why: 'A deprecated address is avoided (rule 3, ipv6_get_saddr_eval()) as long as there is another of the same scope. Its preferred lifetime is over: no router renews it, or it was set to 0 by hand.',
    prefer: 'Have the address preferred again',
    renew: (link: string) => `Find out why no router renews the prefix on ${link}`,
  },
  'source-unique-local': {
    summary: (source: string, link: string) =>
      `Packets to the Internet leave through ${link} with the unique local address ${source}: they need translation on the way`,
    other: (source: string, link: string, global: string, owner: string) =>
      `Packets to the Internet leave through ${link} with the unique local address ${source}, though this host has ${global}${owner === link ? '' : ` on ${owner}`}`,
    why: (translates: boolean | null) =>
      `No router of the Internet has a way back to fc00::/7 (RFC 4193). ${translation(translates)}`,
    whyOther: (translates: boolean | null) =>
      `No router of the Internet has a way back to fc00::/7 (RFC 4193). An address of the outgoing interface comes before one with a fitting label on another interface (rule 5 before rule 6, ipv6_get_saddr_eval()). ${translation(translates)}`,
    assign: (link: string) => `Give ${link} a global address, or translate on the way`,
  },
} as const

/** `to 2::/64, 3::/64`, `over the default route` */
function towards(routes: readonly Ipv6Route[]): string {
  const prefixes = [...new Set(routes.filter(({dst}) => dst.length > 0).map(destinationText))]
  const others = prefixes.length < new Set(routes.map(destinationText)).size
  return [
    ...(prefixes.length > 0 ? [`to ${listed(prefixes)}`] : []),
    ...(others ? ['over the default route'] : []),
  ].join(' and ')
}

/** What decided, in the words of RFC 6724 and of the kernel. */
function decided(link: string, rule: DecidingRule | null): string {
  switch (rule) {
    case 'privacy':
      return `With use_tempaddr=2 on ${link} a temporary address is preferred (rule 7, ipv6_get_saddr_eval()) before the common prefix with the destination is compared (rule 8).`
    case 'longest-prefix':
      return 'The address that has more leading bits in common with the destination was taken (rule 8, ipv6_get_saddr_eval()).'
    case 'first-in-order':
      return 'All rules were equal, so the first of the list was taken: the address that was added last (ipv6_get_saddr_eval()).'
    case null:
      return 'The kernel chose it by the rules of ipv6_get_saddr_eval().'
    default:
      return `Rule “${rule}” of ipv6_get_saddr_eval() decided.`
  }
}

function translation(translates: boolean | null): string {
  return translates === null
    ? 'The rules of this host could not be read: whether it translates the address (NAT66, NPTv6), or a router on the way, is not known.'
    : 'No rule of this host translates the address (NAT66, NPTv6); a router on the way may.'
}

/** `29 min`, `3 days`. */
function duration(seconds: number): string {
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} hours` : `${Math.round(seconds / 86_400)} days`
}
