import type {PidsCgroup, PidsCgroups} from '../../facts/pids-cgroups.js'
import type {Process} from '../../facts/processes.js'
import type {SystemTaskLimits} from '../../facts/system-task-limits.js'
import {type Missing, missing} from '../../model/missing.js'
import {type Bounds, exactly, isExact, leastOf, room} from './bounds.js'
import type {ForkAdmission} from './fork.js'

export type OtherLimitKind = 'threads-max' | 'pid-max' | 'pids-cgroup'

/** A limit beside RLIMIT_NPROC. Nobody is exempt from these, root included. */
export interface OtherLimit {
  readonly kind: OtherLimitKind
  /** The cgroup whose pids.max it is; null for the limits of the whole host. */
  readonly cgroup: string | null
  readonly count: number
  readonly limit: number
  /** Best guess of the tasks that it still lets in. */
  readonly allowed: number
  readonly bounds: Bounds
}

export interface TaskAdmission {
  /** Best guess over all limits; null: too little is known. */
  readonly allowed: number | null
  readonly bounds: Bounds
  readonly certain: boolean
  /** What refuses first; of equal ones the one that the kernel asks first. */
  readonly decidedBy: 'rlimit-nproc' | OtherLimitKind | null
  readonly deciding: OtherLimit | null
  readonly fork: ForkAdmission
  /** In the order in which the kernel asks them, after RLIMIT_NPROC. */
  readonly others: readonly OtherLimit[]
  readonly unknowns: readonly Missing[]
}

/**
 * All that copy_process() asks before a task comes into being and that ends in EAGAIN, in its order:
 * RLIMIT_NPROC, `nr_threads >= max_threads`, then alloc_pid() and cgroup_can_fork().
 *
 * @param others `systemLimits` and `cgroupLimits`; what could not be known of them goes into `unknowns`
 */
export function admitTask(
  fork: ForkAdmission,
  others: readonly OtherLimit[],
  unknowns: readonly Missing[] = [],
): TaskAdmission {
  let allowed = fork.allowed
  let deciding: OtherLimit | null = null
  for (const other of others) {
    if (allowed !== null && other.allowed < allowed) {
      allowed = other.allowed
      deciding = other
    }
  }
  const known = leastOf([fork.bounds, ...others.map((other) => other.bounds)])
  const bounds = unknowns.length > 0 ? {least: 0, most: known.most} : known
  return {
    allowed: isExact(bounds) ? bounds.least : allowed,
    bounds,
    certain: isExact(bounds),
    decidedBy: deciding?.kind ?? (allowed === Infinity || allowed === null ? null : 'rlimit-nproc'),
    deciding,
    fork,
    others,
    unknowns: isExact(bounds) ? [] : [...fork.unknowns, ...unknowns],
  }
}

/** PIDs below this are not handed out again once the numbers have wrapped (RESERVED_PIDS, kernel/pid.c). */
const RESERVED_PIDS = 300

/**
 * kernel.threads-max and kernel.pid_max. Of the latter the room is known roughly: a number also stays
 * in use while it names a process group or session, at most two more for each process.
 */
export function systemLimits({threadsMax, pidMax, tasks}: SystemTaskLimits): OtherLimit[] {
  const threads = room(threadsMax, tasks)
  return [
    {kind: 'threads-max', cgroup: null, count: tasks, limit: threadsMax, allowed: threads, bounds: exactly(threads)},
    {
      kind: 'pid-max',
      cgroup: null,
      count: tasks,
      limit: pidMax,
      allowed: room(pidMax - RESERVED_PIDS, tasks),
      bounds: {least: room(pidMax - RESERVED_PIDS, 3 * tasks), most: room(pidMax - 1, tasks)},
    },
  ]
}

export interface CgroupLimits {
  /** Own cgroup first, then its ancestors; those without a limit are left out. */
  readonly limits: readonly OtherLimit[]
  readonly unknowns: readonly Missing[]
}

/**
 * pids.max of a cgroup and all its ancestors: pids_can_fork() charges each and fails at the first that
 * would exceed its limit. `current` may be above it, since moving tasks into a cgroup asks no limit.
 * In cgroup v2 a cgroup whose parent does not enable the controller is not listed; the nearest listed
 * ancestor then counts its tasks.
 */
export function cgroupLimits(cgroups: PidsCgroups, path: string): CgroupLimits {
  const limits: OtherLimit[] = []
  const start = cgroups.version === 2 ? nearestListed(cgroups, path) : path
  const seen = new Set<string>()
  for (let next: string | null = start; next !== null; ) {
    const cgroup: PidsCgroup | undefined = seen.has(next) ? undefined : cgroups.byPath.get(next)
    if (!cgroup) return {limits, unknowns: [missing('pids-cgroups', 'not-collected', `cgroup ${next} is not listed`)]}
    seen.add(next)
    if (cgroup.max !== Infinity) {
      const allowed = room(cgroup.max, cgroup.current)
      const {path: name, current: count, max: limit} = cgroup
      limits.push({kind: 'pids-cgroup', cgroup: name, count, limit, allowed, bounds: exactly(allowed)})
    }
    next = cgroup.parent
  }
  return {limits, unknowns: []}
}

function nearestListed(cgroups: PidsCgroups, path: string): string | null {
  let nearest = path
  while (nearest !== '/' && !cgroups.byPath.has(nearest)) nearest = nearest.slice(0, nearest.lastIndexOf('/')) || '/'
  return cgroups.byPath.has(nearest) ? nearest : null
}

/** The cgroup of the pids controller that a process is in; null: not known, or there is no such controller. */
export function pidsCgroupOf(process: Process, {version}: PidsCgroups): string | null {
  const member = process.cgroups.find(({hierarchy, controllers}) =>
    version === 2 ? hierarchy === 0 : controllers.includes('pids'),
  )
  return member?.path ?? null
}
