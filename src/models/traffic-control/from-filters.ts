import {bind, u32Common} from './chains.js'
import type {Machine} from './machine.js'
import {classId as idOf, u32Handle, unsigned32} from './numbers.js'
import {findPlace} from './place.js'
import {protocolNumber} from './protocol-names.js'
import {Refusal, Undecided} from './refusal.js'
import {type Block, type Filter, type HashTable, newChain, type Tp, UNKNOWN_KEY} from './tables.js'
import type {FilterPlace} from './types.js'
import {addId, idOf as tableId} from './u32-numbers.js'

/** A row of `tc -json filter show`, asked of each device and parent, or of each shared block. */
export interface FilterTableRow {
  /** Of what was asked. */
  readonly place: FilterPlace
  readonly chain: number
  readonly prio: number
  /** As tc prints it: `ip`, `[2049]`. */
  readonly protocol: string
  readonly kind: string
  /** `fh` or `handle`; null: the heading of a priority. */
  readonly handle: string | null
  /** `flowid` */
  readonly classId: string | null
  /** `ht_divisor`: the row is a hash table of u32. */
  readonly divisor: number | null
  readonly link: string | null
}

/** Puts a filter where it lies. */
export function addFilter(machine: Machine, row: FilterTableRow): void {
  const protocol = protocolNumber(row.protocol.replace(/^\[(.*)\]$/, '$1'))
  const block = blockOf(machine, row.place)
  if (block === null || protocol === null) return
  const chain = block.chains.get(row.chain) ?? newChain(block, row.chain)
  block.chains.set(row.chain, chain)
  let tp = chain.tps.get(row.prio)
  if (tp === undefined) {
    tp = {
      chain,
      prio: row.prio,
      protocol,
      kind: row.kind,
      filters: new Map(),
      keys: new Map(),
      next: {hint: 1},
      root: null,
    }
    chain.tps.set(row.prio, tp)
    if (row.prio >= 0x8000) chain.high.push(row.prio)
    if (block.ofClass && block.qdisc !== null) block.qdisc.classTps += 1
  }
  if (row.handle === null) return
  if (row.kind === 'u32') addU32(tp, row)
  else addOther(tp, row)
}

function blockOf(machine: Machine, place: FilterPlace): Block | null {
  try {
    return findPlace(machine, place).block
  } catch (error) {
    if (!(error instanceof Refusal) && !(error instanceof Undecided)) throw error
    return null
  }
}

function addOther(tp: Tp, row: FilterTableRow): void {
  const handle = unsigned32(row.handle ?? '', 0) ?? 0
  const filter: Filter = {...empty(handle), classId: row.classId === null ? null : idOf(row.classId), key: UNKNOWN_KEY}
  tp.filters.set(handle, filter)
  if (tp.kind === 'flower') tp.keys.set(UNKNOWN_KEY, filter)
  bind(filter, tp.chain.block.qdisc)
}

/** The kernel lists the tables of a priority newest first, so its own, which came with it, is the last. */
function addU32(tp: Tp, row: FilterTableRow): void {
  const common = u32Common(tp.chain.block, true)
  const handle = u32Handle(row.handle ?? '')
  if (common === null || handle === null) return
  if (row.divisor !== null) {
    if (common.tables.has(handle)) return
    const table: HashTable = {
      handle,
      prio: tp.prio,
      isRoot: false,
      divisor: row.divisor,
      knodes: new Map(),
      hints: new Map(),
      links: 0,
      wasLinked: true,
    }
    common.tables.set(handle, table)
    const id = tableId(handle)
    if (id !== 0) addId(common, id)
    if (id < 0x7fe) common.nextId = Math.max(common.nextId, id + 1)
    if (handle >= 0x80000000 && row.divisor === 1) {
      if (tp.root === null) common.users += 1
      else Object.assign(tp.root, {isRoot: false})
      tp.root = Object.assign(table, {isRoot: true})
    }
    return
  }
  const table = common.tables.get((handle & 0xfff00000) >>> 0)
  if (table === undefined || table.knodes.has(handle)) return
  const filter: Filter = {...empty(handle), classId: row.classId === null ? null : idOf(row.classId)}
  const linked = row.link === null ? null : common.tables.get(u32Handle(row.link) ?? 0)
  if (linked) {
    filter.link = linked
    linked.links += 1
  }
  table.knodes.set(handle, filter)
  common.knodes += 1
  bind(filter, tp.chain.block.qdisc)
}

function empty(handle: number): Filter {
  return {handle, classId: null, bound: null, link: null, gotoChains: [], key: ''}
}
