import {type Missing, missing} from '../model/missing.js'
import type {UserNamespaceRecord} from '../sources/records.js'
import {defineFact, known, unknown} from './define.js'
import {INITIAL_PIDNS, INITIAL_USERNS} from './initial-namespaces.js'
import {parseLines} from './ndjson.js'
import {processesFact} from './processes.js'
import {acceptNamespace} from './user-namespace-records.js'

/** One line of a uid_map or gid_map: `count` IDs from `inside` on are the kernel IDs from `outside` on. */
export interface IdRange {
  readonly inside: number
  readonly outside: number
  readonly count: number
}

export interface UserNamespace {
  /** Inode number of its nsfs file, as in the link /proc/PID/ns/user. */
  readonly ino: string
  /** Inside -> kernel IDs, as seen from the initial user namespace; null where unreadable. */
  readonly uidMap: readonly IdRange[] | null
  readonly gidMap: readonly IdRange[] | null
  /** null: the initial namespace, or not known (`ownership`). */
  readonly parent: string | null
  /** Kernel UID of its creator, to which its tasks are charged in the parent (Linux 5.14). */
  readonly ownerUid: number | null
  readonly ownership: 'initial' | 'known' | 'unknown'
  /** A process in it. */
  readonly pid: number
}

export {INITIAL_PIDNS, INITIAL_USERNS}

export type UserNamespaces = ReadonlyMap<string, UserNamespace>

export const userNamespacesFact = defineFact({
  name: 'userNamespaces',
  inputs: ['user-namespaces'],
  uses: {processes: processesFact},
  derive({'user-namespaces': raw}, {processes}) {
    if (raw.status === 'missing') return unknown(raw)
    const {records, invalid} = parseLines(raw.text, acceptNamespace)
    const gaps = [...(raw.gaps ?? [])]
    if (invalid > 0) gaps.push(missing('user-namespaces', 'invalid', `${invalid} lines are no records`))
    // A map reads as the namespace of its reader sees it; the gap of `processes` says that it was another.
    const readFromInitial = processes.known && processes.value.sees.initialUserns
    const inhabited = new Set(processes.known ? processes.value.processes.map(({userns}) => userns) : [])
    const ownerless: UserNamespaceRecord[] = []
    const mapless: UserNamespaceRecord[] = []
    const namespaces = new Map([[INITIAL_USERNS, initial]])
    for (const record of records) {
      const namespace = toNamespace(record, readFromInitial)
      if (namespace.ino === INITIAL_USERNS || record.ended) continue
      namespaces.set(namespace.ino, namespace)
      if (namespace.ownership === 'unknown') ownerless.push(record)
      // Where no process is, no ID is mapped by it.
      if (!inhabited.has(namespace.ino)) continue
      if (namespace.uidMap === null || namespace.gidMap === null) mapless.push(record)
    }
    gaps.push(...gap('creator', ownerless), ...gap('ID maps', mapless))
    return known<UserNamespaces>(namespaces, gaps)
  },
})

const identity: readonly IdRange[] = [{inside: 0, outside: 0, count: 4294967295}]

/** It has no parent, root is its creator, and its map cannot be changed: kernel/user.c, init_user_ns. */
const initial: UserNamespace = {
  ino: INITIAL_USERNS,
  uidMap: identity,
  gidMap: identity,
  parent: null,
  ownerUid: null,
  ownership: 'initial',
  pid: 1,
}

function toNamespace(record: UserNamespaceRecord, readFromInitial: boolean): UserNamespace {
  const {ino, pid, parent, ownerUid} = record
  const related = parent !== null && ownerUid !== null && readFromInitial
  return {
    ino,
    pid,
    uidMap: readFromInitial ? parseIdMap(record.uidMap) : null,
    gidMap: readFromInitial ? parseIdMap(record.gidMap) : null,
    parent,
    ownerUid: related ? ownerUid : null,
    ownership: related ? 'known' : 'unknown',
  }
}

/** A uid_map, user_namespaces(7): `inside outside count` a line. An empty one maps nothing yet. null if it is none. */
export function parseIdMap(text: string | null): readonly IdRange[] | null {
  if (text === null) return null
  const ranges: IdRange[] = []
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const match = /^\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*$/.exec(line)
    if (!match) return null
    ranges.push({inside: Number(match[1]), outside: Number(match[2]), count: Number(match[3])})
  }
  return ranges
}

function gap(what: string, [first, ...more]: readonly UserNamespaceRecord[]): Missing[] {
  if (!first) return []
  const others = more.length === 0 ? '' : ` and of ${more.length} more`
  const why = first.note === undefined ? '' : `: ${first.note}`
  const detail = `${what} of user namespace ${first.ino} (PID ${first.pid})${others} could not be seen${why}`
  return [missing('user-namespaces', 'denied', detail)]
}
