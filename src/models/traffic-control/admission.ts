import type {Handle} from './types.js'

/**
 * How kernels tell why: before 4.16 only by errno, since 6.13 the clash of protocols has words of its own.
 * Source: net/sched/cls_api.c of the versions named.
 */
export type KernelEra = '<= 4.15' | '4.16 .. 6.12' | '>= 6.13'
export const KERNEL_ERAS: readonly KernelEra[] = ['<= 4.15', '4.16 .. 6.12', '>= 6.13']

export type Verdict = 'accepted' | 'rejected' | 'undecided'

export interface Reason {
  /** Stable: `protocol-mismatch`, `kind-mismatch`, `priorities-exhausted`, `filter-exists`, ... */
  readonly id: string
  /** One sentence, which names the rule. */
  readonly text: string
  /** Kernel function that decides, or tc's own; null: of an undecided command. */
  readonly where: string | null
  /** `EINVAL`; null: tc itself refuses, or undecided. */
  readonly errno: string | null
}

export interface EraMessage {
  /** null: tc itself says it, whatever the kernel. */
  readonly kernel: KernelEra | null
  /** All that tc prints on standard error, lines parted by a line feed. */
  readonly text: string
}

export interface Remark {
  /** `no-such-class`, `assumed-words`, `assumed-kind`, `no-such-chain`. */
  readonly id: string
  readonly text: string
  /** Of `no-such-class`. */
  readonly classId?: Handle
}

export interface Admission {
  readonly verdict: Verdict
  /** null: accepted. */
  readonly reason: Reason | null
  /** What tc prints, by era; of a rejected command alone. */
  readonly messages: readonly EraMessage[]
  /** Exit code of tc; null: undecided. */
  readonly exit: number | null
  /** Priority that the kernel chose for an accepted filter without one; null: not that. */
  readonly chosenPrio: number | null
  readonly remarks: readonly Remark[]
}

export interface AdmitOptions {
  /** Kinds of classifiers that the kernel has, or can load. undefined: all that Linux knows. */
  readonly classifiers?: ReadonlySet<string>
  /** Kinds of queueing disciplines likewise. */
  readonly qdiscs?: ReadonlySet<string>
  /** Devices that exist. undefined: every one that is named. */
  readonly devices?: ReadonlySet<string>
}

/** A filter as it lies in the kernel after some commands. */
export interface FilterRow {
  /** null: of a shared block that is listed once for all its devices. */
  readonly dev: string | null
  /** Shared block; null: not shared. */
  readonly block: number | null
  /** Discipline or class that it hangs on; of a shared block 0. */
  readonly parent: Handle
  readonly chain: number
  readonly prio: number
  readonly protocol: number
  readonly kind: string
  /** 0: the heading that u32 and others have without a filter of their own. */
  readonly handle: number
  readonly classId: Handle | null
}
