import ipaddr from 'ipaddr.js'
import type {Ipv6Address, NetworkLink, NetworkNamespace} from '../../facts/network/namespace.js'
import {type Ip6, inPrefix, isLinkLocal, parseIp6} from '../../models/source-address/ip6-address.js'

export type {Ip6}

/** An address where it is held. */
export interface Held {
  readonly address: Ipv6Address
  readonly link: NetworkLink
}

export function heldAddresses(network: NetworkNamespace): Held[] {
  return network.links.flatMap((link) => link.addresses.map((address) => ({address, link})))
}

/** Duplicate address detection is not over, and the kernel does not use it yet. */
export function isUnfinished({tentative, optimistic}: Ipv6Address): boolean {
  return tentative && !optimistic
}

/** fc00::/7 */
export function isUniqueLocal(text: string): boolean {
  const address = parseIp6(text)
  return address !== null && address >> 121n === 0x7en
}

/** Global and not unique local: what the Internet routes. */
export function isInternet(text: string): boolean {
  const address = parseIp6(text)
  return address !== null && address >> 125n === 1n
}

export function isLinkLocalText(text: string): boolean {
  const address = parseIp6(text)
  return address !== null && isLinkLocal(address)
}

/** Is `text` in the prefix that an address has on its link? */
export function coversAddress({address, peer, prefixLength}: Ipv6Address, text: string): boolean {
  const [prefix, wanted] = [parseIp6(peer ?? address), parseIp6(text)]
  return prefix !== null && wanted !== null && inPrefix(wanted, prefix, prefixLength)
}

/** `2001:db8::/64` */
export function prefixText({address, peer, prefixLength}: Ipv6Address): string {
  const bits = parseIp6(peer ?? address)
  if (bits === null) return `${address}/${prefixLength}`
  const rest = BigInt(128 - prefixLength)
  return `${writeIp6((bits >> rest) << rest)}/${prefixLength}`
}

export function writeIp6(address: Ip6): string {
  return ipaddr.IPv6.parse(
    address
      .toString(16)
      .padStart(32, '0')
      .replace(/(.{4})(?!$)/g, '$1:'),
  ).toRFC5952String()
}
