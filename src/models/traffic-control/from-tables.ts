import type {AdmitOptions} from './admission.js'
import {addFilter, type FilterTableRow} from './from-filters.js'
import {qdiscKind} from './kinds.js'
import type {Machine} from './machine.js'
import {classId as idOf} from './numbers.js'
import {TcState} from './state.js'
import {type Block, type Class, type Device, newBlock, newQdisc, type Qdisc} from './tables.js'
import {INGRESS, ROOT} from './types.js'

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
