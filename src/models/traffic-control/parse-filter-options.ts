import {classId, integer, u32Handle, unsigned32} from './numbers.js'
import {type Actions, readActions} from './parse-actions.js'
import {matches, type Reader} from './reader.js'
import type {FilterOptions, U32Options} from './types.js'
import {U32Keys} from './u32-keys.js'
import {readSelector} from './u32-match.js'
import {bytecodeFault} from './bytecode.js'

export interface FilterTail {
  readonly handle: number
  readonly options: FilterOptions
}

const NONE: FilterOptions = {sent: false, classId: null, u32: null, bpf: null, gotoChains: [], actions: [], text: ''}

export const NO_TAIL: FilterTail = {handle: 0, options: NONE}

/** parse_fopt of a kind, for the handle before it and the words after it. tc exits with 1 where it refuses. */
export function filterTail(kind: string, handle: string | null, reader: Reader): FilterTail {
  switch (kind) {
    case 'u32':
      return u32(handle, reader)
    case 'bpf':
      return bpf(handle, reader)
    default:
      return others(kind, handle, reader)
  }
}

/** Kinds that iproute2 brings along. */
const KNOWN = new Set(['basic', 'bpf', 'cgroup', 'flow', 'flower', 'fw', 'matchall', 'route', 'rsvp', 'rsvp6', 'tcindex', 'u32'])

/** flower, matchall, fw, basic, ...: read for the class and the actions; the rest is taken for valid. */
function others(kind: string, handle: string | null, reader: Reader): FilterTail {
  if (!KNOWN.has(kind)) {
    if (!reader.done) reader.fail(`Unknown filter "${kind}", hence option "${reader.keyword()}" is unparsable`, 1)
    const number = handle === null ? 0 : unsigned32(handle, 16)
    if (number === null) reader.fail(`Unparsable filter ID "${handle}"`, 1)
    return {handle: number, options: NONE}
  }
  const [value = '', mask] = (handle ?? '0').split('/', 2)
  // matchall takes what strtol() makes of it.
  const number = unsigned32(value, 0) ?? (kind === 'matchall' ? Number.parseInt(value, 10) || 0 : null)
  if (number === null) reader.fail('Illegal "handle"', 1)
  const actions: Actions = {kinds: [], gotoChains: []}
  let target: number | null = null
  const text: string[] = kind === 'fw' && mask !== undefined ? [`mask ${unsigned32(mask, 0)}`] : []
  if (!reader.done) reader.assumes.push(`options of ${kind}`)
  const sent = !reader.done || kind === 'flower'
  while (!reader.done) {
    const word = reader.peek
    if (word === 'action' || word === 'police') {
      readActions(reader, actions)
      continue
    }
    if (word === 'classid' || word === 'flowid') {
      reader.next()
      const id = reader.lesser()
      target = id === null ? null : classId(id)
      if (id !== null && target === null) reader.fail(`Illegal "${word}"`, 1)
    } else text.push(typeof word === 'string' ? word : reader.value('key') ?? '?')
    reader.skip()
  }
  const options = {...NONE, sent, classId: target, actions: actions.kinds, gotoChains: actions.gotoChains, text: text.join(' ')}
  return {handle: number, options}
}

/** u32_parse_opt() of tc/f_u32.c. */
function u32(handleText: string | null, reader: Reader): FilterTail {
  let handle = handleText === null ? 0 : u32Handle(handleText)
  if (handle === null) reader.fail('Illegal filter ID', 1)
  if (reader.done) return {handle, options: NONE}
  const keys = new U32Keys()
  const actions: Actions = {kinds: [], gotoChains: []}
  const said: {-readonly [K in keyof U32Options]: U32Options[K]} = {divisor: null, ht: null, link: null, matches: false}
  let table = 0
  let sampled = false
  let target: number | null = null
  let order = 0
  const skip = {hardware: false, software: false}
  while (!reader.done) {
    const word = reader.keyword()
    if (matches(word, 'match')) {
      reader.next()
      if (!readSelector(reader, keys)) reader.fail('Illegal "match"', 1)
      said.matches = true
      continue
    }
    if (matches(word, 'offset')) {
      reader.next()
      readPairs(reader, 'offset')
      continue
    }
    if (matches(word, 'hashkey')) {
      reader.next()
      readPairs(reader, 'hashkey')
      continue
    }
    if (word === 'sample') {
      const bucket = sample(reader)
      table = ((bucket << 12) | (table & 0xfff00000)) >>> 0
      sampled = true
      continue
    }
    if (matches(word, 'action') || matches(word, 'police')) {
      if (reader.following === undefined) reader.next()
      readActions(reader, actions)
      continue
    }
    if (matches(word, 'classid') || word === 'flowid') {
      reader.next()
      target = given(reader, 'classid', classId, true)
    } else if (matches(word, 'divisor')) {
      reader.next()
      said.divisor = given(reader, 'divisor', divisorOf, false)
    } else if (matches(word, 'order')) {
      reader.next()
      order = given(reader, 'order', (text) => unsigned32(text, 0), false) ?? 0
    } else if (word === 'link') {
      reader.next()
      said.link = given(reader, 'link', u32Handle, false)
      if (((said.link ?? 0) & 0xfff) !== 0) reader.fail('"link" must be a hash table.', 1)
    } else if (word === 'ht') {
      reader.next()
      const named = given(reader, 'ht', u32Handle, false) ?? 0
      if (handleText !== null && (named & 0xfff) !== 0) reader.fail('"ht" must be a hash table.', 1)
      table = (sampled ? (table & 0xff000) | (named & 0xfff00000) : named & 0xfffff000) >>> 0
    } else if (word === 'indev') {
      reader.skip()
      if (reader.done) reader.fail('Illegal indev', 1)
      reader.assumes.push(`indev ${reader.lesser() ?? ''}`)
    } else if (word === 'skip_hw') skip.hardware = true
    else if (word === 'skip_sw') {
      skip.software = true
      reader.assumes.push('skip_sw')
    } else if (word === 'help') reader.fail('', 1)
    else reader.fail(`What is "${word}"?`, 1)
    reader.skip()
  }
  const node = handle & 0xfff
  if (order !== 0) {
    if (node !== 0 && order !== node) reader.fail('"order" contradicts "handle"', 1)
    handle = (handle | order) >>> 0
  }
  if (skip.hardware && skip.software) reader.fail('skip_hw and skip_sw are mutually exclusive', 1)
  said.ht = table === 0 ? null : table
  const options = {...NONE, sent: true, classId: target, u32: said, actions: actions.kinds, gotoChains: actions.gotoChains}
  return {handle, options}
}

/** null: not known. */
function given(reader: Reader, name: string, of: (text: string) => number | null, lesser: boolean): number | null {
  const text = lesser ? reader.lesser() : reader.value(name)
  if (text === null) return null
  const value = of(text)
  if (value === null) reader.fail(`Illegal "${name}"`, 1)
  return value
}

function divisorOf(text: string): number | null {
  const value = unsigned32(text, 0)
  return value === null || value === 0 || value > 0x100 || (value & (value - 1)) !== 0 ? null : value
}

/** parse_offset() and parse_hashkey(). */
function readPairs(reader: Reader, name: 'offset' | 'hashkey'): void {
  const illegal = (): never => reader.fail(`Illegal "${name}"`, 1)
  for (; !reader.done; reader.skip()) {
    const word = reader.keyword()
    if (name === 'offset' && matches(word, 'eat')) continue
    const numeric = name === 'offset' && (matches(word, 'plus') || matches(word, 'shift'))
    if (!numeric && !matches(word, 'at') && !matches(word, 'mask')) return
    reader.next()
    const text = reader.lesser()
    if (text === null) continue
    if (matches(word, 'mask')) {
      const mask = unsigned32(text, 16)
      if (mask === null || (name === 'offset' && mask > 0xffff)) illegal()
      continue
    }
    const value = integer(text, 0)
    if (value === null) illegal()
    else if (name === 'offset' && matches(word, 'shift') && (value & 0xff) >= 16) reader.assumes.push(`shift ${text}`)
    else if (matches(word, 'at') && name === 'offset' && value % 2 !== 0)
      reader.fail('offset "at" must be even\nIllegal "offset"', 1)
    else if (matches(word, 'at') && name === 'hashkey' && value % 4 !== 0) illegal()
  }
}

/** `sample ... [divisor N]`: the bucket. */
function sample(reader: Reader): number {
  const keys = new U32Keys()
  reader.next()
  const known = reader.assumes.length
  if (!readSelector(reader, keys)) reader.fail('Illegal "sample"', 1)
  if (reader.assumes.length > known) reader.value('sample')
  else if (keys.size !== 1) reader.fail('"sample" must contain exactly ONE key.', 1)
  let divisor = 0x100
  if (!reader.done && reader.peek === 'divisor') {
    reader.next()
    const text = reader.value('divisor')
    const read = text === null ? 0x100 : divisorOf(text)
    if (read === null) reader.fail('Illegal sample "divisor"', 1)
    divisor = read
    reader.next()
  }
  return keys.hash % divisor
}

/** bpf_parse_opt() of tc/f_bpf.c and bpf_do_parse() of lib/bpf_legacy.c. */
function bpf(handleText: string | null, reader: Reader): FilterTail {
  const handle = handleText === null ? 0 : unsigned32(handleText, 0)
  if (handle === null) reader.fail('Illegal "handle"', 1)
  if (reader.done) return {handle, options: NONE}
  const actions: Actions = {kinds: [], gotoChains: []}
  let target: number | null = null
  let seen = false
  for (; !reader.done; ) {
    const word = reader.keyword()
    if (matches(word, 'run')) {
      reader.next()
      if (seen) reader.duplicate('run', reader.peek)
      seen = true
      program(reader)
    } else if (matches(word, 'classid') || matches(word, 'flowid')) {
      reader.next()
      target = given(reader, 'classid', classId, true)
    } else if (matches(word, 'direct-action') || matches(word, 'da')) {
      // A flag.
    } else if (matches(word, 'skip_hw')) {
      // Likewise.
    } else if (matches(word, 'skip_sw')) reader.assumes.push('skip_sw')
    else if (matches(word, 'action') || matches(word, 'police')) {
      if (reader.following === undefined) reader.next()
      readActions(reader, actions)
      continue
    } else if (matches(word, 'help')) reader.fail('', 1)
    else if (seen) reader.fail(`What is "${word}"?`, 1)
    else {
      seen = true
      program(reader)
    }
    reader.skip()
  }
  const options = {...NONE, sent: true, classId: target, bpf: {program: seen}, actions: actions.kinds, gotoChains: actions.gotoChains}
  return {handle, options}
}

/** Leaves the last word of the program in turn. */
function program(reader: Reader): void {
  const word = reader.keyword()
  const unable = (text: string): never => reader.fail(`${text}\nUnable to parse bpf command line`, 1)
  if (matches(word, 'bytecode') || word === 'bc') {
    reader.next()
    const text = reader.lesser()
    const fault = text === null ? null : bytecodeFault(text)
    if (fault?.by === 'tc') unable(fault.text)
    if (fault?.by === 'kernel') reader.value('bytecode')
    if (fault !== null && fault.by === 'kernel') reader.assumes.push('bytecode')
    return
  }
  const object = matches(word, 'object-file') || word === 'obj'
  const pinned = matches(word, 'object-pinned') || matches(word, 'pinned') || matches(word, 'fd')
  const file = matches(word, 'bytecode-file') || word === 'bcf'
  if (!object && !pinned && !file) unable(`What mode is "${word}"?`)
  reader.next()
  const name = reader.lesser()
  // Files are not read here.
  reader.assumes.push(`program ${name ?? ''}`)
  if (file) return
  for (const option of ['section', 'program', 'export']) {
    const following = reader.following
    if (typeof following !== 'string' || !(option === 'program' ? following === option : matches(following, option))) continue
    reader.skip()
    reader.next()
    reader.lesser()
  }
  if (typeof reader.following === 'string' && matches(reader.following, 'verbose')) reader.skip()
}
