import type {Process} from '../../facts/processes.js'
import {INITIAL_USERNS} from '../../facts/user-namespaces.js'
import {type Missing, missing} from '../../model/missing.js'
import {type Bounds, exactly} from './bounds.js'
import type {TaskCounts} from './counts.js'

/** The limit that a user namespace took from its creator: it holds for the creator's count in the parent. */
export interface CreatorLimit {
  /** Best guess; Infinity: none. null: nothing to guess from. */
  readonly limit: number | null
  readonly bounds: Bounds
  /** The process whose soft limit is the guess. */
  readonly pid: number | null
  readonly unknown: Missing | null
}

/**
 * `ns->rlimit_max[UCOUNT_RLIMIT_NPROC]`: the soft RLIMIT_NPROC that the creator had at that moment,
 * or no limit if it had real UID 0 in the initial namespace (enforced_nproc_rlimit()). No interface
 * shows it. The owner (its effective UID) stands for the real UID here: they differ only where a
 * set-user-ID-root program made the namespace for another user.
 *
 * Otherwise the oldest process in it, which is the creator or inherited the creator's limits, gives
 * a guess: limits may have changed since.
 */
export function creatorLimit(counts: TaskCounts, userns: string): CreatorLimit {
  const namespace = counts.namespaces.get(userns)
  if (counts.rules.rootPassesNoLimit && namespace?.parent === INITIAL_USERNS && namespace.ownerUid === 0) {
    return {limit: Infinity, bounds: exactly(Infinity), pid: null, unknown: null}
  }
  const oldest = oldestIn(counts.table.processes, userns)
  const basis = oldest ? `; PID ${oldest.pid}, the oldest process in it, suggests ${oldest.nproc.soft}` : ''
  return {
    limit: oldest?.nproc.soft ?? null,
    bounds: {least: 0, most: Infinity},
    pid: oldest?.pid ?? null,
    unknown: missing(
      'user-namespaces',
      'unsupported',
      `the kernel shows nobody the task limit that user namespace ${userns} took from its creator${basis}`,
    ),
  }
}

function oldestIn(processes: readonly Process[], userns: string): (Process & {nproc: {soft: number}}) | null {
  let oldest: (Process & {nproc: {soft: number}}) | null = null
  for (const process of processes) {
    if (process.userns !== userns || !hasLimit(process)) continue
    const older =
      !oldest ||
      process.startTicks < oldest.startTicks ||
      (process.startTicks === oldest.startTicks && process.pid < oldest.pid)
    if (older) oldest = process
  }
  return oldest
}

function hasLimit(process: Process): process is Process & {nproc: {soft: number; hard: number}} {
  return process.nproc !== null
}
