import {isIP} from 'node:net'
import type {SourceQuestion} from '../../models/source-address/answer.js'
import {isMapped, needsZone, parseIp6} from '../../models/source-address/ip6-address.js'

/** What holds for every destination that does not say otherwise. */
export type SourceDefaults = Omit<SourceQuestion, 'dest'>

const MAX_MARK = 0xffff_ffff
const keys = ['dest', 'oif', 'mark', 'prefer', 'uid'] as const

/** A question, and the destination as it was written; or in one line why it is none. */
export type Asked = {readonly question: SourceQuestion; readonly dest: string} | {readonly problem: string}

/** `2001:db8::1`, `fe80::1%eth0`. */
export function askAbout(text: string, defaults: SourceDefaults): Asked {
  const [address = '', zone, ...more] = text.split('%')
  const version = isIP(address)
  if (version === 4) return {problem: `${text} is an IPv4 address: the source of IPv4 is chosen in another way`}
  const bits = version === 6 ? parseIp6(address) : null
  if (bits === null || more.length > 0 || zone === '') {
    return {problem: `${text} is no IPv6 address`}
  }
  if (isMapped(bits)) return {problem: `${text} is an IPv4 address in IPv6 form: what is sent there is IPv4`}
  if (zone === undefined) return {dest: text, question: {dest: address, ...defaults}}
  // For all others the kernel does not look at sin6_scope_id, while some programs bind to it.
  if (!needsZone(bits))
    return {problem: `${address} is valid on more than one link: name the device by oif, not by a zone`}
  if (defaults.oif !== undefined && defaults.oif !== zone) {
    return {problem: `${text} has another device than ${defaults.oif}: connect() fails with EINVAL`}
  }
  return {dest: text, question: {...defaults, dest: address, oif: zone}}
}

/** A line of a batch: an address, or `{"dest": ..., "oif": ..., "mark": ..., "prefer": ..., "uid": ...}`. */
export function askByLine(line: string, defaults: SourceDefaults): Asked {
  if (!line.startsWith('{')) return askAbout(line, defaults)
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return {problem: 'neither an address nor JSON'}
  }
  if (typeof value !== 'object' || value === null) return {problem: 'neither an address nor a JSON object'}
  const unknown = Object.keys(value).find((key) => !keys.some((known) => known === key))
  if (unknown !== undefined) return {problem: `there is no "${unknown}": only ${keys.join(', ')}`}
  const {dest, oif, mark, prefer, uid}: {readonly [Key in (typeof keys)[number]]?: unknown} = value
  if (typeof dest !== 'string') return {problem: '"dest" is no text'}
  if (oif !== undefined && typeof oif !== 'string') return {problem: '"oif" is no text'}
  if (mark !== undefined && !isWord(mark)) return {problem: `"mark" is no whole number up to ${MAX_MARK}`}
  if (uid !== undefined && !isWord(uid)) return {problem: `"uid" is no whole number up to ${MAX_MARK}`}
  if (prefer !== undefined && prefer !== 'temporary' && prefer !== 'public') {
    return {problem: '"prefer" is neither "temporary" nor "public"'}
  }
  return askAbout(dest, {
    ...defaults,
    ...(oif === undefined ? {} : {oif}),
    ...(mark === undefined ? {} : {mark}),
    ...(prefer === undefined ? {} : {prefer}),
    ...(uid === undefined ? {} : {uid}),
  })
}

/** SO_MARK as people write it: decimal or `0x1f`. */
export function parseMark(text: string): number | null {
  const mark = /^(\d{1,10}|0x[0-9a-f]{1,8})$/i.test(text) ? Number(text) : Number.NaN
  return isWord(mark) ? mark : null
}

function isWord(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_MARK
}
