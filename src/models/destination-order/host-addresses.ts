import {LOOPBACK} from '../source-address/ip6-address.js'
import {type Address, addressOf, type DestinationSource} from './destination.js'

/** An address of the host, as RTM_GETADDR shows it. */
export interface HostAddress {
  readonly address: string
  /** The other end of a point-to-point address (IFA_ADDRESS). */
  readonly peer: string | null
  readonly prefixLength: number
  /** IFA_F_DEPRECATED or IFA_F_OPTIMISTIC. */
  readonly deprecated: boolean
  readonly home: boolean
  /** The device is a tunnel: see `isTunnel`. null: not known. */
  readonly tunnel: boolean | null
}

/** What glibc knows of the host's addresses: __check_pf() of check_pf.c. */
export interface AddressList {
  /** By address, equal ones in the order of the kernel's dump. */
  readonly sorted: readonly Listed[]
}

interface Listed {
  readonly bits: bigint
  readonly of: HostAddress
}

/** IFLA_INFO_KIND of devices with ARPHRD_TUNNEL, ARPHRD_TUNNEL6 or ARPHRD_SIT: all others are native to glibc, also GRE. */
const tunnelKinds: readonly string[] = ['ipip', 'ip6tnl', 'sit', 'vti', 'vti6']

/** @param kind IFLA_INFO_KIND, null if the device has none */
export function isTunnel(kind: string | null): boolean {
  return kind !== null && tunnelKinds.includes(kind)
}

/**
 * @param addresses of both families, of all devices, in the order of the kernel's dump (`ip address`)
 */
export function addressList(addresses: readonly HostAddress[]): AddressList {
  // It remembers an address by what IFA_ADDRESS says: of a point-to-point address that is the other end.
  const listed = addresses.map((of): Listed & Address => ({...addressOf(of.peer ?? of.address), of}))
  // Without an IPv6 address other than ::1 it throws the list away, that of IPv4 addresses too.
  if (!listed.some(({family, bits}) => family === 6 && bits !== LOOPBACK)) return {sorted: []}
  return {sorted: listed.sort((a, b) => (a.bits < b.bits ? -1 : a.bits > b.bits ? 1 : 0))}
}

/**
 * What glibc finds out about a source address.
 *
 * @param ipv4Socket whether the address came from an IPv4 socket: see `usesIpv4Socket`
 */
export function describeSource(source: string, list: AddressList, ipv4Socket: boolean): DestinationSource {
  const {bits} = addressOf(source)
  return sourceWith(source, search(list.sorted, ipv4Socket && isLoopback4(bits) ? LOOPBACK4 : bits))
}

/** @param found what glibc finds in the list for it */
export function sourceWith(address: string, found: HostAddress | undefined): DestinationSource {
  // Of an address that it does not find, glibc means to assume that its device is native, and assumes the contrary.
  if (!found) return {address, deprecated: false, home: false, prefixLength: 0, native: false}
  const {deprecated, home, prefixLength, tunnel} = found
  return {address, deprecated, home, prefixLength, native: tunnel === null ? null : !tunnel}
}

/**
 * Which of the destinations getaddrinfo() asks through an IPv4 socket. It goes on with an IPv6 socket for IPv4, unless
 * such sockets are for IPv6 alone (`net.ipv6.bindv6only`).
 *
 * @param destinations in the order in which the name service gave them
 */
export function usesIpv4Socket(destinations: readonly string[], bindV6Only: boolean): readonly boolean[] {
  let socket: 4 | 6 | null = null
  return destinations.map((destination) => {
    const {family} = addressOf(destination)
    if (socket === null || family === 6 || bindV6Only) socket = family
    return socket === 4
  })
}

const LOOPBACK4 = addressOf('127.0.0.1').bits

function isLoopback4(bits: bigint): boolean {
  return bits >> 24n === LOOPBACK4 >> 24n
}

/** bsearch(): which of equal ones it hits depends on the length of the list. */
function search(sorted: readonly Listed[], bits: bigint): HostAddress | undefined {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    const listed = sorted[middle]
    if (!listed || listed.bits === bits) return listed?.of
    if (bits < listed.bits) high = middle
    else low = middle + 1
  }
  return undefined
}
