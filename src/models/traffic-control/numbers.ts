/**
 * Numbers as iproute2 reads them (lib/utils.c, lib/utils_math.c, tc/tc_util.c). null: iproute2 refuses the word.
 */

const U32 = 0xffffffff
/** What most numbers are; below 2^31, and decimal in base 0 too. */
const PLAIN = /^(?:0|[1-9]\d{0,8})$/

interface Digits {
  readonly value: bigint
  readonly rest: string
}

/** strtoul() of the C library: white space, a sign, `0x` in bases 16 and 0, `0` for octal in base 0. */
function strtoul(text: string, base: 0 | 10 | 16): Digits | null {
  const head = /^[ \t\n\v\f\r]*([+-]?)/.exec(text)
  let at = head?.[0].length ?? 0
  let radix = base
  if ((base === 0 || base === 16) && /^0x[0-9a-f]/i.test(text.slice(at, at + 3))) {
    at += 2
    radix = 16
  } else if (base === 0) radix = 10
  const octal = base === 0 && radix === 10 && text[at] === '0'
  const digits = octal ? /^[0-7]+/ : radix === 16 ? /^[0-9a-f]+/i : /^[0-9]+/
  const found = digits.exec(text.slice(at))?.[0]
  if (found === undefined) return null
  // 20 digits exceed 64 bits in every base from 8 on that matters: what follows is out of range anyway.
  const kept = found.length > 24 ? found.slice(-24).replace(/^./, '7') : found
  const magnitude = BigInt(`${octal ? '0o' : radix === 16 ? '0x' : ''}${kept}`)
  const value = head?.[1] === '-' ? BigInt.asUintN(64, -magnitude) : magnitude
  return {value, rest: text.slice(at + found.length)}
}

/** get_u32(): of the bases 0, 10 and 16. */
export function unsigned32(text: string, base: 0 | 10 | 16): number | null {
  if (base !== 16 && PLAIN.test(text)) return Number(text)
  const digits = strtoul(text, base)
  return digits === null || digits.rest !== '' || digits.value > U32 ? null : Number(digits.value)
}

export function unsigned16(text: string, base: 0 | 10 | 16): number | null {
  const value = unsigned32(text, base)
  return value === null || value > 0xffff ? null : value
}

/** get_integer() */
export function integer(text: string, base: 0 | 10): number | null {
  if (PLAIN.test(text)) return Number(text)
  const negative = /^[ \t\n\v\f\r]*-/.test(text)
  const digits = strtoul(text, base)
  if (digits === null || digits.rest !== '') return null
  const value = BigInt.asIntN(64, digits.value)
  if (negative ? value > 0n || value < -0x80000000n : digits.value > 0x7fffffffn) return null
  return Number(value)
}

/** get_qdisc_handle(): hexadecimal, and what follows the first `:` is not looked at. */
export function qdiscHandle(text: string): number | null {
  if (text === 'none') return 0
  const digits = strtoul(text, 16)
  if (digits === null || digits.value >= 0x10000n) return null
  if (digits.rest !== '' && !digits.rest.startsWith(':')) return null
  return (Number(digits.value) * 0x10000) >>> 0
}

/** get_tc_classid(): hexadecimal; `1:`, `1:0` and `10000` are one. */
export function classId(text: string): number | null {
  if (text === 'root') return U32
  if (text === 'none') return 0
  const digits = strtoul(text, 16)
  if (digits === null && !text.startsWith(':')) return null
  const major = digits?.value ?? 0n
  const rest = digits?.rest ?? text
  if (rest === '') return Number(BigInt.asUintN(32, major))
  if (!rest.startsWith(':') || major >= 0x10000n) return null
  const after = rest.slice(1)
  const low = strtoul(after, 16)
  if (low === null) return after === '' ? (Number(major) * 0x10000) >>> 0 : null
  if (low.rest !== '' || low.value >= 0x10000n) return null
  return (Number(major) * 0x10000 + Number(low.value)) >>> 0
}

/** get_u32_handle() of f_u32.c: `800::800`, `1:`, `1:2:3`, `:1`, `0x80000800`. */
export function u32Handle(text: string): number | null {
  if (!text.includes(':')) return text.startsWith('0x') ? unsigned32(text, 16) : null
  const parts = [0xfff, 0xff, 0xfff]
  let rest = text
  const values: number[] = []
  for (const [index, most] of parts.entries()) {
    const digits = strtoul(rest, 16)
    if (digits === null && rest !== '' && (index === 2 || !rest.startsWith(':'))) return null
    const value = digits?.value ?? 0n
    if (value > BigInt(most)) return null
    values.push(Number(value))
    const left = digits?.rest ?? rest
    if (left === '') break
    rest = left.slice(1)
  }
  const [table = 0, bucket = 0, node = 0] = values
  return (table * 0x100000 + bucket * 0x1000 + node) >>> 0
}

const NUMBER = /^[ \t\n\v\f\r]*[+-]?(?:0x[0-9a-f]+(?:\.[0-9a-f]*)?|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?)/i

function strtod(text: string): {readonly value: number; readonly rest: string} | null {
  const found = NUMBER.exec(text)?.[0]
  if (found === undefined) return null
  return {value: Number(found.trim().replace(/^\+/, '')), rest: text.slice(found.length)}
}

const RATES: Readonly<Record<string, number>> = {
  '': 1,
  bit: 1,
  kibit: 1024,
  kbit: 1e3,
  mibit: 1024 ** 2,
  mbit: 1e6,
  gibit: 1024 ** 3,
  gbit: 1e9,
  tibit: 1024 ** 4,
  tbit: 1e12,
  bps: 8,
  kibps: 8 * 1024,
  kbps: 8e3,
  mibps: 8 * 1024 ** 2,
  mbps: 8e6,
  gibps: 8 * 1024 ** 3,
  gbps: 8e9,
  tibps: 8 * 1024 ** 4,
  tbps: 8e12,
}

/** get_rate64(): bytes a second. */
export function rate(text: string): number | null {
  const number = strtod(text)
  const scale = number && RATES[number.rest.toLowerCase()]
  return number === null || typeof scale !== 'number' ? null : Math.floor((number.value * scale) / 8)
}

const SIZES: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1024,
  kb: 1024,
  m: 1024 ** 2,
  mb: 1024 ** 2,
  g: 1024 ** 3,
  gb: 1024 ** 3,
  kbit: 128,
  mbit: 1024 * 128,
  gbit: 1024 ** 2 * 128,
}

/** get_size(): bytes. */
export function size(text: string): number | null {
  const number = strtod(text)
  const scale = number && SIZES[number.rest.toLowerCase()]
  if (number === null || typeof scale !== 'number') return null
  const bytes = Math.floor(number.value * scale)
  return bytes < 0 || bytes > U32 ? null : bytes
}

/** get_size_and_cell(): `10k/8`, where the second is a power of two. */
export function sizeAndCell(text: string): number | null {
  const slash = text.indexOf('/')
  if (slash < 0) return size(text)
  const cell = integer(text.slice(slash + 1), 0)
  // 1 << 31 is negative in C, which no positive number equals.
  if (cell === null || cell <= 0 || (cell & (cell - 1)) !== 0) return null
  return size(text.slice(0, slash))
}

const TIMES: Readonly<Record<string, number>> = {
  '': 1,
  s: 1e6,
  sec: 1e6,
  secs: 1e6,
  ms: 1e3,
  msec: 1e3,
  msecs: 1e3,
  us: 1,
  usec: 1,
  usecs: 1,
}

/** get_time(): microseconds. */
export function time(text: string): number | null {
  const number = strtod(text)
  const scale = number && TIMES[number.rest.toLowerCase()]
  return number === null || typeof scale !== 'number' ? null : Math.floor(number.value * scale)
}
