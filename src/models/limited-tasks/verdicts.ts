import type {Kernel} from '../../facts/kernel.js'
import type {Process} from '../../facts/processes.js'
import type {UserNamespaces} from '../../facts/user-namespaces.js'
import type {Missing} from '../../model/missing.js'
import {counterKey, countTasks, type TaskCount, type TaskCounts} from '../task-limits/counts.js'
import {admitFork, type ForkAdmission, forkerOf} from '../task-limits/fork.js'
import {admitStart, type StartAdmission} from '../task-limits/start.js'
import {chargesByOwner, type Owner, type OwnerCharge, type OwnerOf, ownersOf} from './owners.js'
import {type LimitedStart, limitedStarts, type StartInputs} from './starts.js'

export interface LimitedTaskInputs extends StartInputs {
  readonly userNamespaces: UserNamespaces
  readonly kernel: Kernel
}

/** What becomes of one start. */
export interface StartVerdict {
  readonly limited: LimitedStart
  readonly admission: StartAdmission
  /** Tasks that stay in its counter and are not its own, largest first. */
  readonly others: readonly OwnerCharge[]
}

/** What becomes of the next fork of some processes that are in the same state. */
export interface ForkVerdict {
  readonly owner: Owner
  /** Soft RLIMIT_NPROC of each of them; null: not known. */
  readonly limit: number | null
  readonly processes: readonly Process[]
  readonly admission: ForkAdmission
  /** All that is charged to the counter that decides, largest first; their own tasks too. */
  readonly charges: readonly OwnerCharge[]
  /** Those of `charges` that are another owner's. */
  readonly others: readonly OwnerCharge[]
}

export interface LimitedTasks {
  readonly counts: TaskCounts
  readonly ownerOf: OwnerOf
  readonly starts: readonly StartVerdict[]
  readonly forks: readonly ForkVerdict[]
  readonly unknowns: readonly Missing[]
}

/** Who is limited in its tasks, by whose tasks: every limited start, and every process that is not exempt. */
export function limitedTasks(inputs: LimitedTaskInputs): LimitedTasks {
  const counts = countTasks(inputs.processes, inputs.userNamespaces, inputs.kernel)
  const ownerOf = ownersOf(inputs.containers, inputs.hostAccounts)
  const {starts, unknowns} = limitedStarts(inputs, ownerOf)
  return {
    counts,
    ownerOf,
    starts: starts.map((limited) => startVerdict(counts, ownerOf, limited)),
    forks: forkVerdicts(counts, ownerOf),
    unknowns,
  }
}

function startVerdict(counts: TaskCounts, ownerOf: OwnerOf, limited: LimitedStart): StartVerdict {
  const admission = admitStart(counts, limited.start)
  const leaving = new Set(limited.running.map(({pid}) => pid))
  const staying = {...admission.count, charged: admission.count.charged.filter(({pid}) => !leaving.has(pid))}
  return {limited, admission, others: chargesByOwner(staying, counts.table, ownerOf)}
}

/** One verdict for each owner, UID, namespace and limit, however many processes are alike in them. */
function forkVerdicts(counts: TaskCounts, ownerOf: OwnerOf): ForkVerdict[] {
  const alike = new Map<Owner, Map<string, Process[]>>()
  for (const process of counts.table.processes) {
    // A zombie forks no more; its threads, if it has some, do.
    if (process.kernelThread || (process.state === 'Z' && process.tasks <= 1)) continue
    const owner = ownerOf(process)
    const {userns, realUid, nproc, capEff} = process
    const key = `${userns}:${realUid}:${nproc?.soft}:${capEff & LIFTING}`
    const groups = alike.get(owner) ?? new Map<string, Process[]>()
    alike.set(owner, groups)
    const group = groups.get(key)
    if (group) group.push(process)
    else groups.set(key, [process])
  }
  const verdicts: ForkVerdict[] = []
  const charged = new Map<string, OwnerCharge[]>()
  const chargesOf = (count: TaskCount): OwnerCharge[] => {
    const key = counterKey(count.counter)
    const charges = charged.get(key) ?? chargesByOwner(count, counts.table, ownerOf)
    charged.set(key, charges)
    return charges
  }
  for (const [owner, groups] of alike)
    for (const processes of groups.values()) {
      const [first] = processes
      if (!first) continue
      const admission = admitFork(counts, forkerOf(first))
      if (admission.exempt) continue
      const level = admission.decidedBy ?? admission.levels[0]
      const charges = level ? chargesOf(level.count) : []
      const others = charges.filter((charge) => charge.owner !== owner)
      verdicts.push({owner, limit: first.nproc?.soft ?? null, processes, admission, charges, others})
    }
  return verdicts
}

/** CAP_SYS_ADMIN and CAP_SYS_RESOURCE, which lift the limit. */
const LIFTING = (1n << 21n) | (1n << 24n)
