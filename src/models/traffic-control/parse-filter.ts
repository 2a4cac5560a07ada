import {type FilterTail, NO_TAIL} from './filter-tail.js'
import {classId, unsigned32} from './numbers.js'
import {filterTail} from './parse-filter-options.js'
import {numberOf, readDevice, skipEstimator} from './parse-qdisc.js'
import {protocolNumber} from './protocol-names.js'
import {matches, type Reader} from './reader.js'
import {
  type ChainCommand,
  CLSACT_EGRESS,
  CLSACT_INGRESS,
  type FilterCommand,
  type FilterPlace,
  PROTOCOL_ALL,
  ROOT,
} from './types.js'

interface Said {
  readonly place: FilterPlace
  readonly prio: number
  /** null: none named. */
  readonly protocol: number | null
  readonly chain: number | null
  readonly kind: string | null
  readonly handle: string | null
  readonly help: boolean
}

const FILTER_KIND_MOST = 15

/** tc_filter_modify() (tc/tc_filter.c). 'help': tc prints its help and does nothing. */
export function parseFilter(
  verb: FilterCommand['verb'],
  reader: Reader,
): Omit<FilterCommand, 'netns' | 'assumes'> | 'help' {
  const said = readWords(reader)
  if (said.help) return 'help'
  const {handle, options} = readTail(said, reader)
  const {place, prio, chain, kind} = said
  const fallback = verb === 'add' || verb === 'replace' ? PROTOCOL_ALL : 0
  return {type: 'filter', verb, place, prio, protocol: said.protocol ?? fallback, chain, kind, handle, options}
}

/** `tc chain add|delete`: the same words. */
export function parseChain(
  verb: ChainCommand['verb'],
  reader: Reader,
): Omit<ChainCommand, 'netns' | 'assumes'> | 'help' {
  const said = readWords(reader)
  if (said.help) return 'help'
  const {options} = readTail(said, reader)
  return {type: 'chain', verb, place: said.place, chain: said.chain, kind: said.kind, optionsSent: options.sent}
}

function readTail(said: Said, reader: Reader): FilterTail {
  let tail = NO_TAIL
  if (said.kind !== null) tail = filterTail(said.kind, said.handle, reader)
  else if (said.handle !== null) reader.fail('Must specify filter type when using "handle"')
  reader.settle()
  return tail
}

function readWords(reader: Reader): Said {
  const {known} = reader
  const read: {-readonly [K in 'prio' | 'block' | 'parent']: number} = {prio: 0, block: 0, parent: 0}
  let protocol: number | null = null
  let chain: number | null = null
  let kind: string | null = null
  let handle: string | null = null
  const exclusive = (): never => reader.fail('Error: "dev" and "block" are mutually exclusive')
  const side = (name: string, value: number): void => {
    if (read.parent !== 0) reader.fail(`Error: "${name}" is duplicate parent ID`)
    read.parent = value
  }
  let help = false
  for (; !reader.done && kind === null && !help; reader.skip()) {
    const word = reader.keyword()
    if (word === 'dev') {
      readDevice(reader)
      if (read.block !== 0) exclusive()
    } else if (matches(word, 'block')) {
      reader.next()
      if (read.block !== 0) reader.duplicate('block', reader.peek)
      if (known.dev !== null) exclusive()
      read.block = numberOf(reader, 'block', (text) => unsigned32(text, 0) || null, 'invalid block index value') ?? 0
    } else if (word === 'root') side('root', ROOT)
    else if (word === 'ingress') side('ingress', CLSACT_INGRESS)
    else if (word === 'egress') side('egress', CLSACT_EGRESS)
    else if (word === 'parent') {
      reader.next()
      if (read.parent !== 0) reader.duplicate('parent', reader.peek)
      read.parent = numberOf(reader, 'parent', classId, 'Invalid parent ID') ?? 0
    } else if (word === 'handle') {
      reader.next()
      if (handle !== null) reader.duplicate('handle', reader.peek)
      handle = reader.value('handle') ?? '0'
    } else if (matches(word, 'preference') || matches(word, 'priority')) {
      reader.next()
      if (read.prio !== 0) reader.duplicate('priority', reader.peek)
      read.prio = numberOf(reader, 'prio', priority, 'invalid priority value') ?? 0
    } else if (matches(word, 'protocol')) {
      reader.next()
      if (protocol !== null) reader.duplicate('protocol', reader.peek)
      protocol = numberOf(reader, 'protocol', protocolNumber, 'invalid protocol') ?? 0
    } else if (matches(word, 'chain')) {
      reader.next()
      if (chain !== null) reader.duplicate('chain', reader.peek)
      chain = numberOf(reader, 'chain', (text) => unsigned32(text, 0), 'invalid chain index value') ?? 0
    } else if (matches(word, 'estimator')) skipEstimator(reader)
    else if (matches(word, 'help')) help = true
    else kind = word.slice(0, FILTER_KIND_MOST)
  }
  const {parent} = read
  const place: FilterPlace =
    known.dev !== null && known.dev !== ''
      ? {on: 'dev', dev: known.dev, parent}
      : read.block !== 0
        ? {on: 'block', index: read.block, parent}
        : {on: 'nothing', parent}
  return {place, prio: read.prio, protocol, chain, kind, handle, help}
}

function priority(text: string): number | null {
  const value = unsigned32(text, 0)
  return value === null || value > 0xffff ? null : value
}
