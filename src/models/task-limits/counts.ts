import type {Kernel} from '../../facts/kernel.js'
import type {ProcessTable} from '../../facts/processes.js'
import type {UserNamespaces} from '../../facts/user-namespaces.js'
import {type Missing, missing} from '../../model/missing.js'
import type {Bounds} from './bounds.js'
import {type ChargePath, chargePath} from './charge-path.js'
import {type AdmissionRules, admissionRules} from './rules.js'

/** What the kernel counts tasks by. */
export interface Counter {
  /** Inode number of the user namespace; null before Linux 5.14, which counts across all of them. */
  readonly userns: string | null
  /** Real UID as the kernel knows it, whatever number the process sees. */
  readonly kuid: number
}

/** Tasks of one process that a counter holds. */
export interface Charge {
  readonly pid: number
  /** Threads, and the leader even if it is a zombie. */
  readonly tasks: number
  /** Its own real UID is the counter's; false: it is charged to the creator of its namespace. */
  readonly own: boolean
}

export interface TaskCount {
  readonly counter: Counter
  /** Tasks known to be charged. */
  readonly tasks: number
  /** Tasks of that UID whose user namespace is not known: they probably are charged. */
  readonly probable: number
  /** Further tasks that may be charged; Infinity where not all tasks could be seen. */
  readonly possible: number
  /** Who is charged, largest first; the probable ones too. */
  readonly charged: readonly Charge[]
}

/** The tasks of one host by counter, and what the limits on them follow from. */
export interface TaskCounts {
  readonly rules: AdmissionRules
  readonly table: ProcessTable
  readonly namespaces: UserNamespaces
  /** What is known to be charged, by `counterKey`. Ask through `taskCount`. */
  readonly known: ReadonlyMap<string, KnownCharges>
  /** Tasks whose user namespace is not known, by real UID. */
  readonly unplaced: ReadonlyMap<number, readonly Charge[]>
  /** Tasks that are charged to further counters, which are not known, outside these namespaces. */
  readonly adrift: readonly {readonly tasks: number; readonly outside: ReadonlySet<string>}[]
  /** Tasks that could not be seen: 0, or Infinity. */
  readonly unseen: number
  /** What makes the counts uncertain; empty: they are exact. */
  readonly unknowns: readonly Missing[]
}

interface KnownCharges {
  readonly counter: Counter
  readonly tasks: number
  readonly charged: readonly Charge[]
}

/**
 * Counts tasks as the kernel does for RLIMIT_NPROC: threads and zombies included, by real UID, never
 * by effective UID, PID namespace or cgroup. From Linux 5.14 each task is counted in its own user
 * namespace and once more in every ancestor, for the creator of the namespace below (inc_rlimit_ucounts()).
 */
export function countTasks(table: ProcessTable, namespaces: UserNamespaces, kernel: Kernel): TaskCounts {
  const rules = admissionRules(kernel)
  const known = new Map<string, Tally>()
  const unplaced = new Map<number, Charge[]>()
  const perNamespace = new Map<string, {readonly path: ChargePath; tasks: number}>()
  for (const process of table.processes) {
    for (const [kuid, tasks] of process.tasksByUid) {
      const charge = {pid: process.pid, tasks, own: true}
      if (!rules.perNamespace) {
        add(known, {userns: null, kuid}, charge)
        continue
      }
      if (process.userns === null) {
        const sameUid = unplaced.get(kuid)
        if (sameUid) sameUid.push(charge)
        else unplaced.set(kuid, [charge])
        continue
      }
      add(known, {userns: process.userns, kuid}, charge)
      let namespace = perNamespace.get(process.userns)
      if (!namespace) {
        namespace = {path: chargePath(process.userns, namespaces), tasks: 0}
        perNamespace.set(process.userns, namespace)
      }
      namespace.tasks += tasks
      for (const step of namespace.path.steps) add(known, step.counter, {...charge, own: false})
    }
  }
  const broken = [...perNamespace].filter(([, {path}]) => path.brokenAt !== null)
  const adrift = broken.map(([userns, {path, tasks}]) => ({
    tasks,
    outside: new Set([userns, ...path.steps.map((step) => step.counter.userns ?? '')]),
  }))
  const allSeen = table.sees.allProcesses && table.sees.initialPidns && table.sees.initialUserns
  return {
    rules,
    table,
    namespaces,
    known,
    unplaced,
    adrift,
    unseen: allSeen ? 0 : Infinity,
    unknowns: [
      ...blindSpots(table),
      ...unknownNamespaces(unplaced),
      ...(broken.length > 0 ? [unknownCreator([...new Set(broken.map(([, {path}]) => path.brokenAt ?? ''))])] : []),
      ...(rules.unknown ? [rules.unknown] : []),
    ],
  }
}

/** How many tasks a counter holds, and of whom. */
export function taskCount(counts: TaskCounts, {userns, kuid}: Counter): TaskCount {
  const counter = {userns: counts.rules.perNamespace ? userns : null, kuid}
  const known = counts.known.get(counterKey(counter))
  const probable = counts.unplaced.get(kuid) ?? []
  let possible = counts.unseen
  for (const {tasks, outside} of counts.adrift) if (!outside.has(userns ?? '')) possible += tasks
  for (const [otherUid, charges] of counts.unplaced) if (otherUid !== kuid) possible += sum(charges)
  return {
    counter,
    tasks: known?.tasks ?? 0,
    probable: sum(probable),
    possible,
    charged: [...(known?.charged ?? []), ...probable].sort((a, b) => b.tasks - a.tasks || a.pid - b.pid),
  }
}

export function countBounds(count: TaskCount): Bounds {
  return {least: count.tasks, most: count.tasks + count.probable + count.possible}
}

export function counterKey(counter: Counter): string {
  return `${counter.userns ?? ''}:${counter.kuid}`
}

interface Tally {
  readonly counter: Counter
  tasks: number
  readonly charged: Charge[]
}

function add(known: Map<string, Tally>, counter: Counter, charge: Charge): void {
  const key = counterKey(counter)
  let tally = known.get(key)
  if (!tally) {
    tally = {counter, tasks: 0, charged: []}
    known.set(key, tally)
  }
  tally.tasks += charge.tasks
  tally.charged.push(charge)
}

function sum(charges: readonly Charge[]): number {
  return charges.reduce((total, charge) => total + charge.tasks, 0)
}

function blindSpots({sees}: ProcessTable): Missing[] {
  const found: Missing[] = []
  if (!sees.initialUserns) {
    found.push(missing('processes', 'unsupported', 'seen from within a user namespace: UIDs are not the kernel’s'))
  }
  if (!sees.initialPidns) {
    found.push(
      missing('processes', 'unsupported', 'seen from within a PID namespace: tasks outside it are not visible'),
    )
  }
  if (!sees.allProcesses) found.push(missing('processes', 'denied', 'hidepid hides processes of other users'))
  return found
}

function unknownNamespaces(unplaced: ReadonlyMap<number, readonly Charge[]>): Missing[] {
  const pids = new Set([...unplaced.values()].flat().map((charge) => String(charge.pid)))
  if (pids.size === 0) return []
  const detail = `the user namespace of ${pids.size} processes is not known (PID ${listed([...pids])})`
  return [missing('processes', 'denied', detail)]
}

export function unknownCreator(namespaces: readonly string[]): Missing {
  return missing('user-namespaces', 'denied', `who created user namespace ${listed(namespaces)} is not known`)
}

function listed(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')}, …` : names.join(', ')
}
