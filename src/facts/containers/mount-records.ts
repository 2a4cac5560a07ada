import {type Missing, missing} from '../../model/missing.js'
import type {Raw} from '../../sources/collected.js'
import {createHostMounts, type HostMount} from '../../sources/host-mounts.js'
import {parseMountTable} from '../../sources/mount-table.js'
import type {ContainerMountsRecord} from '../../sources/records.js'
import type {Mount} from '../containers.js'
import {isCount, isObject, parseLines} from '../ndjson.js'
import type {Process} from '../processes.js'
import {acceptFile} from './account-records.js'

const INPUT = 'container-mounts'

export interface ContainerMounts {
  /** What the container with this first process has of the host's file systems; Missing: nobody could see. */
  mountsOf(init: Process): readonly Mount[] | Missing
}

type TableRecord = Extract<ContainerMountsRecord, {t: 'mounts'}>
type OwnerRecord = Extract<ContainerMountsRecord, {t: 'owner'}>

/** Reads the input `container-mounts`. */
export function parseMountRecords(input: Raw | Missing): ContainerMounts {
  // Where a recorded host holds no such thing, nobody had looked for it.
  const notRead = missing(INPUT, 'not-collected', 'its mounts were not read')
  if (input.status === 'missing') return {mountsOf: () => (input.reason === 'absent' ? notRead : input)}
  const {records, invalid} = parseLines(input.text, accept)
  if (invalid > 0) return {mountsOf: () => missing(INPUT, 'invalid', `${invalid} lines are no records`)}
  const host = records.find((record) => record.t === 'host')
  if (records.length > 0 && !host)
    return {mountsOf: () => missing(INPUT, 'invalid', 'the mounts of the host are missing')}
  const hostMounts = createHostMounts(parseMountTable(host?.mountinfo ?? ''))
  const byMnt = new Map<string, TableRecord>()
  const byPid = new Map<number, TableRecord>()
  const owners = new Map<string, OwnerRecord['owner']>()
  for (const record of records) {
    if (record.t === 'owner') owners.set(record.path, record.owner)
    else if (record.t === 'mounts' && record.mnt !== null) byMnt.set(record.mnt, record)
    else if (record.t === 'mounts') byPid.set(record.pid, record)
  }
  return {
    mountsOf({pid, ns}) {
      const record = ns.mnt === undefined ? byPid.get(pid) : byMnt.get(ns.mnt)
      if (record === undefined) return notRead
      const {mountinfo} = record
      if ('reason' in mountinfo) return missing(INPUT, mountinfo.reason, mountinfo.detail)
      return hostMounts(parseMountTable(mountinfo.text)).flatMap((mounted) => toMount(mounted, owners) ?? [])
    },
  }
}

/** null: no path of the host leads there, so it is not the host's to lose. */
function toMount({mount, path, own}: HostMount, owners: ReadonlyMap<string, OwnerRecord['owner']>): Mount | null {
  const isRoot = mount.point === '/'
  if (path === null || (own && !isRoot)) return null
  const owner = owners.get(path)
  const seen = owner !== undefined && 'uid' in owner ? owner : null
  return {
    type: isRoot ? 'rootfs' : isVolume(path) ? 'volume' : 'bind',
    source: path,
    destination: mount.point,
    readWrite: !mount.readOnly,
    ownerUid: seen?.uid ?? null,
    ownerGid: seen?.gid ?? null,
    ...(owner !== undefined && 'reason' in owner ? {ownerUnseen: owner.reason} : {}),
    idmapped: mount.idmapped,
  }
}

/** Where Docker and Podman keep named and anonymous volumes, for root and for login users. */
function isVolume(path: string): boolean {
  return /^\/.+\/volumes\/[^/]+\/_data(\/|$)/.test(path)
}

function accept(value: unknown): ContainerMountsRecord | undefined {
  if (!isObject(value)) return undefined
  const {t, mnt, pid, mountinfo, path} = value
  if (t === 'host') return typeof mountinfo === 'string' ? {t, mountinfo} : undefined
  if (t === 'mounts') {
    const file = acceptFile(mountinfo)
    return (mnt === null || typeof mnt === 'string') && isCount(pid) && file
      ? {t, mnt, pid, mountinfo: file}
      : undefined
  }
  const owner = acceptOwner(value.owner)
  return t === 'owner' && typeof path === 'string' && owner ? {t, path, owner} : undefined
}

function acceptOwner(value: unknown): OwnerRecord['owner'] | undefined {
  if (!isObject(value)) return undefined
  const {uid, gid} = value
  if (isCount(uid) && isCount(gid)) return {uid, gid}
  const failure = acceptFile(value)
  return failure && 'reason' in failure ? failure : undefined
}
