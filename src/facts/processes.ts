import {type Missing, missing} from '../model/missing.js'
import type {NamespaceKind, ObserverRecord} from '../sources/records.js'
import {defineFact, known, unknown} from './define.js'
import {INITIAL_PIDNS, INITIAL_USERNS} from './initial-namespaces.js'
import {parseLines} from './ndjson.js'
import {acceptRecord, cgroupParser, toProcess} from './process-records.js'
import {acceptNamespace} from './user-namespace-records.js'

export type NamespaceIds = Partial<Record<NamespaceKind, string>>

/** Soft or hard resource limit; Infinity for `unlimited`. */
export type Limit = number

export interface CgroupMembership {
  /** 0 for the unified hierarchy (cgroup v2). */
  readonly hierarchy: number
  /** v1 controllers (`pids`, `name=systemd`); empty for v2. */
  readonly controllers: readonly string[]
  readonly path: string
}

export interface Process {
  readonly pid: number
  readonly ppid: number
  /** Untrusted text, up to 15 bytes (kernel threads: longer). */
  readonly comm: string
  readonly state: string
  /** Kernel UIDs if the observer is in the initial user namespace (`ProcessTable.sees.initialUserns`). */
  readonly realUid: number
  readonly effectiveUid: number
  readonly realGid: number
  /** Tasks of the thread group: threads, and a zombie leader. */
  readonly tasks: number
  /** The same by real UID: threads may differ in it. */
  readonly tasksByUid: ReadonlyMap<number, number>
  /** PIDs from the observer's PID namespace inward. */
  readonly nspid: readonly number[]
  readonly capEff: bigint
  readonly ns: NamespaceIds
  /** How the user namespace in `ns` is known: seen, or (kernel threads) by rule. null: not known. */
  readonly userns: string | null
  readonly cgroups: readonly CgroupMembership[]
  /** RLIMIT_NPROC; null where it could not be read. */
  readonly nproc: {readonly soft: Limit; readonly hard: Limit} | null
  /** Clock ticks since boot, to tell a PID from its reuse and old from young. */
  readonly startTicks: bigint
  readonly kernelThread: boolean
}

/** Which part of the host's tasks the observer could see at all. */
export interface Visibility {
  /** The observer is in the initial user namespace, so UIDs it sees are kernel UIDs. */
  readonly initialUserns: boolean
  /** The observer is in the initial PID namespace, so it sees every task. */
  readonly initialPidns: boolean
  /** hidepid hides no process from it. */
  readonly allProcesses: boolean
}

export interface ProcessTable {
  readonly processes: readonly Process[]
  readonly byPid: ReadonlyMap<number, Process>
  readonly observer: {readonly uid: number; readonly ns: NamespaceIds}
  readonly sees: Visibility
}

/** CAP_SYS_PTRACE, include/uapi/linux/capability.h */
const CAP_SYS_PTRACE = 1n << 19n

export const processesFact = defineFact({
  name: 'processes',
  inputs: ['processes', 'user-namespaces'],
  derive({processes: raw, 'user-namespaces': namespaces}) {
    if (raw.status === 'missing') return unknown(raw)
    const {records, invalid, firstInvalid} = parseLines(raw.text, acceptRecord)
    const [observer] = records
    if (observer?.t !== 'observer') return unknown(missing('processes', 'invalid', 'does not begin with its observer'))

    const sees = visibility(observer)
    const cgroupsOf = cgroupParser()
    const walked = records.filter((record) => record.t === 'process')
    const ended = endedNamespaces(namespaces.status === 'raw' ? namespaces.text : '')
    const processes = walked
      // netdoctor itself is gone when its answer is read, and so are those that ended meanwhile.
      .filter(({pid, ns}) => pid !== observer.pid && !(ns.user !== undefined && ended.has(ns.user)))
      .map((record) => toProcess(record, sees.initialPidns, cgroupsOf))
    const gaps = [...(raw.gaps ?? []), ...visibilityGaps(observer, sees)]
    if (invalid > 0) {
      gaps.push(missing('processes', 'invalid', `${invalid} lines are no records, the first is line ${firstInvalid}`))
    }
    const end = records.find((record) => record.t === 'end')
    if (!end) gaps.push(missing('processes', 'truncated', `the walk over /proc ended after ${walked.length} processes`))
    else {
      const {unread} = end
      const [first] = unread
      if (first) {
        const listed = unread.map(({pid}) => pid)
        gaps.push(missing('processes', 'denied', `${several(listed)} could not be read: ${first.code}`))
      }
      if (end.processes !== walked.length) {
        gaps.push(
          missing('processes', 'invalid', `${end.processes} processes were written, ${walked.length} are there`),
        )
      }
    }
    gaps.push(...unknownParts(processes))
    return known<ProcessTable>(
      {
        processes,
        byPid: new Map(processes.map((process) => [process.pid, process])),
        observer: {uid: observer.uid, ns: observer.ns},
        sees,
      },
      gaps,
    )
  },
})

/** User namespaces whose processes had ended before the rest of the host was read. */
function endedNamespaces(text: string): Set<string> {
  return new Set(parseLines(text, acceptNamespace).records.flatMap(({ino, ended}) => (ended ? [ino] : [])))
}

function visibility(observer: ObserverRecord): Visibility {
  const initialUserns = observer.ns.user === INITIAL_USERNS
  // has_pid_permissions() in fs/proc/base.c: who may ptrace a process sees it in spite of hidepid.
  const mayPtrace = initialUserns && (BigInt(`0x${observer.capEff}`) & CAP_SYS_PTRACE) !== 0n
  return {
    initialUserns,
    initialPidns: observer.ns.pid === INITIAL_PIDNS,
    allProcesses: observer.hidepid === '0' || observer.hidepid === 'off' || mayPtrace,
  }
}

function visibilityGaps(observer: ObserverRecord, sees: Visibility): Missing[] {
  const gaps: Missing[] = []
  if (!sees.initialUserns) {
    gaps.push(missing('processes', 'unsupported', 'read inside a user namespace: its UIDs are not the kernel UIDs'))
  }
  if (!sees.initialPidns) {
    gaps.push(missing('processes', 'unsupported', 'read inside a PID namespace: processes outside are not seen'))
  }
  if (!sees.allProcesses) {
    gaps.push(
      missing(
        'processes',
        'denied',
        `/proc is mounted with hidepid=${observer.hidepid}: other users' processes are hidden`,
      ),
    )
  }
  return gaps
}

/**
 * What is not known of processes. An unseen user namespace matters whoever runs in it: another
 * user's tasks count elsewhere, and a process of root may be a container's. An unknown limit does
 * not matter for real UID 0, which never meets it: `user != INIT_USER` in copy_process().
 */
function unknownParts(processes: readonly Process[]): Missing[] {
  const gaps: Missing[] = []
  const namespace = processes.filter((each) => each.userns === null)
  if (namespace.length > 0) {
    const which = several(namespace.map(({pid}) => pid))
    gaps.push(missing('processes', 'denied', `user namespace of ${which} could not be seen (/proc/PID/ns/user)`))
  }
  const rootOnly = ({tasksByUid}: Process) => tasksByUid.size === 1 && tasksByUid.has(0)
  const limits = processes.filter((each) => each.nproc === null && !each.kernelThread && !rootOnly(each))
  if (limits.length > 0) {
    const which = several(limits.map(({pid}) => pid))
    gaps.push(missing('processes', 'denied', `task limit of ${which} could not be read (/proc/PID/limits)`))
  }
  return gaps
}

function several(pids: readonly number[]): string {
  const listed = pids.slice(0, 3).join(', ')
  if (pids.length === 1) return `1 process (PID ${listed})`
  return `${pids.length} processes (PIDs ${listed}${pids.length > 3 ? ', ...' : ''})`
}
