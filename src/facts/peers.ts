import ipaddr from 'ipaddr.js'
import type {Missing} from '../model/missing.js'
import type {Raw} from '../sources/collected.js'
import {defineFact, known, unknown} from './define.js'

/** Two ends of an IPv6 socket that is connected, in the form of RFC 5952. */
export interface Peer {
  readonly protocol: 'tcp' | 'udp'
  readonly local: string
  readonly remote: string
}

const IPV4_MAPPED = '00000000000000000000ffff'
const UNSPECIFIED = '0'.repeat(32)

/**
 * Who this host is connected to: established TCP sockets and connected UDP sockets of netdoctor's network namespace, one
 * for each pair of addresses. IPv4 is left out.
 */
export const peersFact = defineFact({
  name: 'peers',
  inputs: ['tcp6-sockets', 'udp6-sockets'],
  derive({'tcp6-sockets': tcp, 'udp6-sockets': udp}) {
    const missed = [tcp, udp].filter((input) => input.status === 'missing' && input.reason !== 'absent') as Missing[]
    if (missed.length === 2) return unknown(...missed)
    const peers = [...parse('tcp', tcp), ...parse('udp', udp)]
    return known<readonly Peer[]>(peers, missed)
  },
})

/** `N: LOCAL:PORT REMOTE:PORT STATE ...`, get_tcp6_sock() of net/ipv6/tcp_ipv6.c; 01 is TCP_ESTABLISHED. */
const established = /^ *\d+: ([0-9A-F]{32}):[0-9A-F]{4} ([0-9A-F]{32}):[0-9A-F]{4} 01 /

function parse(protocol: Peer['protocol'], input: Raw | Missing): Peer[] {
  if (input.status === 'missing') return []
  const peers = new Map<string, Peer | null>()
  for (const line of input.text.split('\n')) {
    const [, local, remote] = established.exec(line) ?? []
    if (!local || !remote || peers.has(`${local} ${remote}`)) continue
    const to = hexOf(remote)
    const counts = to !== UNSPECIFIED && !to.startsWith(IPV4_MAPPED)
    peers.set(`${local} ${remote}`, counts ? {protocol, local: written(hexOf(local)), remote: written(to)} : null)
  }
  return [...peers.values()].filter((peer) => peer !== null)
}

/** 32 hexadecimal digits in the order of the wire. The file has four words in the byte order of the machine. */
function hexOf(text: string): string {
  const words = text.toLowerCase().match(/.{8}/g) ?? []
  // Every machine of today that runs containers stores the lowest byte first.
  return words.map((word) => (word.match(/../g) ?? []).reverse().join('')).join('')
}

function written(hex: string): string {
  return new ipaddr.IPv6([...Buffer.from(hex, 'hex')]).toRFC5952String()
}
