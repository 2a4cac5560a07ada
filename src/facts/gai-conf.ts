import {isIPv6} from 'node:net'
import ipaddr from 'ipaddr.js'
import {missing} from '../model/missing.js'
import {defineFact, known, unknown} from './define.js'

/** An entry of one of glibc's tables. IPv4 addresses are looked up as ::ffff:a.b.c.d. */
export interface PrefixEntry {
  /** As the number that its 128 bits make. Bits behind `length` may be set and do not count. */
  readonly prefix: bigint
  readonly length: number
  readonly value: number
}

/** The tables by which getaddrinfo() of glibc sorts. The first entry that matches counts; the last one matches all. */
export interface GaiTables {
  readonly labels: readonly PrefixEntry[]
  readonly precedences: readonly PrefixEntry[]
  /** The scope of IPv4 addresses, in the numbers of IPv6: 2 link, 5 site, 14 global. */
  readonly scopes: readonly PrefixEntry[]
}

export interface GaiConf {
  /**
   * What a program may have of the file; more than one only if it has lines that glibc before 2.41 reads by chance or
   * otherwise than 2.41 does. The first is that of glibc 2.41.
   */
  readonly readings: readonly GaiTables[]
  /** `reload yes`: programs that run read the file again when it has changed; otherwise once, before they first sort. */
  readonly reload: boolean
  /** Lines that are neither empty nor a comment and have no effect in any reading. */
  readonly ignored: readonly GaiLine[]
  /** Lines that make the readings differ. */
  readonly doubtful: readonly GaiLine[]
  /**
   * Lines with an address and no length, whatever follows: there glibc before 2.41 looks where an uninitialised pointer
   * leads (glibc bug 32465), and programs may crash in getaddrinfo(). On Debian 12 `scopev4 10.1.1.1 2` kills them all.
   */
  readonly mayCrash: readonly GaiLine[]
}

export interface GaiLine {
  readonly line: number
  /** Untrusted. */
  readonly text: string
}

type Kind = 'label' | 'precedence' | 'scopev4'

interface Read {
  readonly kind: Kind
  readonly entry: PrefixEntry
  /** What glibc since 2.41 does with it. */
  readonly counts: boolean
  /** Whether it counts depends on the version of glibc, or on chance. */
  readonly doubtful: boolean
}

/** n of them make 2^n readings. Nobody writes more. */
const MOST_DOUBTFUL = 5
const INT_MAX = 2 ** 31 - 1
const ULONG_RANGE = 1n << 64n
const MAPPED = 0xffff_0000_0000n
const MAPPED_LENGTH = 96

/** Those of getaddrinfo.c: RFC 3484 with entries for site-local, unique local and Teredo addresses. Not RFC 6724. */
export const defaultTables: GaiTables = {
  labels: [
    {prefix: 1n, length: 128, value: 0},
    {prefix: 0n, length: 96, value: 3},
    {prefix: MAPPED, length: 96, value: 4},
    {prefix: 0x2001n << 112n, length: 32, value: 7},
    {prefix: 0x2002n << 112n, length: 16, value: 2},
    {prefix: 0xfec0n << 112n, length: 10, value: 5},
    {prefix: 0xfc00n << 112n, length: 7, value: 6},
    {prefix: 0n, length: 0, value: 1},
  ],
  precedences: [
    {prefix: 1n, length: 128, value: 50},
    {prefix: 0n, length: 96, value: 20},
    {prefix: MAPPED, length: 96, value: 10},
    {prefix: 0x2002n << 112n, length: 16, value: 30},
    {prefix: 0n, length: 0, value: 40},
  ],
  scopes: [
    {prefix: MAPPED | 0xa9fe_0000n, length: 112, value: 2},
    {prefix: MAPPED | 0x7f00_0000n, length: 104, value: 2},
    {prefix: MAPPED, length: 96, value: 14},
  ],
}

/** How getaddrinfo() of glibc sorts on this host: gai.conf(5), as gaiconf_init() of getaddrinfo.c reads it. */
export const gaiConfFact = defineFact({
  name: 'gaiConf',
  inputs: ['gai-conf'],
  derive({'gai-conf': conf}) {
    // Without a file that it may open, a program has the tables that are built in. That we may not says nothing of others.
    if (conf.status === 'missing') return conf.reason === 'absent' ? known(parseGaiConf('')) : unknown(conf)
    const parsed = parseGaiConf(conf.text)
    if (parsed.doubtful.length <= MOST_DOUBTFUL) return known(parsed)
    const detail = `/etc/gai.conf has ${parsed.doubtful.length} lines that glibc before 2.41 reads by chance`
    return unknown(missing('gai-conf', 'unsupported', detail))
  },
})

/**
 * The tables that a gai.conf(5) makes. Lines that are not understood are passed over, each by itself. One line of a kind
 * replaces the whole table of that kind.
 */
export function parseGaiConf(text: string): GaiConf {
  const reads: Read[] = []
  const ignored: GaiLine[] = []
  const doubtful: GaiLine[] = []
  const mayCrash: GaiLine[] = []
  let reload = false
  for (const [index, whole] of text.split('\n').entries()) {
    const [command = '', where = '', what = ''] = tokensOf(whole)
    if (command === '') continue
    const line = {line: index + 1, text: whole}
    if (command === 'reload') reload = where === 'yes'
    else {
      const read = isKind(command) ? readEntry(command, where, what) : null
      if (read) reads.push(read)
      if (isKind(command) && !where.includes('/') && readPrefix(command, where, null)) mayCrash.push(line)
      if (!read) ignored.push(line)
      else if (read.doubtful) doubtful.push(line)
    }
  }
  return {readings: readingsOf(reads), reload, ignored, doubtful, mayCrash}
}

/** A C string ends at its first NUL, and isspace() splits it. */
function tokensOf(line: string): readonly string[] {
  const end = line.search(/[\0#]/)
  const text = end === -1 ? line : line.slice(0, end)
  return text.split(/[ \t\v\f\r]+/).filter((token) => token !== '')
}

function isKind(command: string): command is Kind {
  return command === 'label' || command === 'precedence' || command === 'scopev4'
}

/** null: no version takes it. */
function readEntry(kind: Kind, where: string, what: string): Read | null {
  const slash = where.indexOf('/')
  const length = slash === -1 ? null : where.slice(slash + 1)
  const prefix = readPrefix(kind, slash === -1 ? where : where.slice(0, slash), length)
  const value = strtoul(what)
  if (prefix === null || value === null || value > INT_MAX) return null
  // Before 2.41 an empty number was 0, and where no length is given the test looked at what happened to be there.
  const counts = what !== '' && length !== ''
  return {kind, entry: {...prefix, value}, counts, doubtful: !counts || length === null}
}

function readPrefix(kind: Kind, address: string, length: string | null): Omit<PrefixEntry, 'value'> | null {
  const v6 = inetPton6(address)
  const v4 = v6 === null && kind === 'scopev4' ? inetPton4(address) : null
  const given = length === null ? null : strtoul(length)
  if (length !== null && given === null) return null
  if (v4 !== null) {
    const bits = given ?? 32
    return bits > 32 ? null : {prefix: MAPPED | v4, length: bits + MAPPED_LENGTH}
  }
  const bits = given ?? 128
  if (v6 === null || bits > 128) return null
  if (kind === 'scopev4' && (v6 >> 32n !== MAPPED >> 32n || bits < MAPPED_LENGTH)) return null
  return {prefix: v6, length: bits}
}

/** Every way in which the doubtful lines may count or not, 2.41's first. */
function readingsOf(reads: readonly Read[]): readonly GaiTables[] {
  const doubtful = reads.filter((read) => read.doubtful)
  const readings = [tablesOf(reads.filter(({counts}) => counts))]
  if (doubtful.length === 0 || doubtful.length > MOST_DOUBTFUL) return readings
  for (let way = 0; way < 1 << doubtful.length; way++) {
    const taken = new Set(doubtful.filter((_, index) => way & (1 << index)))
    readings.push(tablesOf(reads.filter((read) => !read.doubtful || taken.has(read))))
  }
  return readings
}

function tablesOf(reads: readonly Read[]): GaiTables {
  const tableOf = (wanted: Kind, forOthers: PrefixEntry): readonly PrefixEntry[] | null => {
    const entries = reads.filter(({kind}) => kind === wanted).map(({entry}) => entry)
    if (entries.length === 0) return null
    if (!entries.some(({length}) => length === forOthers.length)) entries.push(forOthers)
    // qsort() of glibc is stable where memory suffices: of two equal prefixes the first in the file counts.
    return entries.sort((a, b) => b.length - a.length)
  }
  return {
    labels: tableOf('label', {prefix: 0n, length: 0, value: 1}) ?? defaultTables.labels,
    precedences: tableOf('precedence', {prefix: 0n, length: 0, value: 40}) ?? defaultTables.precedences,
    scopes: tableOf('scopev4', {prefix: MAPPED, length: MAPPED_LENGTH, value: 14}) ?? defaultTables.scopes,
  }
}

/** strtoul() to the end of the text, for 64 bits, in which -1 is the largest number. null: no number, or too large. */
function strtoul(text: string): number | null {
  if (text === '') return 0
  const [, sign, all] = /^([+-]?)(\d+)$/.exec(text) ?? []
  const digits = all?.replace(/^0+/, '')
  if (digits === undefined || digits.length > 20 || BigInt(digits) >= ULONG_RANGE) return null
  // Numbers beyond 2^53 lose bits, and are too large for every use.
  return Number(sign === '-' ? BigInt.asUintN(64, -BigInt(digits)) : BigInt(digits))
}

/** inet_pton(): stricter than ipaddr.js, which takes octal parts. */
function inetPton6(text: string): bigint | null {
  if (!isIPv6(text) || text.includes('%')) return null
  const bits = numberOf(ipaddr.IPv6.parse(text).toByteArray())
  // ipaddr.js takes ::192.0.2.1 for ::ffff:192.0.2.1.
  return /^::\d+\./.test(text) ? bits & 0xffff_ffffn : bits
}

function inetPton4(text: string): bigint | null {
  return ipaddr.IPv4.isValidFourPartDecimal(text) ? numberOf(ipaddr.IPv4.parse(text).toByteArray()) : null
}

function numberOf(bytes: readonly number[]): bigint {
  return bytes.reduce((bits, byte) => (bits << 8n) | BigInt(byte), 0n)
}
