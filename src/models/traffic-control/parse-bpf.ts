import {bytecodeFault} from './bytecode.js'
import {type FilterTail, given, NO_OPTIONS} from './filter-tail.js'
import {classId, unsigned32} from './numbers.js'
import {type Actions, readActions} from './parse-actions.js'
import {matches, type Reader} from './reader.js'

/** bpf_parse_opt() of tc/f_bpf.c and bpf_do_parse() of lib/bpf_legacy.c. */
export function parseBpf(handleText: string | null, reader: Reader): FilterTail {
  const handle = handleText === null ? 0 : unsigned32(handleText, 0)
  if (handle === null) reader.fail('Illegal "handle"', 1)
  if (reader.done) return {handle, options: NO_OPTIONS}
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
  const options = {
    ...NO_OPTIONS,
    sent: true,
    classId: target,
    bpf: {program: seen},
    actions: actions.kinds,
    gotoChains: actions.gotoChains,
  }
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
    if (typeof following !== 'string' || !(option === 'program' ? following === option : matches(following, option)))
      continue
    reader.skip()
    reader.next()
    reader.lesser()
  }
  if (typeof reader.following === 'string' && matches(reader.following, 'verbose')) reader.skip()
}
