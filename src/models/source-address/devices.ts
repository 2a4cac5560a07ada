import type {Ipv6Settings, NetworkLink, NetworkNamespace} from '../../facts/network/namespace.js'
import type {Assume} from './assumptions.js'
import {ANY, type Ip6, isAlwaysPreferred, isMulticast, isOrchid, parseIp6, scopeOf} from './ip6-address.js'

/** The loopback device has this index in every namespace (LOOPBACK_IFINDEX). */
export const LOOPBACK_INDEX = 1

/** A network device with what is asked of it for every destination. */
export interface Device {
  readonly link: NetworkLink
  readonly index: number
  readonly name: string
  /** l3mdev_master_ifindex(): of the VRF that it is or belongs to; 0: none. */
  readonly domain: number
  readonly addresses: readonly OwnAddress[]
}

/** An address of this host, with what the rules of selection ask of it whatever the destination is. */
export interface OwnAddress {
  readonly bits: Ip6
  readonly shown: NetworkLink['addresses'][number]
  readonly device: Device
  readonly scope: number
  readonly alwaysPreferred: boolean
  readonly orchid: boolean
  /** Tentative ones are no candidates, unless they are optimistic. */
  readonly candidate: boolean
}

/** The devices of a namespace by name and by index, in the order of the kernel's list. */
export class Devices {
  readonly inOrder: readonly Device[]
  readonly orderKnown: boolean
  private readonly byName: ReadonlyMap<string, Device>
  private readonly byIndex: ReadonlyMap<number, Device>

  constructor(network: NetworkNamespace) {
    const masters = new Set(network.links.filter(isL3Master).map(({index}) => index))
    this.inOrder = network.links.map((link) => deviceOf(link, masters))
    this.orderKnown = network.linkOrderKnown
    this.byName = new Map(this.inOrder.map((device) => [device.name, device]))
    this.byIndex = new Map(this.inOrder.map((device) => [device.index, device]))
  }

  named(name: string): Device | undefined {
    return this.byName.get(name)
  }

  at(index: number): Device | undefined {
    return this.byIndex.get(index)
  }

  /** The address of this text (RFC 5952), on the first device that has it. */
  having(address: string): OwnAddress | null {
    for (const {addresses} of this.inOrder) {
      const own = addresses.find(({shown}) => shown.address === address)
      if (own !== undefined) return own
    }
    return null
  }

  get loopback(): Device | undefined {
    return this.byIndex.get(LOOPBACK_INDEX)
  }
}

/** netif_is_l3_master(): VRFs are the only ones. */
export function isL3Master(link: NetworkLink): boolean {
  return link.kind === 'vrf'
}

function deviceOf(link: NetworkLink, masters: ReadonlySet<number>): Device {
  const addresses: OwnAddress[] = []
  const device = {link, index: link.index, name: link.name, domain: domainOf(link, masters), addresses}
  for (const shown of link.addresses) {
    const bits = parseIp6(shown.address)
    if (bits === null) continue
    addresses.push({
      bits,
      shown,
      device,
      scope: scopeOf(bits),
      alwaysPreferred: isAlwaysPreferred(bits),
      orchid: isOrchid(bits),
      candidate: (!shown.tentative || shown.optimistic) && bits !== ANY && !isMulticast(bits),
    })
  }
  return device
}

function domainOf(link: NetworkLink, masters: ReadonlySet<number>): number {
  if (isL3Master(link)) return link.index
  return link.master !== null && masters.has(link.master) ? link.master : 0
}

/** A sysctl below net.ipv6.conf that counts as a truth value; asked for if it could not be read. */
export function isSet(
  value: number | null,
  device: string,
  setting: keyof typeof SYSCTL_NAMES,
  assume: Assume,
): boolean {
  return value === null
    ? assume(`net.ipv6.conf.${device}.${SYSCTL_NAMES[setting]} could not be read`) === 1
    : value !== 0
}

const SYSCTL_NAMES = {
  forwarding: 'forwarding',
  useOptimistic: 'use_optimistic',
  optimisticDad: 'optimistic_dad',
  useOifAddrsOnly: 'use_oif_addrs_only',
  ignoreRoutesWithLinkdown: 'ignore_routes_with_linkdown',
} as const satisfies Partial<Record<keyof Ipv6Settings, string>>
