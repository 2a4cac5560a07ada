import type {AddressLabel} from './namespace.js'
import {withLength} from './prefix.js'
import {mapRows, type Rows, readRows, stringOf} from './rows.js'

/** `ip -j addrlabel list`. */
export function parseLabels(text: string): Rows<AddressLabel> {
  return mapRows(readRows(text), (row) => {
    const prefix = withLength(row.address, row.prefixlen)
    if (!prefix || typeof row.label !== 'number') return undefined
    // print_addrlabel() calls the device `ifname`; `dev` is its name in text.
    const dev = stringOf(row.ifname) ?? stringOf(row.dev) ?? null
    return {prefix: prefix.address, prefixLength: prefix.length, label: row.label, dev}
  })
}
