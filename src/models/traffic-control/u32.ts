import {refuse, undecided} from './refusal.js'
import type {Filter, HashTable, Tp, U32Common} from './tables.js'
import type {U32Options} from './types.js'
import {addId, dropId, freed, freeNode, idOf, newTableHandle, nodeOf} from './u32-numbers.js'

/** Numbers of u32: table (12 bits), bucket (8), node (12). */
const TABLE = 0xfff00000
const ROOT_TABLE = 0xfff00000
const keyOf = (handle: number): number => handle & 0xfffff
const bucketOf = (handle: number): number => (handle >>> 12) & 0xff
const tableOf = (handle: number): number => (handle & TABLE) >>> 0

/** u32_init(): the table that a new priority gets. */
export function initU32(tp: Tp, common: U32Common): void {
  const handle = common.users === 0 ? 0x80000000 : newTableHandle(common)
  if (handle === null) tooMany()
  const root = newTable(handle, tp.prio, true, 1)
  common.users += 1
  common.tables.set(handle, root)
  tp.root = root
}

/** u32_destroy(): tables that were made beside its own stay until the last priority goes. */
export function destroyU32(tp: Tp, common: U32Common, unbind: (filter: Filter) => void): void {
  const {root} = tp
  if (root === null) throw new Error('a priority of u32 has a table')
  clear(root, common, unbind)
  common.tables.delete(root.handle)
  dropId(common, root.handle)
  common.users -= 1
  if (common.users > 0) return
  for (const table of common.tables.values()) clear(table, common, unbind)
  common.tables.clear()
  common.ids.clear()
  common.lowIds = 0
}

function clear(table: HashTable, common: U32Common, unbind: (filter: Filter) => void): void {
  for (const filter of table.knodes.values()) {
    common.knodes -= 1
    unbind(filter)
    unlink(filter)
  }
  table.knodes.clear()
}

function unlink(filter: Filter): void {
  if (filter.link === null) return
  filter.link.links -= 1
  filter.link.wasLinked = true
  filter.link = null
}

export type Found = {readonly table: HashTable; readonly filter: Filter | null} | null

/** u32_get(): a table or a filter, of whatever priority of the same discipline. */
export function getU32(tp: Tp, common: U32Common, handle: number): Found {
  const table = lookupTable(tp, common, handle)
  if (table === undefined) return null
  if (keyOf(handle) === 0) return {table, filter: null}
  const filter = table.knodes.get(handle)
  return filter === undefined ? null : {table, filter}
}

function lookupTable(tp: Tp, common: U32Common, handle: number): HashTable | undefined {
  checkNumber(common, handle)
  return tableOf(handle) === ROOT_TABLE ? (tp.root ?? undefined) : common.tables.get(tableOf(handle))
}

/** Before and after the numbers of tables that commands made were kept apart from those that the kernel chooses. */
function checkNumber(common: U32Common, handle: number): void {
  if (common.uncertain && handle >= 0x80000000 && tableOf(handle) !== ROOT_TABLE)
    undecided(
      'hash-table-numbers',
      'A command made a hash table of a number from 801: on, and which numbers later tables got depends on the kernel.',
    )
}

export type Change =
  | {readonly did: 'nothing'}
  | {readonly did: 'table'}
  | {readonly did: 'filter' | 'replaced'; readonly filter: Filter; readonly link: HashTable | null}

const WHERE = 'u32_change()'

/** u32_change(): what is checked, and what it would make; `commit` makes it. */
export function changeU32(
  tp: Tp,
  common: U32Common,
  handle: number,
  options: U32Options | null,
  found: Found,
): {readonly change: Change; readonly commit: () => void} {
  if (options === null) {
    if (handle !== 0)
      bad('handle-without-options', 'A filter that a handle names needs options.', 'Filter handle requires options')
    return {change: {did: 'nothing'}, commit: () => {}}
  }
  if (found !== null) return replace(common, options, found)
  if (options.divisor !== null) return makeTable(tp, common, handle, options.divisor)
  return makeFilter(tp, common, handle, options)
}

function replace(common: U32Common, options: U32Options, found: NonNullable<Found>): ReturnType<typeof changeU32> {
  const {filter} = found
  if (filter === null)
    return bad(
      'hash-table',
      'The handle is one of a hash table, which cannot be changed.',
      'Key node id cannot be zero',
    )
  const link = options.link === null ? filter.link : linkOf(common, options)
  return {
    change: {did: 'replaced', filter, link},
    commit: () => {
      const old = filter.link
      filter.link = link
      if (link !== null) link.links += 1
      if (old !== null) {
        old.links -= 1
        old.wasLinked = true
      }
    },
  }
}

function makeTable(tp: Tp, common: U32Common, handle: number, divisor: number): ReturnType<typeof changeU32> {
  if (keyOf(handle) !== 0)
    bad('divisor-on-filter', 'Only a hash table has a divisor.', 'Divisor can only be used on a hash table')
  const id = idOf(handle)
  if (handle !== 0 && common.ids.has(id))
    refuse({id: 'hash-table-exists', text: 'The number of the hash table is taken.', where: WHERE, errno: 'ENOSPC'})
  return {
    change: {did: 'table'},
    commit: () => {
      const made = handle === 0 ? newTableHandle(common) : handle
      if (made === null) return tooMany()
      if (handle !== 0) addId(common, id)
      if (handle >= 0x80000000) common.manual = true
      common.tables.set(made, newTable(made, tp.prio, false, divisor))
    },
  }
}

function makeFilter(tp: Tp, common: U32Common, handle: number, options: U32Options): ReturnType<typeof changeU32> {
  const {root} = tp
  if (root === null) throw new Error('a priority of u32 has a table')
  const table = options.ht === null ? root : lookupTable(tp, common, options.ht)
  if (table === undefined)
    return bad('no-hash-table', 'The hash table does not exist.', 'Specified hash table not found')
  // Of the root table that `ht fff:` names the bucket is forgotten.
  const htid = options.ht === null || tableOf(options.ht) === ROOT_TABLE ? root.handle : options.ht
  if (table.divisor - 1 < bucketOf(htid))
    bad('no-bucket', 'The hash table has fewer buckets.', 'Specified hash table buckets exceed configured value')
  const wrong = handle !== 0 && tableOf(handle) !== 0 && tableOf(handle ^ htid) !== 0
  if (wrong)
    bad(
      'hash-table-mismatch',
      'The handle is one of another hash table.',
      'Handle specified hash table address mismatch',
    )
  const place = (tableOf(htid) | (bucketOf(htid) << 12)) >>> 0
  const node = nodeOf(handle)
  const number = node === 0 ? freeNode(table, place) : (place | node) >>> 0
  if (number === null)
    return refuse({
      id: 'nodes-exhausted',
      text: 'The bucket holds as many filters as there are numbers.',
      where: 'gen_new_kid()',
      errno: 'ENOSPC',
      says: null,
      saysNow: 'cls_u32: Hash table node ID pool exhausted',
    })
  if (table.knodes.has(number))
    refuse({id: 'filter-number-taken', text: 'The number of the filter is taken.', where: WHERE, errno: 'ENOSPC'})
  if (!options.matches) bad('no-selector', 'A filter of u32 needs a match.', 'Selector not specified')
  const link = linkOf(common, options)
  const filter: Filter = {handle: number, classId: null, bound: null, link: null, gotoChains: [], key: ''}
  return {
    change: {did: 'filter', filter, link},
    commit: () => {
      table.knodes.set(number, filter)
      common.knodes += 1
      filter.link = link
      if (link !== null) link.links += 1
    },
  }
}

/** u32_set_parms() */
function linkOf(common: U32Common, {link}: U32Options): HashTable | null {
  if (link === null || link === 0) return null
  if (keyOf(link) !== 0) bad('link-to-filter', 'A link leads to a hash table.', 'u32 Link handle must be a hash table')
  checkNumber(common, link)
  const table = common.tables.get(link)
  if (table === undefined)
    return bad('no-hash-table', 'The hash table that is linked to does not exist.', 'Link hash table not found')
  if (table.isRoot) bad('link-to-root', 'The table of a priority cannot be linked to.', 'Not linking to root node')
  return table
}

/** u32_delete(): true if nothing of the priority is left. */
export function deleteU32(
  common: U32Common,
  {table, filter}: NonNullable<Found>,
  unbind: (filter: Filter) => void,
): boolean {
  if (filter !== null) {
    table.knodes.delete(filter.handle)
    freed(table, filter.handle)
    common.knodes -= 1
    unbind(filter)
    unlink(filter)
  } else {
    const where = 'u32_delete()'
    const deny = (id: string, text: string, says: string, errno: 'EINVAL' | 'EBUSY'): never =>
      refuse({id, text, where, errno, says: `cls_u32: ${says}`})
    if (table.isRoot)
      deny('root-table', 'The table of a priority goes with the priority.', 'Not allowed to delete root node', 'EINVAL')
    if (table.links > 0)
      deny('hash-table-in-use', 'A filter links to the hash table.', 'Can not delete in-use filter', 'EBUSY')
    if (table.wasLinked)
      undecided(
        'still-linked',
        'A filter that linked to the hash table is gone, but the kernel lets go of the table some time later.',
      )
    clear(table, common, unbind)
    common.tables.delete(table.handle)
    dropId(common, table.handle)
  }
  return common.users === 1 && common.knodes === 0
}

function newTable(handle: number, prio: number, isRoot: boolean, divisor: number): HashTable {
  return {handle, prio, isRoot, divisor, knodes: new Map(), hints: new Map(), links: 0, wasLinked: false}
}

function bad(id: string, text: string, says: string): never {
  return refuse({id, text, where: WHERE, errno: 'EINVAL', says: `cls_u32: ${says}`})
}

function tooMany(): never {
  return refuse({
    id: 'hash-tables-exhausted',
    text: 'The discipline holds as many hash tables as there are numbers.',
    where: 'gen_new_htid()',
    errno: 'ENOMEM',
  })
}
