/** A cgroup of the pids controller (kernel/cgroup/pids.c). */
export interface PidsCgroup {
  readonly path: string
  /** Infinity for `max`; the root cgroup has no limit. */
  readonly max: number
  readonly current: number
  /** Forks refused, as pids.events counts them; null where it cannot be read. */
  readonly refused: number | null
  /** Forks refused by the limit of this very cgroup (pids.events.local, Linux 6.11). */
  readonly refusedLocal: number | null
  readonly parent: string | null
}

export interface PidsCgroups {
  /** 1: the `pids` hierarchy, 2: the unified one; null: no pids controller is mounted. */
  readonly version: 1 | 2 | null
  readonly byPath: ReadonlyMap<string, PidsCgroup>
}
