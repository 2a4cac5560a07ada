import type {UserNamespaceRecord} from '../sources/records.js'
import {isCount, isObject, stringOrNull} from './ndjson.js'

/** A line of the input `user-namespaces`, if it is one. */
export function acceptNamespace(value: unknown): UserNamespaceRecord | undefined {
  if (!isObject(value)) return undefined
  const {ino, pid, uidMap, gidMap, parent, ownerUid, note, ended} = value
  if (typeof ino !== 'string' || !isCount(pid) || !stringOrNull(uidMap) || !stringOrNull(gidMap)) return undefined
  if (!stringOrNull(parent) || !(ownerUid === null || isCount(ownerUid))) return undefined
  if (note !== undefined && typeof note !== 'string') return undefined
  return {
    ...{ino, pid, uidMap, gidMap, parent, ownerUid},
    ...(note === undefined ? {} : {note}),
    ...(ended === true ? {ended} : {}),
  }
}
