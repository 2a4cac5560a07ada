import {type FilterTail, given, NO_OPTIONS} from './filter-tail.js'
import {classId, integer, u32Handle, unsigned32} from './numbers.js'
import {type Actions, readActions} from './parse-actions.js'
import {matches, type Reader} from './reader.js'
import type {U32Options} from './types.js'
import {U32Keys} from './u32-keys.js'
import {readSelector} from './u32-match.js'

/** u32_parse_opt() of tc/f_u32.c. */
export function parseU32(handleText: string | null, reader: Reader): FilterTail {
  let handle = handleText === null ? 0 : u32Handle(handleText)
  if (handle === null) reader.fail('Illegal filter ID', 1)
  if (reader.done) return {handle, options: NO_OPTIONS}
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
  const options = {
    ...NO_OPTIONS,
    sent: true,
    classId: target,
    u32: said,
    actions: actions.kinds,
    gotoChains: actions.gotoChains,
  }
  return {handle, options}
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
