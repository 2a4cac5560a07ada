import {type FilterTail, NO_OPTIONS} from './filter-tail.js'
import {classId, unsigned32} from './numbers.js'
import {type Actions, readActions} from './parse-actions.js'
import {parseBpf} from './parse-bpf.js'
import {parseU32} from './parse-u32.js'
import type {Reader} from './reader.js'

/** parse_fopt of a kind, for the handle before it and the words after it. tc exits with 1 where it refuses. */
export function filterTail(kind: string, handle: string | null, reader: Reader): FilterTail {
  switch (kind) {
    case 'u32':
      return parseU32(handle, reader)
    case 'bpf':
      return parseBpf(handle, reader)
    default:
      return others(kind, handle, reader)
  }
}

/** Kinds that iproute2 brings along. */
const KNOWN = new Set([
  'basic',
  'bpf',
  'cgroup',
  'flow',
  'flower',
  'fw',
  'matchall',
  'route',
  'rsvp',
  'rsvp6',
  'tcindex',
  'u32',
])

/** flower, matchall, fw, basic, ...: read for the class and the actions; the rest is taken for valid. */
function others(kind: string, handle: string | null, reader: Reader): FilterTail {
  if (!KNOWN.has(kind)) {
    if (!reader.done) reader.fail(`Unknown filter "${kind}", hence option "${reader.keyword()}" is unparsable`, 1)
    const number = handle === null ? 0 : unsigned32(handle, 16)
    if (number === null) reader.fail(`Unparsable filter ID "${handle}"`, 1)
    return {handle: number, options: NO_OPTIONS}
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
    } else text.push(typeof word === 'string' ? word : (reader.value('key') ?? '?'))
    reader.skip()
  }
  const options = {
    ...NO_OPTIONS,
    sent,
    classId: target,
    actions: actions.kinds,
    gotoChains: actions.gotoChains,
    text: text.join(' '),
  }
  return {handle: number, options}
}
