import {u32Common} from '../../../src/models/traffic-control/chains.js'
import type {TcState} from '../../../src/models/traffic-control/state.js'
import type {Block, Device, Qdisc, Tp} from '../../../src/models/traffic-control/tables.js'
import type {Tables} from './observed.js'
import {BLOCKS, DEVICES, PARENTS} from './watched.js'

/** The tables as `tc ... show` would print them, if the model is right. */
export function predictedTables({machine}: TcState): Tables {
  const filters = new Map<string, readonly string[]>()
  for (const name of DEVICES)
    for (const parent of PARENTS) {
      const block = blockOf(machine.device(name), parent)
      filters.set(`${name} ${parent}`, block === null ? [] : rowsOf(block))
    }
  const shared = BLOCKS.flatMap((index) => {
    const block = machine.blocks.get(index)
    return block === undefined ? [] : rowsOf(block)
  }).sort()
  const devices = DEVICES.map((name) => machine.device(name))
  return {
    filters,
    shared,
    qdiscs: devices.flatMap((device) => [...qdiscRows(device)]).sort(),
    classes: devices.flatMap((device) => [...classRows(device)]).sort(),
  }
}

/** tc_dump_tfilter(): finds nothing where tc_new_tfilter() would refuse. */
function blockOf(device: Device, parent: string): Block | null {
  const [major = '', minor = ''] = parent.split(':')
  const low = Number.parseInt(minor || '0', 16)
  const qdisc = parent === '' ? device.root : find(device, Number.parseInt(major, 16) * 0x10000)
  if (qdisc === null) return null
  if (qdisc.kind === 'ingress') return qdisc.block
  if (qdisc.kind === 'clsact') return low === 0xfff2 ? qdisc.block : low === 0xfff3 ? qdisc.egress : null
  if (low === 0) return qdisc.block
  return qdisc.classes.get(low)?.block ?? null
}

function find(device: Device, handle: number): Qdisc | null {
  if (!device.root.automatic && device.root.handle === handle) return device.root
  const below = device.byMajor.get(handle / 0x10000)
  if (below !== undefined) return below
  return handle === 0xffff0000 ? device.ingress : null
}

function rowsOf(block: Block): readonly string[] {
  const rows: string[] = []
  for (const chain of block.chains.values())
    for (const tp of chain.tps.values()) {
      const head = `${tp.prio} ${tp.protocol} ${tp.kind} ${chain.index}`
      rows.push(`${head} - - - -`)
      for (const row of tp.kind === 'u32' ? u32Rows(tp, block) : otherRows(tp)) rows.push(`${head} ${row}`)
    }
  return rows.sort()
}

function* otherRows(tp: Tp): Generator<string> {
  for (const {handle, classId} of tp.filters.values()) yield `${handle} ${classText(classId)} - -`
}

/** u32_walk(): every table of the discipline that was made for that priority. */
function* u32Rows(tp: Tp, block: Block): Generator<string> {
  const common = u32Common(block, false)
  for (const table of common?.tables.values() ?? []) {
    if (table.prio !== tp.prio) continue
    yield `${tableText(table.handle)} - ${table.divisor} -`
    for (const {handle, classId, link} of table.knodes.values())
      yield `${nodeText(handle)} ${classText(classId)} - ${link === null ? '-' : tableText(link.handle)}`
  }
}

const tableText = (handle: number): string => `${(handle >>> 20).toString(16)}:`

/** sprint_u32_handle() */
function nodeText(handle: number): string {
  const bucket = (handle >>> 12) & 0xff
  return `${tableText(handle)}${bucket === 0 ? '' : bucket.toString(16)}:${(handle & 0xfff).toString(16)}`
}

function classText(id: number | null): string {
  if (id === null || id === 0) return '-'
  const major = Math.floor(id / 0x10000)
  const minor = id % 0x10000
  return `${major === 0 ? '' : major.toString(16)}:${minor === 0 && major !== 0 ? '' : minor.toString(16)}`
}

function* qdiscRows(device: Device): Generator<string> {
  const pending: Qdisc[] = [device.root]
  for (const qdisc of pending) {
    yield `${device.name} ${qdisc.kind} ${handleText(qdisc)} ${parentText(device, qdisc)} - -`
    for (const {leaf} of qdisc.classes.values()) if (leaf !== null) pending.push(leaf)
    if (qdisc.child !== null) pending.push(qdisc.child)
  }
  const {ingress} = device
  if (ingress === null) return
  yield `${device.name} ${ingress.kind} ffff: ffff:fff1 ${ingress.block?.index || '-'} ${ingress.egress?.index || '-'}`
}

function handleText(qdisc: Qdisc): string {
  return qdisc.automatic ? 'auto' : `${(qdisc.handle / 0x10000).toString(16)}:`
}

function parentText(_device: Device, {parent}: Qdisc): string {
  return parent === 0xffffffff ? 'root' : classText(parent)
}

function* classRows(device: Device): Generator<string> {
  const pending: Qdisc[] = [device.root]
  for (const qdisc of pending) {
    const id = (minor: number): string =>
      qdisc.automatic ? `auto:${minor.toString(16)}` : classText(qdisc.handle + minor)
    for (const {minor, parent, leaf} of qdisc.classes.values()) {
      yield `${device.name} ${id(minor)} ${parent === null ? 'root' : id(parent.minor)} ${leaf === null ? '-' : handleText(leaf)}`
      if (leaf !== null) pending.push(leaf)
    }
    if (qdisc.child !== null) pending.push(qdisc.child)
  }
}
