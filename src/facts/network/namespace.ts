import type {Missing} from '../../model/missing.js'

/**
 * One network namespace as rtnetlink and /proc/sys/net show it: what the choice of an IPv6 source address depends on.
 * Addresses are texts in the form of RFC 5952; `null` is "not shown", never a default.
 */
export interface NetworkNamespace {
  /** Inode of /proc/PID/ns/net; null in a recording that lacks it. */
  readonly inode: number | null
  /** The one netdoctor ran in. */
  readonly own: boolean
  /** Names under /run/netns. */
  readonly names: readonly string[]
  /** Names of the containers whose first process lives in it, where it is known. Untrusted text. */
  readonly containers?: readonly string[]
  /** Processes that live in it, a few of them; for finding the container. */
  readonly pids: readonly number[]
  /** In the order of the kernel's list of devices (dev_base_head), where it is known: /proc/net/igmp6 shows it. */
  readonly links: readonly NetworkLink[]
  /** False: `links` are in another order, and a tie between addresses of two devices cannot be decided. */
  readonly linkOrderKnown: boolean
  /** Links or addresses could not be read: what is not in `links` may be there all the same. */
  readonly linksKnown?: false
  /** This kernel has no IPv6 (`ipv6.disable=1`, or no module): a socket cannot be opened, and all lists are empty. */
  readonly ipv6?: false
  readonly labels: readonly AddressLabel[] | null
  /** By ascending priority, equal ones in the order of the kernel's list. */
  readonly rules: readonly PolicyRule[] | null
  /** Of all tables, in the order of the dump; without clones of the cache. */
  readonly routes: readonly Ipv6Route[] | null
  readonly neighbours: readonly Neighbour[] | null
  /** Settings of /proc/sys/net/ipv6/conf/all that are not those of a link. */
  readonly all: Ipv6Settings
  /** What could not be read in this namespace. */
  readonly gaps: readonly Missing[]
}

export interface NetworkLink {
  readonly index: number
  readonly name: string
  /** IFF_UP. */
  readonly up: boolean
  /** Carrier: IFF_LOWER_UP. */
  readonly carrier: boolean
  readonly loopback: boolean
  /** IFLA_INFO_KIND: veth, bridge, vrf, ...; null for hardware and lo. */
  readonly kind: string | null
  /** ifindex of the bridge, bond or VRF that it is enslaved to. */
  readonly master: number | null
  /** Of a VRF: its table. */
  readonly vrfTable: number | null
  readonly mtu: number
  /** In the order of the kernel's list (inet6_dev.addr_list), which is that of the dump. */
  readonly addresses: readonly Ipv6Address[]
  readonly settings: Ipv6Settings
}

/** /proc/sys/net/ipv6/conf/NAME; null: not readable, or the kernel lacks it. */
export interface Ipv6Settings {
  readonly disableIpv6: number | null
  readonly forwarding: number | null
  readonly acceptRa: number | null
  readonly acceptRaDefrtr: number | null
  readonly useTempaddr: number | null
  readonly useOptimistic: number | null
  readonly optimisticDad: number | null
  readonly useOifAddrsOnly: number | null
  readonly ignoreRoutesWithLinkdown: number | null
}

export interface Ipv6Address {
  readonly address: string
  /** Of a point-to-point address: the other end (IFA_ADDRESS). */
  readonly peer: string | null
  readonly prefixLength: number
  readonly temporary: boolean
  readonly deprecated: boolean
  readonly tentative: boolean
  readonly optimistic: boolean
  /** Duplicate address detection failed; the kernel keeps it tentative. */
  readonly dadFailed: boolean
  readonly homeAddress: boolean
  /** Made from router advertisements with an expiry (not IFA_F_PERMANENT). */
  readonly dynamic: boolean
  /** Temporary addresses are derived from it. */
  readonly manageTemporary: boolean
  readonly noPrefixRoute: boolean
  /** Seconds; Infinity = forever. */
  readonly validLifetime: number
  readonly preferredLifetime: number
  /** IFA_PROTO where iproute2 shows it: kernel_ra, kernel_ll, ... */
  readonly protocol: string | null
}

/** `ip addrlabel`. */
export interface AddressLabel {
  readonly prefix: string
  readonly prefixLength: number
  readonly label: number
  /** Only for addresses of this device. */
  readonly dev: string | null
}

export interface PolicyRule {
  readonly priority: number
  /** The selector is inverted: `not`. */
  readonly not: boolean
  readonly src: Prefix | null
  readonly dst: Prefix | null
  readonly iif: string | null
  readonly oif: string | null
  readonly fwmark: number | null
  readonly fwmask: number | null
  /** Table by number; null for actions without one. */
  readonly table: number | null
  readonly action: 'lookup' | 'goto' | 'nop' | 'blackhole' | 'unreachable' | 'prohibit'
  readonly goto: number | null
  readonly suppressPrefixLength: number | null
  readonly suppressIfgroup: string | null
  readonly l3mdev: boolean
  readonly uidRange: readonly [number, number] | null
  readonly ipProto: string | null
  readonly sport: string | null
  readonly dport: string | null
  readonly dsfield: string | null
  /** Selectors that this version of netdoctor does not know, as iproute2 names them: whether it matches is unknown. */
  readonly others: readonly string[]
  /** Who made it, as of a route. */
  readonly protocol?: string | null
}

export interface Prefix {
  readonly address: string
  readonly length: number
}

export interface Ipv6Route {
  readonly table: number
  readonly dst: Prefix
  /** `from` of a source-specific route (IPV6_SUBTREES). */
  readonly src: Prefix | null
  readonly type: 'unicast' | 'local' | 'anycast' | 'multicast' | 'unreachable' | 'blackhole' | 'prohibit' | 'throw'
  readonly metric: number
  /** RTA_PREF of RFC 4191. */
  readonly preference: 'low' | 'medium' | 'high'
  readonly prefsrc: string | null
  /** kernel, ra, boot, static, dhcp, ... */
  readonly protocol: string | null
  /** Seconds until it goes; null: it stays. */
  readonly expires: number | null
  /** Of the nexthop object (`ip nexthop`) that `nexthops` are taken from; absent if they are the route's own. */
  readonly nexthopId?: number
  /** One, or more of a multipath route. Without one for blackhole and its like. */
  readonly nexthops: readonly Nexthop[]
}

export interface Nexthop {
  readonly dev: string | null
  readonly via: string | null
  /** Of a multipath route, from 1. */
  readonly weight: number
  /** As shown: dead, linkdown, onlink, pervasive, offload, ... */
  readonly flags: readonly string[]
}

export interface Neighbour {
  readonly address: string
  readonly dev: string
  readonly router: boolean
  /** REACHABLE, STALE, FAILED, ... */
  readonly states: readonly string[]
}
