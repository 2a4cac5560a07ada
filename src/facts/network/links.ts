import {isObject} from '../ndjson.js'
import type {NetworkLink} from './namespace.js'
import {mapRows, type Row, type Rows, readRows, stringOf, stringsOf} from './rows.js'

/** A link before it is known what is configured on it. */
export type BareLink = Omit<NetworkLink, 'addresses' | 'settings'>

/** `ip -j -d link show`, in the order of the dump: by ifindex. */
export function parseLinks(text: string): Rows<BareLink> {
  const read = readRows(text)
  if ('problem' in read) return read
  const indexes = new Map(read.rows.map(({ifname, ifindex}) => [ifname, ifindex]))
  return mapRows(read, (row) => toLink(row, indexes))
}

function toLink(row: Row, indexes: ReadonlyMap<unknown, unknown>): BareLink | undefined {
  const {ifindex: index, mtu} = row
  const name = stringOf(row.ifname)
  if (typeof index !== 'number' || typeof mtu !== 'number' || name === undefined || !Array.isArray(row.flags)) {
    return undefined
  }
  const flags = stringsOf(row.flags)
  const info = isObject(row.linkinfo) ? row.linkinfo : {}
  const kind = stringOf(info.info_kind) ?? null
  const master = row.master === undefined ? null : indexes.get(row.master)
  const vrfTable = kind === 'vrf' && isObject(info.info_data) ? info.info_data.table : null
  if (!isNumberOrNull(master) || !isNumberOrNull(vrfTable)) return undefined
  return {
    index,
    name,
    up: flags.includes('UP'),
    carrier: flags.includes('LOWER_UP'),
    loopback: flags.includes('LOOPBACK'),
    kind,
    master,
    vrfTable,
    mtu,
  }
}

function isNumberOrNull(value: unknown): value is number | null {
  return value === null || typeof value === 'number'
}
