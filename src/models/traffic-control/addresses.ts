import ipaddr from 'ipaddr.js'
import {unsigned32} from './numbers.js'

/** The 32-bit words of an address, first first, and the length of its prefix. */
export interface Prefix {
  readonly words: readonly number[]
  readonly bits: number
}

/** get_prefix_1() of lib/utils.c for IPv4: `10.1`, `10.0.0.0/8`, `10.0.0.0/255.0.0.0`, `default`. null: refused. */
export function isIPv4(text: string): Prefix | null {
  if (ANY.has(text)) return {words: [0], bits: 0}
  const [address = '', length] = cut(text)
  const parts = address.split('.')
  if (address === '' || parts.length > 4) return null
  const octets = parts.map((part) => (/^[0-9a-fx]+$/i.test(part) ? unsigned32(part, 0) : null))
  let word = 0
  for (let at = 0; at < 4; at += 1) {
    const octet = at < octets.length ? octets[at] : 0
    if (octet === null || octet === undefined || octet > 255) return null
    word = word * 256 + octet
  }
  const bits = length === null ? 32 : maskLength(length, 32)
  return bits === null ? null : {words: [word], bits}
}

/** The same for IPv6. */
export function isIPv6(text: string): Prefix | null {
  if (ANY.has(text)) return {words: [0, 0, 0, 0], bits: 0}
  const [address = '', length] = cut(text)
  if (!address.includes(':') || address.includes('%') || !ipaddr.IPv6.isValid(address)) return null
  const {parts} = ipaddr.IPv6.parse(address)
  const words = [0, 2, 4, 6].map((at) => (parts[at] ?? 0) * 0x10000 + (parts[at + 1] ?? 0))
  const bits = length === null ? 128 : maskLength(length, 128)
  return bits === null ? null : {words, bits}
}

const ANY = new Set(['default', 'any', 'all'])

function cut(text: string): readonly [string, string | null] {
  const slash = text.indexOf('/')
  return slash < 0 ? [text, null] : [text.slice(0, slash), text.slice(slash + 1)]
}

/** get_netmask() */
function maskLength(text: string, most: number): number | null {
  const bits = unsigned32(text, 0)
  if (bits !== null) return bits > most ? null : bits
  const mask = isIPv4(text)
  if (mask === null || text.includes('/')) return null
  const inverse = ~(mask.words[0] ?? 0) >>> 0
  const length = Math.clz32(inverse)
  return ((inverse + 1) & inverse) === 0 && length <= most ? length : null
}
