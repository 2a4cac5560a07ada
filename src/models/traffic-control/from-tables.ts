import type {AdmitOptions} from './admission.js'
import {bind, u32Common} from './chains.js'
import {qdiscKind} from './kinds.js'
import type {Machine} from './machine.js'
import {classId as idOf, u32Handle, unsigned32} from './numbers.js'
import {findPlace} from './place.js'
import {protocolNumber} from './protocol-names.js'
import {Refusal, Undecided} from './refusal.js'
import {TcState} from './state.js'
import {
  type Block,
  type Class,
  type Device,
  type Filter,
  type HashTable,
  newBlock,
  newChain,
  newQdisc,
  type Qdisc,
  type Tp,
  UNKNOWN_KEY,
} from './tables.js'
import {type FilterPlace, INGRESS, ROOT} from './types.js'
import {addId} from './u32.js'

/** A row of `tc -json qdisc show`. */
export interface QdiscRow {
  readonly dev: string
  readonly kind: string
  /** `1:`; `0:` of a default. */
  readonly handle: string
  readonly root: boolean
  /** `1:10`; null of a root. */
  readonly parent: string | null
  readonly ingressBlock: number | null
  readonly egressBlock: number | null
  /** Of prio; null: not known. */
  readonly bands?: number | null
}

/** A row of `tc class show dev DEV`. */
export interface ClassRow {
  readonly dev: string
  readonly kind: string
  /** `1:10` */
  readonly id: string
  /** null: at the top. */
  readonly parent: string | null
}

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

export interface LiveTables {
  readonly qdiscs: readonly QdiscRow[]
  readonly classes: readonly ClassRow[]
  /** null: not read, so that nothing is said of filters. */
  readonly filters: readonly FilterTableRow[] | null
  /** Kind of the default discipline of devices that are not listed; null: not known. */
  readonly defaultQdisc?: (device: string) => string | null
}

/** The tables of a system as tc shows them. What tc does not show is doubted: keys of flower, chains without filters. */
export function stateFromTables(tables: LiveTables, options: AdmitOptions = {}): TcState {
  const fill = (machine: Machine): void => fillMachine(machine, tables)
  // What comes back when a root with a number of its own is deleted is not shown.
  const defaults = new Map(
    tables.qdiscs.filter(({root, handle}) => root && idOf(handle) === 0).map(({dev, kind}) => [dev, kind]),
  )
  const defaultQdisc = (device: string): string | null => defaults.get(device) ?? tables.defaultQdisc?.(device) ?? null
  return TcState.begin({defaultQdisc, fill}, options)
}

const MAJOR = 0x10000

function fillMachine(machine: Machine, {qdiscs, classes, filters}: LiveTables): void {
  const waiting: QdiscRow[] = []
  for (const row of qdiscs) {
    const device = machine.device(row.dev)
    device.ingressQueue = null
    const handle = idOf(row.handle) ?? 0
    if (row.root) device.root = made(machine, device, row, handle, ROOT)
    else if (idOf(row.parent ?? '') === INGRESS) device.ingress = made(machine, device, row, handle, INGRESS)
    else waiting.push(row)
    if (row.root && handle !== 0) device.byMajor.set(handle / MAJOR, device.root)
  }
  addClasses(machine, classes)
  for (const row of waiting) addBelow(machine, row)
  if (filters === null) {
    const why = 'The filters that the system has were not read.'
    for (const device of machine.devices.values()) device.filterDoubt = {since: machine.now + 1, why}
    for (const block of machine.blocks.values()) block.doubt = why
    return
  }
  for (const row of filters) addFilter(machine, row)
}

function made(machine: Machine, device: Device, row: QdiscRow, handle: number, parent: number): Qdisc {
  const qdisc = newQdisc(device, {kind: row.kind, handle, automatic: false, parent, born: machine.now})
  qdisc.bands = row.bands ?? null
  if ((qdiscKind(row.kind)?.filters ?? 'none') !== 'none') qdisc.block = blockFor(machine, qdisc, row.ingressBlock)
  if (row.kind === 'clsact') qdisc.egress = blockFor(machine, qdisc, row.egressBlock)
  return qdisc
}

function blockFor(machine: Machine, qdisc: Qdisc, index: number | null): Block {
  if (index === null || index === 0) return newBlock(0, qdisc, machine.now)
  const shared = machine.blocks.get(index)
  if (shared !== undefined) {
    shared.owners += 1
    return shared
  }
  const block = newBlock(index, null, machine.now)
  machine.blocks.set(index, block)
  return block
}

/** Of the root alone do classes take part; below, those of htb are found when their discipline is put in place. */
function addClasses(machine: Machine, rows: readonly ClassRow[]): void {
  const parents = new Map<Class, string | null>()
  for (const {dev, kind, id, parent} of rows) {
    const device = machine.device(dev)
    const number = idOf(id) ?? 0
    if (kind !== 'htb' || device.root.handle !== Math.floor(number / MAJOR) * MAJOR) continue
    const of: Class = {
      minor: number % MAJOR,
      qdisc: device.root,
      parent: null,
      level: 0,
      children: 0,
      bound: 0,
      block: newBlock(0, device.root, machine.now, true),
      leaf: null,
    }
    device.root.classes.set(of.minor, of)
    parents.set(of, parent)
  }
  for (const [of, parent] of parents) {
    const above = parent === null ? undefined : of.qdisc.classes.get((idOf(parent) ?? 0) % MAJOR)
    if (above === undefined) continue
    above.children += 1
    Object.assign(of, {parent: above})
  }
  for (const of of parents.keys()) levelOf(of)
}

/** TC_HTB_MAXDEPTH - 1 at the top, one less a level; 0 without classes below. */
function levelOf(of: Class): void {
  if (of.children === 0) return
  let level = 7
  for (let above = of.parent; above !== null && level > 0; above = above.parent) level -= 1
  of.level = level
}

function addBelow(machine: Machine, row: QdiscRow): void {
  const device = machine.device(row.dev)
  const parent = idOf(row.parent ?? '') ?? 0
  const handle = idOf(row.handle) ?? 0
  if (handle === 0) return
  const qdisc = made(machine, device, row, handle, parent)
  const {root} = device
  const minor = parent % MAJOR
  if (root.handle !== Math.floor(parent / MAJOR) * MAJOR) {
    device.classDoubt = {since: machine.now + 1, why: 'What lies below the second level was not read.'}
    return
  }
  const of = root.classes.get(minor)
  if (of !== undefined) of.leaf = qdisc
  else if (root.kind === 'prio') root.bandChildren.set(minor, qdisc)
  else root.child = qdisc
  qdisc.depth = 1
  device.byMajor.set(handle / MAJOR, qdisc)
}

function addFilter(machine: Machine, row: FilterTableRow): void {
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
    const id = handle >= 0x80000000 ? (handle >>> 20) & 0x7ff : handle
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
