import type {Missing} from '../../../model/missing.js'
import type {NetworkEndRecord, ObserverRecord, ProcessesRecord, ProcessRecord} from '../../records.js'
import {parseMountInfo, readMountInfo} from '../mounts.js'
import type {ProbeContext} from '../probe.js'
import {inodeOf, type LiveNamespace} from './namespace.js'

/** Processes of one namespace that are kept: the oldest are the least likely to be gone by then. */
const PIDS = 5
const CAP_SYS_ADMIN = 1n << 21n
/** PROC_PID_INIT_INO, include/linux/proc_ns.h */
const INITIAL_PIDNS = '4026531836'

export type Unseen = NetworkEndRecord['unseen'][number]

export interface Discovered {
  /** All but our own, named ones first. */
  readonly namespaces: readonly LiveNamespace[]
  readonly unseen: readonly Unseen[]
  /** setns(2) will be refused. */
  readonly mayEnter: boolean
}

/**
 * Every network namespace but our own that something on this host shows: the processes in it (one walk over /proc
 * serves all inputs), or a mount that holds it, as below /run/netns and /run/docker/netns. One that only an open
 * descriptor holds is not found.
 */
export async function discoverNamespaces(own: string, context: ProbeContext): Promise<Discovered> {
  const mounts = mountPointsByInode(own)
  const processes = await context.collect('processes')
  const found = processes.status === 'raw' ? fromProcesses(own, processes.text) : lost(processes)
  const inodes = new Set([...mounts.keys(), ...found.pids.keys()])
  const namespaces = [...inodes].map((inode): LiveNamespace => {
    const mountPoints = mounts.get(inode) ?? []
    return {inode, own: false, names: namesOf(mountPoints), pids: found.pids.get(inode) ?? [], mountPoints}
  })
  return {namespaces: namespaces.sort(byNameAndNumber), unseen: found.unseen, mayEnter: found.mayEnter}
}

/** Names of `ip netns` for a mount point. */
export function namesOf(mountPoints: readonly string[]): string[] {
  return mountPoints.flatMap((path) => /^\/(?:var\/)?run\/netns\/([^/]+)$/.exec(path)?.[1] ?? [])
}

/** The mount points that hold each namespace but `own`; with null all. */
export function mountPointsByInode(own: string | null): Map<string, string[]> {
  const byInode = new Map<string, string[]>()
  for (const {fsType, root, mountPoint} of parseMountInfo(readMountInfo())) {
    const inode = fsType === 'nsfs' ? inodeOf(root) : undefined
    if (inode === undefined || inode === own) continue
    const known = byInode.get(inode)
    if (!known) byInode.set(inode, [mountPoint])
    // /run/netns is a shared mount that `ip netns` stacks on itself: all of it can be there twice.
    else if (!known.includes(mountPoint)) known.push(mountPoint)
  }
  return byInode
}

interface Found {
  readonly pids: ReadonlyMap<string, readonly number[]>
  readonly unseen: readonly Unseen[]
  readonly mayEnter: boolean
}

function lost(processes: {readonly status: string} | Missing): Found {
  const {reason, detail} = 'reason' in processes ? processes : {reason: 'invalid' as const, detail: 'no text'}
  return {pids: new Map(), unseen: [{reason, detail: `the processes could not be read: ${detail}`}], mayEnter: true}
}

function fromProcesses(own: string, text: string): Found {
  const pids = new Map<string, {pid: number; start: number}[]>()
  let hidden = 0
  let ended = false
  let observer: ObserverRecord | undefined
  for (const line of text.split('\n')) {
    // Most processes are in our own namespace, and need not be parsed again.
    if (line === '' || (line.includes(`"net":"${own}"`) && !line.startsWith('{"t":"observer"'))) continue
    const record: ProcessesRecord = JSON.parse(line)
    if (record.t === 'observer') observer = record
    else if (record.t === 'end') ended = true
    else if (record.ns.net !== undefined) {
      const known = pids.get(record.ns.net)
      const process = {pid: record.pid, start: Number(record.start)}
      if (known) known.push(process)
      else pids.set(record.ns.net, [process])
    } else if (!isElsewhere(record, observer?.ns.pid === INITIAL_PIDNS)) hidden += 1
  }
  const unseen: Unseen[] = []
  if (hidden > 0) {
    const detail = `the network namespace of ${hidden} processes could not be seen (/proc/PID/ns/net)`
    unseen.push({reason: 'denied', detail})
  }
  if (!ended) unseen.push({reason: 'truncated', detail: 'not all processes were looked at'})
  const oldest = [...pids].map(([inode, all]) => {
    const sorted = all.sort((a, b) => a.start - b.start || a.pid - b.pid)
    return [inode, sorted.slice(0, PIDS).map(({pid}) => pid)] as const
  })
  return {pids: new Map(oldest), unseen, mayEnter: !observer || isAdmin(observer)}
}

/**
 * Not seen, and nothing is missed by it: what has ended is in none, and kernel threads are in the initial one. So is
 * PID 1 of the initial PID namespace, which was started in it: no init leaves it.
 */
function isElsewhere({kthread, state, pid}: ProcessRecord, seesInit: boolean): boolean {
  return kthread === true || state === 'Z' || state === 'X' || (pid === 1 && seesInit)
}

function isAdmin({capEff}: ObserverRecord): boolean {
  return (BigInt(`0x${capEff}`) & CAP_SYS_ADMIN) !== 0n
}

function byNameAndNumber(a: LiveNamespace, b: LiveNamespace): number {
  const [first = '\uffff', second = '\uffff'] = [a.names[0], b.names[0]]
  if (first !== second) return first < second ? -1 : 1
  return Number(a.inode) - Number(b.inode)
}
