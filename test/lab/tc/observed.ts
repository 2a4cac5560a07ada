import {protocolNumber} from '../../../src/models/traffic-control/protocol-names.js'

/** Rows as text, in an order of their own, so that two tables are compared by comparing lists. */
export interface Tables {
  /** By `DEVICE PARENT`. */
  readonly filters: ReadonlyMap<string, readonly string[]>
  readonly shared: readonly string[]
  readonly qdiscs: readonly string[]
  readonly classes: readonly string[]
}

type Row = Readonly<Record<string, unknown>>

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null

/** `PRIO PROTOCOL KIND CHAIN HANDLE CLASS DIVISOR LINK` of each row of `tc -json filter show`. */
export function filtersOf(rows: unknown): readonly string[] {
  if (!Array.isArray(rows)) throw new Error('filters are a list')
  return rows
    .filter(isRow)
    .map((row) => {
      const options = isRow(row.options) ? row.options : {}
      const handle = options.fh ?? options.handle ?? '-'
      return [
        row.pref,
        numberOf(String(row.protocol)),
        row.kind,
        row.chain,
        typeof handle === 'string' && handle.startsWith('0x') ? String(Number(handle)) : handle,
        options.flowid ?? '-',
        options.ht_divisor ?? '-',
        options.link ?? '-',
      ].join(' ')
    })
    .sort()
}

function numberOf(protocol: string): number | null {
  return protocolNumber(protocol.replace(/^\[(.*)\]$/, '$1'))
}

/** `DEVICE KIND HANDLE PARENT BLOCKS`. */
export function qdiscsOf(rows: unknown): readonly string[] {
  if (!Array.isArray(rows)) throw new Error('queueing disciplines are a list')
  return rows
    .filter(isRow)
    .filter(({dev}) => dev !== 'lo')
    .map((row) => {
      const handle = String(row.handle)
      const named = /^[89a-f][0-9a-f]{3}:$/.test(handle) && handle !== 'ffff:' ? 'auto' : handle
      const parent = row.root === true ? 'root' : String(row.parent)
      // The parent of what hangs on a discipline with a number of the kernel's choosing.
      const above = /^[89a-e][0-9a-f]{3}:/.test(parent) ? 'auto' : parent
      return [row.dev, row.kind, named, above, row.ingress_block ?? '-', row.egress_block ?? '-'].join(' ')
    })
    .sort()
}
