import {mapRows, type Row, type Rows, readRows} from '../network/rows.js'

export interface TcQdisc {
  readonly kind: string
  /** `1:`; `0:` of one that the kernel made by itself. */
  readonly handle: string
  readonly dev: string
  readonly root: boolean
  /** `1:10`, `ffff:fff1` of ingress and clsact; null of a root. */
  readonly parent: string | null
  readonly ingressBlock: number | null
  readonly egressBlock: number | null
  /** As tc printed it. */
  readonly row: Row
}

/** `tc -json qdisc show` of all devices. */
export function parseQdiscs(text: string): Rows<TcQdisc> {
  return mapRows(readRows(text), (row) => {
    const {kind, handle, dev, root, parent = null, ingress_block: ingress = null, egress_block: egress = null} = row
    if (typeof kind !== 'string' || typeof handle !== 'string' || typeof dev !== 'string') return undefined
    if (!isOrNull(parent, 'string') || !isOrNull(ingress, 'number') || !isOrNull(egress, 'number')) return undefined
    return {kind, handle, dev, root: root === true, parent, ingressBlock: ingress, egressBlock: egress, row}
  })
}

function isOrNull(value: unknown, type: 'string'): value is string | null
function isOrNull(value: unknown, type: 'number'): value is number | null
function isOrNull(value: unknown, type: 'string' | 'number'): boolean {
  return value === null || typeof value === type
}
