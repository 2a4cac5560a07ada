import type {Process} from '../../facts/processes.js'
import type {TaskCounts} from '../task-limits/counts.js'
import {admitFork, type ForkAdmission, forkerOf} from '../task-limits/fork.js'

/** Running processes to which the kernel gives one and the same answer. */
export interface LimitedFork {
  /** By PID; never empty. */
  readonly processes: readonly Process[]
  readonly admission: ForkAdmission
}

/** May the running processes fork? Those that no finite RLIMIT_NPROC applies to are left out. */
export function limitedForks(counts: TaskCounts): LimitedFork[] {
  const groups = new Map<string, Process[]>()
  for (const process of counts.table.processes) {
    const soft = process.nproc?.soft
    // A zombie forks no more; that its tasks still count is in `counts`.
    if (process.kernelThread || process.state === 'Z' || soft === undefined || !Number.isFinite(soft)) continue
    const key = `${process.userns} ${process.realUid} ${soft} ${process.capEff}`
    const group = groups.get(key)
    if (group) group.push(process)
    else groups.set(key, [process])
  }
  return [...groups.values()].flatMap((processes) => {
    const [first] = processes.sort((a, b) => a.pid - b.pid)
    const admission = first && admitFork(counts, forkerOf(first))
    return admission && admission.exempt === null ? [{processes, admission}] : []
  })
}
