import type {NamespaceKind} from '../sources/records.js'

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
