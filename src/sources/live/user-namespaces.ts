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

/** A namespace may lose the process through which it is asked about; then another one is tried. */
const ROUNDS = 3

/** User namespaces that a process is in, and their parents. A host with none of its own runs nothing for it. */
export async function probeUserNamespaces(context: ProbeContext): Promise<Raw | Missing> {
  const processes = await context.collect('processes')
  if (processes.status === 'missing') return {...processes, input: 'user-namespaces'}
  if (processes.status !== 'raw') throw new Error('processes is not a tree')

  const members = membersByAge(processes.text)
  const byIno = new Map<string, NamespaceRelations>()
  let note: string | undefined
  for (let round = 0; round < ROUNDS && note === undefined; round++) {
    const asked = [...members]
      .filter(([ino]) => ino !== INITIAL && !byIno.has(ino))
      .flatMap(([ino, pids]) => pids.find((pid) => isIn(ino, pid)) ?? [])
    if (asked.length === 0) break
    const relations = await askNamespaces('user-namespaces', asked, context)
    if ('status' in relations) note = relations.detail
    else for (const relation of relations) byIno.set(relation.ino, relation)
  }

  const records = [...members].map(([ino, pids]) => record(ino, pids, byIno.get(ino), note))
  for (const [ino, relation] of byIno) {
    // A parent without a process of its own: its map is nowhere to be read.
    if (!members.has(ino)) records.push(record(ino, [], relation, note))
  }
  return {
    status: 'raw',
    origin: '/proc/PID/ns/user',
    text: records.map((each) => `${JSON.stringify(each)}\n`).join(''),
  }
}

/** The processes of each user namespace, oldest first: the oldest is the least likely to be gone by now. */
function membersByAge(text: string): Map<string, number[]> {
  const members = new Map<string, ProcessRecord[]>()
  for (const line of text.split('\n')) {
    // Most processes of a big host are in the initial one and need not be parsed twice.
    if (!line.includes('"user":"')) continue
    if (line.includes(`"user":"${INITIAL}"`) && members.has(INITIAL)) continue
    const process: ProcessesRecord = JSON.parse(line)
    if (process.t !== 'process' || process.ns.user === undefined) continue
    const known = members.get(process.ns.user)
    if (known) known.push(process)
    else members.set(process.ns.user, [process])
  }
  const age = ({start}: ProcessRecord) => Number(start)
  return new Map([...members].map(([ino, all]) => [ino, all.sort((a, b) => age(a) - age(b)).map(({pid}) => pid)]))
}

function record(
  ino: string,
  pids: readonly number[],
  relation: NamespaceRelations | undefined,
  note: string | undefined,
): UserNamespaceRecord {
  const pid = pids.find((each) => isIn(ino, each)) ?? pids[0] ?? relation?.pid ?? 0
  const ended = ino !== INITIAL && pids.length > 0 && !pids.some((each) => isIn(ino, each))
  const why = ino === INITIAL ? 'root' : (relation?.errno ?? note ?? (relation ? undefined : 'its process has ended'))
  return {
    ino,
    pid,
    ...(pids.length > 0 || ino === INITIAL ? readMaps(ino, pid) : {uidMap: null, gidMap: null}),
    parent: relation?.parent ?? null,
    ownerUid: relation?.ownerUid ?? null,
    ...(why === undefined ? {} : {note: why}),
    ...(ended ? {ended: true as const} : {}),
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
