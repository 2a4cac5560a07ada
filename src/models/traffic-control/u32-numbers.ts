import type {HashTable, U32Common} from './tables.js'

/** Node numbers of u32: the lower 12 bits of a handle. */
export const nodeOf = (handle: number): number => handle & 0xfff

/** idr_alloc_cyclic() from 1 up to this, which is left out. */
const MOST_TABLES = 0x7ff

/** handle2id(): 0x801 is 1; what lies below 0x800 is its own. */
export function idOf(handle: number): number {
  return handle >= 0x80000000 ? (handle >>> 20) & MOST_TABLES : handle
}

export function addId(common: U32Common, id: number): void {
  common.ids.add(id)
  if (id >= 1 && id < MOST_TABLES) common.lowIds += 1
}

export function dropId(common: U32Common, handle: number): void {
  const id = idOf(handle)
  if (common.ids.delete(id) && id >= 1 && id < MOST_TABLES) common.lowIds -= 1
}

/** gen_new_htid(): the next that is free, around in a circle. */
export function newTableHandle(common: U32Common): number | null {
  if (common.lowIds === MOST_TABLES - 1) return null
  if (common.manual) common.uncertain = true
  for (let tried = 0; tried < MOST_TABLES; tried += 1) {
    const id = common.nextId
    common.nextId = id === MOST_TABLES - 1 ? 1 : id + 1
    if (common.ids.has(id)) continue
    addId(common, id)
    return (0x80000000 + id * 0x100000) >>> 0
  }
  return null
}

const FIRST_NODE = 0x800
const LAST_NODE = 0xfff

/** gen_new_kid(): the least from 0x800 on, else the least of all. */
export function freeNode(table: HashTable, place: number): number | null {
  return leastFree(table, place, FIRST_NODE, LAST_NODE) ?? leastFree(table, place, 1, FIRST_NODE - 1)
}

function leastFree(table: HashTable, place: number, from: number, to: number): number | null {
  const hints = table.hints
  const key = (place | from) >>> 0
  let node = hints.get(key) ?? from
  while (node <= to && table.knodes.has((place | node) >>> 0)) node += 1
  hints.set(key, node)
  return node <= to ? (place | node) >>> 0 : null
}

/** A number is free again. */
export function freed(table: HashTable, handle: number): void {
  const node = nodeOf(handle)
  const key = ((handle & 0xfffff000) | (node >= FIRST_NODE ? FIRST_NODE : 1)) >>> 0
  const hint = table.hints.get(key)
  if (hint !== undefined && node < hint) table.hints.set(key, node)
}
