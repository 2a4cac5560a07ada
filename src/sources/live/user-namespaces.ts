import {readlinkSync} from 'node:fs'
import type {Missing} from '../../model/missing.js'
import type {Raw} from '../collected.js'
import {errorCode, readRegular} from '../read-regular.js'
import type {ProcessesRecord, ProcessRecord, UserNamespaceRecord} from '../records.js'
import {askNamespaces, type NamespaceRelations} from './namespace-ioctl.js'
import type {ProbeContext} from './probe.js'

/** PROC_USER_INIT_INO, include/linux/proc_ns.h */
const INITIAL = '4026531837'
const MAP_BYTES = 1 << 20

/** User namespaces that a process is in, and their parents. A host with none of its own runs nothing for it. */
export async function probeUserNamespaces(context: ProbeContext): Promise<Raw | Missing> {
  const processes = await context.collect('processes')
  if (processes.status === 'missing') return {...processes, input: 'user-namespaces'}
  if (processes.status !== 'raw') throw new Error('processes is not a tree')

  const pids = oldestProcesses(processes.text)
  const asked = [...pids].filter(([ino]) => ino !== INITIAL).map(([, {pid}]) => pid)
  const relations = asked.length === 0 ? [] : await askNamespaces('user-namespaces', asked, context)
  const note = 'status' in relations ? relations.detail : undefined
  const byIno = new Map('status' in relations ? [] : relations.map((relation) => [relation.ino, relation]))

  const records = [...pids].map(([ino, {pid}]) => record(ino, pid, true, byIno.get(ino), note))
  for (const [ino, relation] of byIno) {
    // A parent without a process of its own: its map is nowhere to be read.
    if (!pids.has(ino)) records.push(record(ino, relation.pid, ino === INITIAL, relation, note))
  }
  return {
    status: 'raw',
    origin: '/proc/PID/ns/user',
    text: records.map((each) => `${JSON.stringify(each)}\n`).join(''),
  }
}

/** The process of each user namespace that started first: the least likely to be gone by now. */
function oldestProcesses(text: string): Map<string, ProcessRecord> {
  const oldest = new Map<string, ProcessRecord>()
  for (const line of text.split('\n')) {
    // The rest of what a big host has need not be parsed twice.
    if (!line.includes('"user":"')) continue
    const process: ProcessesRecord = JSON.parse(line)
    if (process.t !== 'process' || process.ns.user === undefined) continue
    const known = oldest.get(process.ns.user)
    if (!known || Number(process.start) < Number(known.start)) oldest.set(process.ns.user, process)
  }
  return oldest
}

function record(
  ino: string,
  pid: number,
  hasProcess: boolean,
  relation: NamespaceRelations | undefined,
  note: string | undefined,
): UserNamespaceRecord {
  const why = ino === INITIAL ? 'root' : (relation?.errno ?? note ?? (relation ? undefined : 'its process has ended'))
  return {
    ino,
    pid,
    ...(hasProcess ? readMaps(ino, pid) : {uidMap: null, gidMap: null}),
    parent: relation?.parent ?? null,
    ownerUid: relation?.ownerUid ?? null,
    ...(why === undefined ? {} : {note: why}),
  }
}

/** Nothing if the process has ended meanwhile, or its PID is another's. */
function readMaps(ino: string, pid: number): Pick<UserNamespaceRecord, 'uidMap' | 'gidMap'> {
  const [uidMap, gidMap] = ['uid_map', 'gid_map'].map((name) => readRegular(`/proc/${pid}/${name}`, MAP_BYTES))
  if (!uidMap || !gidMap || !('text' in uidMap) || !('text' in gidMap) || !isIn(ino, pid)) {
    return {uidMap: null, gidMap: null}
  }
  return {uidMap: uidMap.text, gidMap: gidMap.text}
}

function isIn(ino: string, pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/ns/user`) === `user:[${ino}]`
  } catch (error) {
    if (errorCode(error) === undefined) throw error
    return false
  }
}
