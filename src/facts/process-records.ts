import type {NamespaceKind, ObserverRecord, ProcessRecord, WalkEndRecord} from '../sources/records.js'
import {INITIAL_USERNS} from './initial-namespaces.js'
import {isCount, isObject} from './ndjson.js'
import type {CgroupMembership, Limit, NamespaceIds, Process} from './processes.js'

export type Record = ObserverRecord | ProcessRecord | WalkEndRecord

const namespaceKinds: readonly NamespaceKind[] = ['user', 'pid', 'mnt', 'net', 'ipc', 'uts', 'cgroup']

/** A line of the input `processes`, if it is one. */
export function acceptRecord(value: unknown): Record | undefined {
  if (!isObject(value)) return undefined
  if (value.t === 'process') return isProcess(value) ? value : undefined
  if (value.t === 'observer') return isObserver(value) ? value : undefined
  return value.t === 'end' && isEnd(value) ? value : undefined
}

function isProcess(
  value: Readonly<{[key: string]: unknown}>,
): value is Readonly<{[key: string]: unknown}> & ProcessRecord {
  return (
    isCount(value.pid) &&
    isCount(value.ppid) &&
    isCount(value.threads) &&
    typeof value.comm === 'string' &&
    typeof value.state === 'string' &&
    typeof value.cgroup === 'string' &&
    typeof value.capEff === 'string' &&
    /^[0-9a-f]{1,32}$/i.test(value.capEff) &&
    typeof value.start === 'string' &&
    /^\d{1,20}$/.test(value.start) &&
    isIds(value.uid) &&
    isIds(value.gid) &&
    isCounts(value.nspid) &&
    isNamespaces(value.ns) &&
    (value.uidMap === undefined || typeof value.uidMap === 'string') &&
    (value.taskUids === undefined || (isObject(value.taskUids) && Object.entries(value.taskUids).every(isTaskUid))) &&
    (value.kthread === undefined || value.kthread === true) &&
    (value.nproc === null || isNproc(value.nproc))
  )
}

function isObserver(
  value: Readonly<{[key: string]: unknown}>,
): value is Readonly<{[key: string]: unknown}> & ObserverRecord {
  return (
    isNamespaces(value.ns) &&
    isCount(value.uid) &&
    (value.pid === undefined || isCount(value.pid)) &&
    typeof value.hidepid === 'string' &&
    typeof value.capEff === 'string' &&
    /^[0-9a-f]{1,32}$/i.test(value.capEff)
  )
}

function isEnd(value: Readonly<{[key: string]: unknown}>): value is Readonly<{[key: string]: unknown}> & WalkEndRecord {
  return (
    isCount(value.processes) &&
    isCount(value.vanished) &&
    Array.isArray(value.unread) &&
    value.unread.every((each) => isObject(each) && isCount(each.pid) && typeof each.code === 'string')
  )
}

function isIds(value: unknown): boolean {
  return isCounts(value) && value.length === 4
}

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(isCount)
}

function isTaskUid([uid, tasks]: readonly [string, unknown]): boolean {
  return /^\d{1,10}$/.test(uid) && isCount(tasks)
}

function isNproc(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((each) => parseLimit(each) !== null)
}

function isNamespaces(value: unknown): value is NamespaceIds {
  return isObject(value) && namespaceKinds.every((kind) => value[kind] === undefined || typeof value[kind] === 'string')
}

/** As fs/proc/base.c prints a limit. */
function parseLimit(text: unknown): Limit | null {
  if (text === 'unlimited') return Infinity
  return typeof text === 'string' && /^\d{1,20}$/.test(text) ? Number(text) : null
}

/**
 * A process from its record. `seesInitialPidns`: PID 1 is the host's.
 *
 * Not every user namespace can be seen (ptrace_may_access() guards the link), two are known by rule:
 * - a kernel thread shares init_cred, thus the initial one (kernel/kthread.c);
 * - PID 1 of the initial PID namespace was started in it. It may have moved to another one, by
 *   unshare(2) or setns(2), but no init system does, and its map would then hardly be the identity
 *   over all IDs; so that is asked for. Left over is an init that moved to a namespace mapped so.
 */
export function toProcess(
  record: ProcessRecord,
  seesInitialPidns: boolean,
  cgroupsOf: (text: string) => readonly CgroupMembership[],
): Process {
  const kernelThread = record.kthread === true
  const initialByRule = kernelThread || (record.pid === 1 && seesInitialPidns && hasIdentityMap(record))
  const [soft, hard] = record.nproc?.map(parseLimit) ?? []
  const [realUid, effectiveUid] = record.uid
  const tasksByUid = record.taskUids
    ? new Map(Object.entries(record.taskUids).map(([uid, tasks]) => [Number(uid), tasks]))
    : new Map([[realUid, record.threads]])
  return {
    pid: record.pid,
    ppid: record.ppid,
    comm: record.comm,
    state: record.state,
    realUid,
    effectiveUid,
    realGid: record.gid[0],
    tasks: record.threads,
    tasksByUid,
    nspid: record.nspid,
    capEff: BigInt(`0x${record.capEff}`),
    ns: record.ns,
    userns: record.ns.user ?? (initialByRule ? INITIAL_USERNS : null),
    cgroups: cgroupsOf(record.cgroup),
    nproc: typeof soft === 'number' && typeof hard === 'number' ? {soft, hard} : null,
    startTicks: BigInt(record.start),
    kernelThread,
  }
}

/** `0 0 4294967295`: all IDs are themselves, user_namespaces(7). */
function hasIdentityMap(record: Pick<ProcessRecord, 'uidMap'>): boolean {
  return record.uidMap !== undefined && /^\s*0\s+0\s+4294967295\s*$/.test(record.uidMap)
}

/** /proc/PID/cgroup, cgroups(7): `4:memory:/path`, `0::/path`. Many processes have the same text. */
export function cgroupParser(): (text: string) => readonly CgroupMembership[] {
  const known = new Map<string, readonly CgroupMembership[]>()
  return (text) => {
    let memberships = known.get(text)
    if (!memberships) {
      memberships = text.split('\n').flatMap((line) => {
        const match = /^(\d+):([^:]*):(.*)$/.exec(line)
        if (!match) return []
        const [, hierarchy, controllers = '', path = ''] = match
        return [{hierarchy: Number(hierarchy), controllers: controllers === '' ? [] : controllers.split(','), path}]
      })
      known.set(text, memberships)
    }
    return memberships
  }
}
