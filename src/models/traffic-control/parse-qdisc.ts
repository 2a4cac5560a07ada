import {classId, qdiscHandle, unsigned32} from './numbers.js'
import {htbClassOptions, qdiscOptions} from './parse-options.js'
import {matches, type Reader} from './reader.js'
import {type ClassCommand, INGRESS, type QdiscCommand, ROOT, type TcVerb} from './types.js'

type Parsed<T extends {readonly netns: unknown; readonly assumes: unknown}> = Omit<T, 'netns' | 'assumes'>

const QDISC_KIND_MOST = 15

/** tc_qdisc_modify() (tc/tc_qdisc.c). */
export function parseQdisc(verb: TcVerb, reader: Reader): Parsed<QdiscCommand> {
  const {known} = reader
  let parent = 0
  let handle = 0
  let kind: string | null = null
  const blocks = {ingress: 0, egress: 0}
  const at = (name: string, value: number, article: string): void => {
    if (parent !== 0) reader.fail(`Error: "${name}" is ${article}duplicate parent ID`)
    parent = value
  }
  for (; !reader.done && kind === null; reader.skip()) {
    const word = reader.keyword()
    if (word === 'dev') readDevice(reader)
    else if (word === 'handle') {
      if (handle !== 0) reader.duplicate('handle', reader.peek)
      reader.next()
      handle = numberOf(reader, 'handle', qdiscHandle, 'invalid qdisc ID') ?? 0
    } else if (word === 'root') at('root', ROOT, '')
    else if (word === 'clsact' || word === 'ingress') {
      at(word, INGRESS, 'a ')
      kind = word
      handle = 0xffff0000
    } else if (word === 'parent') {
      reader.next()
      if (parent !== 0) reader.duplicate('parent', reader.peek)
      parent = numberOf(reader, 'parent', classId, 'invalid parent ID') ?? 0
    } else if (matches(word, 'estimator')) skipEstimator(reader)
    else if (matches(word, 'stab')) {
      // parse_size_table() has words of its own; which of them end it is not told here.
      reader.assumes.push('options after stab')
      skipSizeTable(reader)
    } else if (matches(word, 'ingress_block') || matches(word, 'egress_block')) {
      const side = matches(word, 'ingress_block') ? 'ingress' : 'egress'
      reader.next()
      blocks[side] =
        numberOf(reader, 'block', (text) => unsigned32(text, 0) || null, `invalid ${side} block index value`) ?? 0
    } else if (matches(word, 'help')) {
      // usage() prints, and reading goes on.
    } else kind = word.slice(0, QDISC_KIND_MOST)
  }
  const options = kind === null ? {sent: false, defaultClass: null, bands: null} : qdiscOptions(kind, reader)
  reader.settle()
  return {
    type: 'qdisc',
    verb,
    dev: known.dev,
    parent,
    handle,
    kind,
    ingressBlock: blocks.ingress,
    egressBlock: blocks.egress,
    options,
  }
}

/** tc_class_modify() (tc/tc_class.c). */
export function parseClass(verb: ClassCommand['verb'], reader: Reader): Parsed<ClassCommand> {
  let parent = 0
  let id = 0
  let kind: string | null = null
  for (; !reader.done && kind === null; reader.skip()) {
    const word = reader.keyword()
    if (word === 'dev') readDevice(reader)
    else if (word === 'classid') {
      reader.next()
      if (id !== 0) reader.duplicate('classid', reader.peek)
      id = numberOf(reader, 'classid', classId, 'invalid class ID') ?? 0
    } else if (word === 'handle') reader.fail('Error: try "classid" instead of "handle"')
    else if (word === 'root') {
      if (parent !== 0) reader.fail('Error: "root" is duplicate parent ID.')
      parent = ROOT
    } else if (word === 'parent') {
      reader.next()
      if (parent !== 0) reader.duplicate('parent', reader.peek)
      parent = numberOf(reader, 'parent', classId, 'invalid parent ID') ?? 0
    } else if (matches(word, 'estimator')) skipEstimator(reader)
    else if (matches(word, 'help')) {
      // usage() prints and reading goes on, so that only what follows decides.
    } else kind = word.slice(0, QDISC_KIND_MOST)
  }
  if (kind !== null) readClassOptions(kind, reader)
  reader.settle()
  return {type: 'class', verb, dev: reader.known.dev, parent, classId: id, kind, optionsSent: kind !== null}
}

const CLASSLESS = new Set(['tbf', 'pfifo', 'bfifo', 'pfifo_head_drop', 'ingress', 'clsact'])

function readClassOptions(kind: string, reader: Reader): void {
  if (CLASSLESS.has(kind)) reader.fail(`Error: Qdisc "${kind}" is classless.`, 1)
  if (kind === 'htb') {
    htbClassOptions(reader)
    return
  }
  const words = reader.rest()
  reader.skipAll()
  reader.assumes.push(words.length > 0 ? `options of ${kind}` : `${kind} needs no options`)
}

export function readDevice(reader: Reader): void {
  reader.next()
  if (reader.known.dev !== null && reader.known.dev !== '') reader.duplicate('dev', reader.peek)
  // Longer names are cut: strncpy() into IFNAMSIZ.
  reader.known.dev = reader.value('dev')?.slice(0, 15) ?? null
}

/** The number in turn. null: the word is not known. */
export function numberOf(
  reader: Reader,
  role: string,
  of: (text: string) => number | null,
  message: string,
): number | null {
  const text = reader.value(role)
  if (text === null) return null
  const value = of(text)
  if (value === null) reader.wrong(message, text)
  return value
}

/** parse_estimator(): two times. */
export function skipEstimator(reader: Reader): void {
  reader.next()
  reader.lesser()
  reader.next()
  reader.lesser()
  reader.assumes.push('estimator')
}

const SIZE_TABLE = new Set(['mtu', 'mpu', 'tsize', 'linklayer', 'overhead'])

function skipSizeTable(reader: Reader): void {
  while (typeof reader.following === 'string' && SIZE_TABLE.has(reader.following)) {
    reader.skip()
    reader.next()
    reader.lesser()
  }
}
