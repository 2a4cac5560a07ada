import ipaddr from 'ipaddr.js'

/** An IPv6 address as the number that its 128 bits make. */
export type Ip6 = bigint

export const ANY: Ip6 = 0n
export const LOOPBACK: Ip6 = 1n
const BITS = 128

/** null: not an IPv6 address. A zone is ignored. */
export function parseIp6(text: string): Ip6 | null {
  if (!text.includes(':')) return null
  try {
    let bits = 0n
    for (const part of ipaddr.IPv6.parse(text).parts) bits = (bits << 16n) | BigInt(part)
    // ipaddr.js takes ::192.0.2.1 for ::ffff:192.0.2.1.
    return /^::\d+\./.test(text) ? bits & 0xffff_ffffn : bits
  } catch {
    return null
  }
}

/** The first `length` bits: equal for all addresses of one prefix of that length. */
export function prefixBits(address: Ip6, length: number): bigint {
  return address >> BigInt(BITS - length)
}

/** Of a prefix, as a key: V8 hashes a bigint by its last 64 bits alone, which thousands of hosts' routes share. */
export function prefixKey(address: Ip6, length: number): string {
  return prefixBits(address, length).toString(36)
}

export function inPrefix(address: Ip6, prefix: Ip6, length: number): boolean {
  return prefixBits(address, length) === prefixBits(prefix, length)
}

/** ipv6_addr_diff(): how many leading bits are the same. */
export function commonPrefixLength(a: Ip6, b: Ip6): number {
  const difference = a ^ b
  if (difference === 0n) return BITS
  const hex = difference.toString(16)
  return BITS - hex.length * 4 + Math.clz32(Number.parseInt(hex.charAt(0), 16)) - 28
}

export const SCOPE_LINK_LOCAL = 2
const SCOPE_SITE_LOCAL = 5
const SCOPE_GLOBAL = 14

export function isMulticast(address: Ip6): boolean {
  return address >> 120n === 0xffn
}

export function isLinkLocal(address: Ip6): boolean {
  return address >> 118n === 0x3fan
}

function isSiteLocal(address: Ip6): boolean {
  return address >> 118n === 0x3fbn
}

export function isMapped(address: Ip6): boolean {
  return address >> 32n === 0xffffn
}

/** ::/96 without :: and ::1: IPV6_ADDR_COMPATv4. */
function isCompatible(address: Ip6): boolean {
  return address >> 32n === 0n && address > LOOPBACK
}

/** 2001:10::/28 */
export function isOrchid(address: Ip6): boolean {
  return address >> 100n === 0x2001001n
}

/** __ipv6_addr_src_scope(__ipv6_addr_type()): of :: it is -1, ::1 has that of a link. */
export function scopeOf(address: Ip6): number {
  if (isMulticast(address)) return Number((address >> 112n) & 0xfn)
  if (isLinkLocal(address) || address === LOOPBACK) return SCOPE_LINK_LOCAL
  if (isSiteLocal(address)) return SCOPE_SITE_LOCAL
  return address === ANY ? -1 : SCOPE_GLOBAL
}

/** ipv6_saddr_preferred(): rule 3 does not ask whether these are deprecated. */
export function isAlwaysPreferred(address: Ip6): boolean {
  return address === LOOPBACK || isMapped(address) || isCompatible(address)
}

/** __ipv6_addr_needs_scope_id(): connect(2) demands a device. */
export function needsZone(address: Ip6): boolean {
  if (!isMulticast(address)) return isLinkLocal(address)
  const scope = scopeOf(address)
  return scope === 1 || scope === SCOPE_LINK_LOCAL
}

/** rt6_need_strict(): a route through another device than the one asked for does not count. */
export function needsStrict(address: Ip6): boolean {
  return isMulticast(address) || isLinkLocal(address) || address === LOOPBACK
}
