import {isIPv4, isIPv6} from './addresses.js'
import {integer, unsigned32} from './numbers.js'
import {matches, type Reader} from './reader.js'
import type {U32Keys} from './u32-keys.js'

/**
 * parse_selector() of tc/f_u32.c, the words after `match` or `sample`. Values that are not known are taken for valid.
 *
 * @returns false: tc refuses it
 */
export function readSelector(reader: Reader, keys: U32Keys): boolean {
  const word = reader.keyword()
  const read = SELECTORS.find(([name]) => matches(word, name))?.[1]
  if (read === undefined) return false
  reader.next()
  return read(reader, keys)
}

/** In iproute2's order, which prefixes depend on. */
const SELECTORS: readonly (readonly [string, (reader: Reader, keys: U32Keys) => boolean])[] = [
  ['u32', (reader, keys) => sized(reader, keys, 4, 0, 0)],
  ['u16', (reader, keys) => sized(reader, keys, 2, 0, 0)],
  ['u8', (reader, keys) => sized(reader, keys, 1, 0, 0)],
  ['ip', (reader, keys) => field(reader, keys, IP)],
  ['ip6', (reader, keys) => field(reader, keys, IP6)],
  ['udp', (reader, keys) => field(reader, keys, PORTS)],
  ['tcp', (reader, keys) => field(reader, keys, PORTS)],
  ['icmp', (reader, keys) => field(reader, keys, ICMP)],
  ['mark', mark],
  ['ether', ether],
]

type Field =
  | {readonly bytes: 1 | 2 | 4; readonly at: number; readonly base?: number}
  | {readonly address: 4 | 6; readonly at: number}
  | {readonly flags: readonly [number, number]}
  | {readonly trafficClass: true}

const IP: Readonly<Record<string, Field>> = {
  src: {address: 4, at: 12},
  dst: {address: 4, at: 16},
  tos: {bytes: 1, at: 1},
  ihl: {bytes: 1, at: 0},
  protocol: {bytes: 1, at: 9},
  nofrag: {flags: [0, 0x3fff]},
  firstfrag: {flags: [0x2000, 0x3fff]},
  df: {flags: [0x4000, 0x4000]},
  mf: {flags: [0x2000, 0x2000]},
  dport: {bytes: 2, at: 22},
  sport: {bytes: 2, at: 20},
  icmp_type: {bytes: 1, at: 20},
  icmp_code: {bytes: 1, at: 21},
}

const IP6: Readonly<Record<string, Field>> = {
  src: {address: 6, at: 8},
  dst: {address: 6, at: 24},
  priority: {trafficClass: true},
  protocol: {bytes: 1, at: 6},
  flowlabel: {bytes: 4, at: 0},
  dport: {bytes: 2, at: 42},
  sport: {bytes: 2, at: 40},
  icmp_type: {bytes: 1, at: 40},
  // The base is 1 in iproute2, whatever it was meant for.
  icmp_code: {bytes: 1, at: 41, base: 1},
}

const PORTS: Readonly<Record<string, Field>> = {src: {bytes: 2, at: 0, base: -1}, dst: {bytes: 2, at: 2, base: -1}}
const ICMP: Readonly<Record<string, Field>> = {type: {bytes: 1, at: 0, base: -1}, code: {bytes: 1, at: 1, base: -1}}

function field(reader: Reader, keys: U32Keys, fields: Readonly<Record<string, Field>>): boolean {
  // argc < 2: the name and one word more.
  const word = reader.keyword()
  if (reader.following === undefined) return false
  const tos = fields === IP && (matches(word, 'dsfield') || matches(word, 'precedence'))
  const found = Object.hasOwn(fields, word) ? fields[word] : tos ? IP.tos : undefined
  if (found === undefined) return false
  if ('flags' in found) {
    reader.skip()
    return packed(keys, found.flags[0], found.flags[1], 2, 6, 0)
  }
  reader.next()
  if ('address' in found) return address(reader, keys, found.address, found.at)
  if ('trafficClass' in found) return trafficClass(reader, keys)
  return sized(reader, keys, found.bytes, found.at, found.base ?? 0)
}

interface Pair {
  /** null: not known. */
  readonly value: number | null
  readonly mask: number | null
}

/** A number in any base and a mask in hexadecimal. null: refused. */
function pair(reader: Reader): Pair | null {
  if (reader.following === undefined) return null
  const first = reader.lesser()
  const value = first === null ? null : unsigned32(first, 0)
  if (first !== null && value === null) return null
  reader.skip()
  const second = reader.lesser()
  const mask = second === null ? null : unsigned32(second, 16)
  if (second !== null && mask === null) return null
  reader.skip()
  return {value, mask}
}

/** `at OFFSET`, `at nexthdr+OFFSET`, `at nexthdr+ OFFSET`. null: refused. */
function place(reader: Reader, offset: number, base: number): readonly [number | null, number] | null {
  if (reader.peek !== 'at') return [offset, base]
  reader.next()
  let text = reader.lesser()
  let from = base
  if (text !== null && text.length > 8 && text.startsWith('nexthdr+')) {
    from = -1
    text = text.slice(8)
  } else if (text !== null && matches(text, 'nexthdr+')) {
    reader.next()
    from = -1
    text = reader.lesser()
  }
  const value = text === null ? null : integer(text, 0)
  if (text !== null && value === null) return null
  reader.skip()
  return [value, from]
}

function sized(reader: Reader, keys: U32Keys, bytes: 1 | 2 | 4, offset: number, base: number): boolean {
  const read = pair(reader)
  if (read === null) return false
  const most = 2 ** (8 * bytes) - 1
  const fits = (read.value ?? 0) <= most && (read.mask ?? 0) <= most
  if (bytes === 1 && !fits) return false
  const at = place(reader, offset, base)
  if (at === null || !fits) return false
  if (read.value === null || read.mask === null || at[0] === null) return true
  return packed(keys, read.value, read.mask, bytes, at[0], at[1])
}

/** pack_key8(), pack_key16(), pack_key32(). */
function packed(keys: U32Keys, value: number, mask: number, bytes: 1 | 2 | 4, at: number, base: number): boolean {
  if (bytes === 4) return keys.add(value, mask, at, base)
  const low = at & 3
  const shift = bytes === 1 ? 8 * (3 - low) : low === 0 ? 16 : 0
  return keys.add((value << shift) >>> 0, (mask << shift) >>> 0, at & ~3, base)
}

function trafficClass(reader: Reader, keys: U32Keys): boolean {
  const read = pair(reader)
  if (read === null || (read.value ?? 0) > 0xff || (read.mask ?? 0) > 0xff) return false
  if (read.value === null || read.mask === null) return true
  return keys.add(read.value << 20, read.mask << 20, 0, 0)
}

function address(reader: Reader, keys: U32Keys, family: 4 | 6, offset: number): boolean {
  const text = reader.lesser()
  const prefix = text === null ? null : family === 4 ? isIPv4(text) : isIPv6(text)
  if (text !== null && prefix === null) return false
  reader.skip()
  const at = place(reader, offset, 0)
  if (at === null) return false
  const [from, base] = at
  if (prefix === null || from === null) return true
  if (family === 4) return keys.add(prefix.words[0] ?? 0, maskOf(prefix.bits), from, base)
  for (let bit = 0; bit < prefix.bits; bit += 32) {
    const mask = maskOf(Math.min(32, prefix.bits - bit))
    if (!keys.add(prefix.words[bit / 32] ?? 0, mask, from + bit / 8, base)) return false
  }
  return true
}

function maskOf(bits: number): number {
  return bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0
}

function mark(reader: Reader): boolean {
  if (reader.following === undefined) return false
  const first = reader.lesser()
  const value = first === null ? null : unsigned32(first, 0)
  if (first !== null && value === null) return refuse(reader, 'Illegal "mark" value')
  reader.next()
  const second = reader.lesser()
  const mask = second === null ? null : unsigned32(second, 0)
  if (second !== null && mask === null) return refuse(reader, 'Illegal "mark" mask')
  // NEXT_ARG(): a mark must be followed by something, as tc has it.
  reader.next()
  if (value === null || mask === null || (value & mask) >>> 0 === value) return true
  return refuse(reader, 'Illegal "mark" (impossible combination)')
}

function refuse(reader: Reader, text: string): false {
  reader.said.push(text)
  return false
}

function ether(reader: Reader, keys: U32Keys): boolean {
  if (reader.following === undefined) return false
  const word = reader.keyword()
  if (word !== 'src' && word !== 'dst') return refuse(reader, `Unknown match: ether ${word}`)
  reader.next()
  const text = reader.lesser()
  const octets =
    text === null ? null : /^([0-9a-f]+):([0-9a-f]+):([0-9a-f]+):([0-9a-f]+):([0-9a-f]+):([0-9a-f]+)/i.exec(text)
  if (text !== null && octets === null) return refuse(reader, `parse_ether_addr: improperly formed address '${text}'`)
  reader.skip()
  const at = place(reader, word === 'src' ? -8 : -14, 0)
  if (at === null) return false
  const [from, base] = at
  if (octets === null || from === null) return true
  return octets
    .slice(1)
    .every((octet, index) => packed(keys, Number.parseInt(octet, 16) & 0xff, 0xff, 1, from + index, base))
}
