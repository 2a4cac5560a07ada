/** Whose tasks: exactly one of `uid`, `pid`, `unit`. */
export type ForkQuestion = (
  | {readonly uid: number; readonly pid?: never; readonly unit?: never}
  | {readonly pid: number; readonly uid?: never; readonly unit?: never}
  | {readonly unit: string; readonly uid?: never; readonly pid?: never}
) & {
  /** Soft RLIMIT_NPROC to assume instead of the one found; Infinity: none. */
  readonly limit?: number
}

/** Infinity, which JSON does not have, is `unlimited`; null is not known. */
export type Amount = number | 'unlimited' | null

/** What `predict forks` answers; its JSON is this value. */
export interface ForkAnswer {
  /** What the answer is about: `UID 105`, `PID 4711 (java)`, `avahi-daemon.service`. */
  readonly subject: string
  /**
   * Tasks that can still come into being before fork() or clone() fails with EAGAIN: the least that any
   * limit lets in. For a UID, which has no cgroup, RLIMIT_NPROC alone. A guess if not `certain`.
   */
  readonly allowed: Amount
  /** Tasks that RLIMIT_NPROC counts: those of `counter`. */
  readonly count: Amount
  /** Soft RLIMIT_NPROC. */
  readonly limit: Amount
  /** Where `limit` comes from. */
  readonly limitSource: string | null
  /** `userns` is null before Linux 5.14, which counts all user namespaces together, and where it is not known. */
  readonly counter: {readonly userns: string | null; readonly kuid: number | null}
  /** RLIMIT_NPROC does not apply. */
  readonly exempt: boolean
  readonly decidedBy:
    | 'rlimit-nproc'
    | 'creator-rlimit-nproc'
    | 'pids-cgroup'
    | 'threads-max'
    | 'pid-max'
    | 'exempt'
    | 'unlimited'
    | 'unknown'
  /** The rule that decides, in a sentence. */
  readonly why: string
  /** Who is charged to the counter that decides (`rlimit-nproc`: `counter`), largest first. */
  readonly charged: readonly ChargedTo[]
  /** What becomes of a service that is started now; null where none is asked for. */
  readonly start: {readonly outcome: string | null; readonly possible: readonly string[]} | null
  /** `allowed` is exact. It is not where something is unknown, and where kernel.pid_max decides. */
  readonly certain: boolean
  readonly atLeast: Amount
  readonly atMost: Amount
  /** The other limits on the same task, whichever decides. */
  readonly others: readonly {
    readonly kind: string
    readonly name: string
    readonly count: number
    readonly limit: Amount
    readonly allowed: Amount
  }[]
  readonly unknowns: readonly {readonly input: string; readonly reason: string; readonly detail: string}[]
  /** 0, or 3 where something that the answer depends on could not be known. */
  readonly exitCode: number
}

export type ChargedTo = {readonly tasks: number; readonly comm: string} & (
  | {readonly container: string; readonly pids: readonly number[]}
  | {readonly pid: number; readonly service: string | null}
)

export function amount(value: number | null): Amount {
  return value === Infinity ? 'unlimited' : value
}
