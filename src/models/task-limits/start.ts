import {INITIAL_USERNS} from '../../facts/user-namespaces.js'
import type {Missing} from '../../model/missing.js'
import {type Bounds, exactly, room} from './bounds.js'
import {countBounds, type TaskCount, type TaskCounts, taskCount} from './counts.js'
import {admitFork} from './fork.js'

/** A service or container that is about to be started under a UID of its own. */
export interface Start {
  /** Real UID it will run under, as the kernel knows it. */
  readonly kuid: number
  /**
   * User namespace it will run in. `new`: one that real root makes for it (PrivateUsers=, a runtime's
   * userns-remap), which nobody shares yet. Default: the initial one.
   */
  readonly userns?: string | 'new'
  /** Soft RLIMIT_NPROC it gets. */
  readonly limit: number
  /**
   * `before-setuid`: systemd's LimitNPROC= with User=, a runtime's `--ulimit nproc`, setpriv, PAM.
   * `after-setuid`: the program lowers its own limit when it already runs under the UID, as
   * avahi-daemon does. Only the former can make execve() fail.
   */
  readonly limitSet: 'before-setuid' | 'after-setuid'
  /** Tasks it has at the same time before it counts as started, the first included. */
  readonly needs: number
  /** Tasks of that counter that will be gone when it starts: those of its running instance. */
  readonly leaving?: number
  /** Tasks under the UID that its starter leaves beside it: 1 for systemd's `(sd-pam)` (PAMName=). */
  readonly companions?: number
  /** Effective capabilities that it keeps after execve() (AmbientCapabilities=), initial user namespace. */
  readonly capEff?: bigint
}

export type StartOutcome = 'starts' | 'fails-at-exec' | 'fails-at-fork'

export interface StartAdmission {
  /** null: depends on what is not known; `possible` says what it may be. */
  readonly outcome: StartOutcome | null
  readonly possible: readonly StartOutcome[]
  /** Tasks of others that are charged to the counter when it starts. */
  readonly others: Bounds
  /** Tasks that it can have, its first included, until fork() fails; 0: not even the first. */
  readonly tasks: Bounds
  readonly count: TaskCount
  readonly unknowns: readonly Missing[]
}

/**
 * Would a start succeed, and at which step does it fail?
 *
 * set*uid() never fails for RLIMIT_NPROC, but marks its caller (PF_NPROC_EXCEEDED) if the tasks
 * that the new UID has *without* the caller exceed the limit: flag_nproc_exceeded(), before
 * commit_creds(). execve() of a marked caller fails with EAGAIN if they, now *with* the caller, still
 * exceed it; capabilities do not help. So with a limit of 3 the start fails at execve() from 4
 * tasks of others on (before Linux 5.14, where the mark compared with >=, from 3 on). With exactly
 * 3 it is executed and cannot fork.
 *
 * systemd (exec_child() of v241, exec_invoke() as of v257): sets rlimits, then runs PAM (a `(sd-pam)` process stays under
 * the UID), then enters the user namespace of PrivateUsers=, then changes UID, then executes; nothing
 * forks between the last two. DynamicUser= changes the UID, not the counter's rule.
 */
export function admitStart(counts: TaskCounts, start: Start): StartAdmission {
  const userns = start.userns ?? INITIAL_USERNS
  const isNew = userns === 'new' && counts.rules.perNamespace
  const counter = {userns: userns === 'new' ? (isNew ? null : INITIAL_USERNS) : userns, kuid: start.kuid}
  const count = isNew ? {counter, tasks: 0, probable: 0, possible: 0, charged: []} : taskCount(counts, counter)
  const others = isNew ? exactly(start.companions ?? 0) : shifted(countBounds(count), start)
  const exempt = start.kuid === 0 && counts.table.sees.initialUserns
  const forks = forksAfter(counts, start, others, isNew ? null : counter.userns)
  const {execFailsFrom} = counts.rules
  const blocksExec = !exempt && start.limitSet === 'before-setuid' && start.limit !== Infinity
  const possible = new Set<StartOutcome>()
  const ownMayBlock = blocksExec && others.most >= start.limit + execFailsFrom.least
  if (ownMayBlock || (!exempt && creatorMayBeOver(counts, start, userns))) possible.add('fails-at-exec')
  const execSurelyFails = blocksExec && others.least >= start.limit + execFailsFrom.most
  if (!execSurelyFails) {
    if (forks.least < start.needs - 1) possible.add('fails-at-fork')
    if (forks.most >= start.needs - 1) possible.add('starts')
  }
  const outcomes = [...possible]
  const first = outcomes[0]
  const outcome = outcomes.length === 1 && first !== undefined ? first : null
  return {
    outcome,
    possible: outcomes,
    others,
    tasks: execSurelyFails
      ? exactly(0)
      : {least: possible.has('fails-at-exec') ? 0 : forks.least + 1, most: forks.most + 1},
    count,
    unknowns: outcome === null ? reasons(counts, start, userns) : [],
  }
}

/** Forks that succeed once it has been executed and is itself counted. */
function forksAfter(counts: TaskCounts, start: Start, others: Bounds, userns: string | null): Bounds {
  const initially = userns === INITIAL_USERNS
  const capEff = initially ? (start.capEff ?? 0n) : 0n
  const exempt = admitFork(counts, {userns: INITIAL_USERNS, kuid: start.kuid, capEff, limit: start.limit}).exempt
  if (exempt) return exactly(Infinity)
  const {beyondLimit} = counts.rules
  const own = {
    least: room(start.limit + beyondLimit.least, others.most + 1),
    most: room(start.limit + beyondLimit.most, others.least + 1),
  }
  if (userns === null || initially) return own
  // Its namespace's creator may be at its own limit, where the new task counts as well.
  const above = admitFork(counts, {userns, kuid: start.kuid, capEff: 0n, limit: Infinity}).bounds
  return {least: Math.min(own.least, room(above.least, 1)), most: Math.min(own.most, room(above.most, 1))}
}

function reasons(counts: TaskCounts, start: Start, userns: string): readonly Missing[] {
  if (userns === 'new' || userns === INITIAL_USERNS) return counts.unknowns
  const {unknowns} = admitFork(counts, {userns, kuid: start.kuid, capEff: 0n, limit: Infinity})
  return [...new Set([...unknowns, ...counts.unknowns])]
}

/** execve() also fails if the creator of its namespace is over its own limit in the parent. */
function creatorMayBeOver(counts: TaskCounts, start: Start, userns: string): boolean {
  if (userns === 'new' || userns === INITIAL_USERNS) return false
  const {levels} = admitFork(counts, {userns, kuid: start.kuid, capEff: 0n, limit: Infinity})
  return levels.some(({limitOf, countBounds: count, limitBounds}) =>
    limitOf === 'process' ? false : limitBounds.least !== Infinity && count.most > limitBounds.least,
  )
}

function shifted(bounds: Bounds, {leaving = 0, companions = 0}: Start): Bounds {
  return {
    least: Math.max(0, bounds.least - leaving) + companions,
    most: Math.max(0, bounds.most - leaving) + companions,
  }
}
