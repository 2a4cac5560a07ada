import ipaddr from 'ipaddr.js'
import {type Ip6, parseIp6} from '../source-address/ip6-address.js'

export type Family = 4 | 6

/** An address that a name has, and what getaddrinfo() finds out about it before it sorts. */
export interface Destination {
  /** IPv4 or IPv6 in any valid form; of an IPv6 address a zone is ignored. ::ffff:192.0.2.1 is an IPv6 address. */
  readonly address: string
  /**
   * What connect(2) of a UDP socket and getsockname(2) give: null if it fails; `unknown`: not known, also not whether
   * it fails.
   */
  readonly source: DestinationSource | null | 'unknown'
}

/**
 * The source address and what glibc knows of it, see `describeSource`: it looks for the address in the list of all
 * addresses, and finds nothing on hosts without IPv6. null: not known to us.
 */
export interface DestinationSource {
  /** Of the destination's family. */
  readonly address: string
  /** IFA_F_DEPRECATED or IFA_F_OPTIMISTIC. */
  readonly deprecated: boolean | null
  /** IFA_F_HOMEADDRESS. */
  readonly home: boolean | null
  /** 0 if it is not in the list. Counts for IPv4 alone. */
  readonly prefixLength: number | null
  /** Whether its device is known, and no tunnel in the sense of glibc: see `isTunnel`. */
  readonly native: boolean | null
}

/** In the form in which glibc looks addresses up: IPv4 below ::ffff:0:0/96. */
export interface Address {
  readonly family: Family
  readonly bits: Ip6
}

const MAPPED = 0xffff_0000_0000n

/** @throws Error if it is none */
export function addressOf(text: string): Address {
  const zone = text.indexOf('%')
  const bits = parseIp6(zone === -1 ? text : text.slice(0, zone))
  if (bits !== null) return {family: 6, bits}
  if (!ipaddr.IPv4.isValidFourPartDecimal(text)) throw new Error(`not an IP address: ${text}`)
  const v4 = ipaddr.IPv4.parse(text).octets.reduce((number, octet) => (number << 8n) | BigInt(octet), 0n)
  return {family: 4, bits: MAPPED | v4}
}
