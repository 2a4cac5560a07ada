import type {FilterRow} from './admission.js'
import type {TcState} from './state.js'
import type {Block, Device, Filter, Qdisc, Tp} from './tables.js'

/** All filters, in the order of devices, blocks, chains as they were made, and priorities. */
export function filterTable(state: TcState): readonly FilterRow[] {
  const {machine} = state
  const rows: FilterRow[] = []
  for (const device of machine.devices.values())
    for (const {parent, block} of blocksOf(device))
      if (block.index === 0) rows.push(...rowsOf(block, device.name, parent))
  for (const block of machine.blocks.values()) rows.push(...rowsOf(block, null, 0))
  return rows
}

/** The blocks of a device, by where a filter's parent says that they are. */
export function* blocksOf(device: Device): Generator<{readonly parent: number; readonly block: Block}> {
  const seen = new Set<Qdisc>()
  const pending: Qdisc[] = [device.root, ...device.byMajor.values()]
  for (const qdisc of pending) {
    if (seen.has(qdisc)) continue
    seen.add(qdisc)
    if (qdisc.block !== null) yield {parent: qdisc.handle, block: qdisc.block}
    for (const of of qdisc.classes.values()) {
      if (of.block !== null) yield {parent: qdisc.handle + of.minor, block: of.block}
      if (of.leaf !== null) pending.push(of.leaf)
    }
    if (qdisc.child !== null) pending.push(qdisc.child)
  }
  const {ingress} = device
  if (ingress === null) return
  const at = ingress.kind === 'clsact' ? 0xfffffff2 : 0xffff0000
  if (ingress.block !== null) yield {parent: at, block: ingress.block}
  if (ingress.egress !== null) yield {parent: 0xfffffff3, block: ingress.egress}
}

function* rowsOf(block: Block, dev: string | null, parent: number): Generator<FilterRow> {
  for (const chain of block.chains.values()) {
    for (const tp of [...chain.tps.values()].sort((a, b) => a.prio - b.prio)) {
      const filters = [...filtersOf(tp)]
      const common = {
        dev,
        block: block.index === 0 ? null : block.index,
        parent,
        chain: chain.index,
        prio: tp.prio,
        protocol: tp.protocol,
        kind: tp.kind,
      }
      if (filters.length === 0) yield {...common, handle: 0, classId: null}
      for (const {handle, classId} of filters) yield {...common, handle, classId}
    }
  }
}

/** Those in tables that `tc filter add ... divisor` made are left out: they belong to the discipline. */
function filtersOf(tp: Tp): Iterable<Filter> {
  return tp.root === null ? tp.filters.values() : tp.root.knodes.values()
}
