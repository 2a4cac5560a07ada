import type {Neighbour} from './namespace.js'
import {isAddress} from './prefix.js'
import {hasFlag, mapRows, type Rows, readRows, stringOf, stringsOf} from './rows.js'

/** `ip -j -6 neigh show`. */
export function parseNeighbours(text: string): Rows<Neighbour> {
  return mapRows(readRows(text), (row) => {
    const dev = stringOf(row.dev)
    // An entry without a device is one that is answered for others (proxy).
    if (hasFlag(row, 'proxy')) return null
    if (!isAddress(row.dst) || dev === undefined) return undefined
    return {address: row.dst, dev, router: hasFlag(row, 'router'), states: stringsOf(row.state)}
  })
}
