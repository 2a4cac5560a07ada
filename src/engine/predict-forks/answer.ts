import type {Containers} from '../../facts/containers.js'
import type {PidsCgroups} from '../../facts/pids-cgroups.js'
import type {Services} from '../../facts/services.js'
import type {Missing} from '../../model/missing.js'
import {serviceOf} from '../../models/limited-tasks/owners.js'
import {type Bounds, isExact, room} from '../../models/task-limits/bounds.js'
import type {TaskCount, TaskCounts} from '../../models/task-limits/counts.js'
import type {ForkAdmission} from '../../models/task-limits/fork.js'
import {admitStart} from '../../models/task-limits/start.js'
import {cgroupLimits, type OtherLimit, type TaskAdmission} from '../../models/task-limits/task.js'
import {exitCodes} from '../exit-code.js'
import {amount, type ChargedTo, type ForkAnswer} from './question.js'
import {NEW_USERNS, type Subject} from './subject.js'

const why = {
  own: 'fork() fails with EAGAIN once the tasks of this real UID in this user namespace, threads and zombies included, would exceed the soft RLIMIT_NPROC of the process that forks (copy_process(), is_rlimit_overlimit()).',
  perUid:
    'fork() fails with EAGAIN once the tasks of this real UID, threads and zombies included, would exceed the soft RLIMIT_NPROC of the process that forks (copy_process(); before Linux 5.14 across all user namespaces).',
  creator:
    'From Linux 5.14 each task in a user namespace also counts for the UID that created the namespace, under the limit that this UID had then (is_rlimit_overlimit()).',
  cgroup:
    'fork() fails with EAGAIN once a cgroup of the process, or one above it, would exceed its pids.max (pids_can_fork()).',
  'threads-max': 'fork() fails with EAGAIN once the whole host has kernel.threads-max tasks (copy_process()).',
  'pid-max': 'fork() fails with EAGAIN once no number below kernel.pid_max is free (alloc_pid()).',
  root: 'RLIMIT_NPROC never stops real kernel UID 0 (copy_process(): INIT_USER).',
  capability:
    'RLIMIT_NPROC does not stop a process with CAP_SYS_ADMIN or CAP_SYS_RESOURCE in the initial user namespace.',
  unlimited: 'No limit applies.',
  unknown: 'Too little is known of this host.',
} as const

export interface AnswerInputs {
  readonly subject: Subject
  readonly counts: TaskCounts
  readonly admission: TaskAdmission
  readonly containers: Containers | null
  readonly unknowns: readonly Missing[]
}

/** Puts what the models say into one answer. */
export function answerOf({subject, counts, admission, containers, unknowns}: AnswerInputs): ForkAnswer {
  const {fork, deciding, others} = admission
  const own = fork.levels[0]
  const bounds =
    unknowns.length > 0 && !unlimited(admission) ? {least: 0, most: admission.bounds.most} : admission.bounds
  const certain = isExact(bounds)
  const named = subject.forker.kuid >= 0
  const start = subject.starting && named ? admitStart(counts, subject.starting.start) : null
  const startKnown = start === null || start.outcome !== null
  const complete = certain && startKnown && named
  const missed = complete
    ? []
    : distinct([...subject.unknowns, ...unknowns, ...admission.unknowns, ...(start?.unknowns ?? [])])
  const allowed = !named ? null : certain ? bounds.least : unknowns.length > 0 ? null : admission.allowed
  const decided = decision(fork, deciding, counts, allowed !== null)
  return {
    subject: subject.title,
    allowed: amount(allowed),
    count: named && own && isExact(own.countBounds) ? own.countBounds.least : null,
    limit: amount(subject.forker.limit),
    limitSource: subject.limitSource,
    counter: {
      userns: fork.counter.userns === NEW_USERNS ? null : fork.counter.userns,
      kuid: named ? fork.counter.kuid : null,
    },
    exempt: fork.exempt !== null,
    decidedBy: decided.by,
    why: decided.why,
    charged: named ? chargedTo(decided.count ?? own?.count ?? null, counts, containers) : [],
    start: start && {outcome: start.outcome, possible: start.possible},
    certain: complete,
    atLeast: amount(named ? bounds.least : 0),
    atMost: amount(named ? bounds.most : Infinity),
    others: others.map(({kind, cgroup, count, limit, allowed: room}) => ({
      kind,
      name: cgroup ?? `kernel.${kind.replace('pid-max', 'pid_max')}`,
      count,
      limit: amount(limit),
      allowed: amount(room),
    })),
    unknowns: missed,
    exitCode: missed.length > 0 || !startKnown ? exitCodes.unknown : exitCodes.clean,
  }
}

function decision(
  fork: ForkAdmission,
  deciding: OtherLimit | null,
  counts: TaskCounts,
  known: boolean,
): {by: ForkAnswer['decidedBy']; why: string; count: TaskCount | null} {
  if (!known) return {by: 'unknown', why: why.unknown, count: null}
  if (deciding) {
    const text = deciding.kind === 'pids-cgroup' ? why.cgroup : why[deciding.kind]
    return {by: deciding.kind, why: text, count: null}
  }
  if (fork.exempt) return {by: 'exempt', why: why[fork.exempt], count: null}
  const level = fork.decidedBy
  if (!level) return {by: 'unlimited', why: why.unlimited, count: null}
  if (level.limitOf !== 'process') return {by: 'creator-rlimit-nproc', why: why.creator, count: level.count}
  return {by: 'rlimit-nproc', why: counts.rules.perNamespace ? why.own : why.perUid, count: level.count}
}

function unlimited({bounds}: {readonly bounds: Bounds}): boolean {
  return bounds.least === Infinity
}

/** A container's processes as one, any other process on its own; the innermost container counts. */
function chargedTo(count: TaskCount | null, {table}: TaskCounts, containers: Containers | null): ChargedTo[] {
  const names = new Map<number, string>()
  const bySize = (containers?.containers ?? []).toSorted((a, b) => b.processes.length - a.processes.length)
  for (const {name, processes} of bySize) for (const {pid} of processes) names.set(pid, name)
  const grouped = new Map<string, {container: string; tasks: number; comm: string; pids: number[]}>()
  const single: ChargedTo[] = []
  for (const {pid, tasks} of count?.charged ?? []) {
    const process = table.byPid.get(pid)
    const container = names.get(pid)
    const comm = process?.comm ?? ''
    if (container === undefined) single.push({pid, tasks, comm, service: process ? serviceOf(process) : null})
    else {
      const group = grouped.get(container)
      if (group) {
        group.tasks += tasks
        group.pids.push(pid)
      } else grouped.set(container, {container, tasks, comm, pids: [pid]})
    }
  }
  return [...grouped.values(), ...single].sort((a, b) => b.tasks - a.tasks)
}

/** pids.max that a service would meet: its own TasksMax= and the cgroups of its slice, as far as they exist. */
export function startLimits(subject: Subject, services: Services | null, cgroups: PidsCgroups | null): OtherLimit[] {
  if (!subject.starting || !services) return []
  const {service} = subject.starting
  const tasksMax = service.tasksMax ?? services.defaultTasksMax
  const slice = `/${service.slice}`
  const above = cgroups?.byPath.has(slice) ? cgroupLimits(cgroups, slice).limits : []
  if (!tasksMax || tasksMax.value === Infinity) return [...above]
  const allowed = room(tasksMax.value, 0)
  const own = {count: 0, limit: tasksMax.value, allowed, bounds: {least: allowed, most: allowed}}
  return [{kind: 'pids-cgroup', cgroup: `${slice}/${service.name}`, ...own}, ...above]
}

/** What the source missed of the processes says more than what the model lacks because of that. */
function distinct(unknowns: readonly Missing[]): ForkAnswer['unknowns'] {
  const seen = new Map<string, ForkAnswer['unknowns'][number]>()
  for (const {input, reason, detail} of unknowns) {
    const key = detail.startsWith('the user namespace of') ? `${input} namespaces` : `${input} ${detail}`
    const covered = key === 'processes namespaces' && [...seen.keys()].some((other) => other.startsWith('processes '))
    if (!covered) seen.set(key, {input, reason, detail})
  }
  return [...seen.values()]
}
