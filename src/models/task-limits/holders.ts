import type {Container} from '../../facts/containers.js'
import type {ProcessTable} from '../../facts/processes.js'
import type {TaskCount} from './counts.js'

/** Who holds places of a counter: a container, or a process that belongs to none. */
export interface Holder {
  readonly container: Container | null
  /** The process; of a container its first process. */
  readonly pid: number
  /** Name of that process. Untrusted text. */
  readonly comm: string
  readonly tasks: number
  /** All its PIDs that are charged. */
  readonly pids: readonly number[]
}

/**
 * The charges of a counter by holder, largest first. A process in nested containers belongs to the
 * innermost one.
 */
export function holdersOf(count: TaskCount, table: ProcessTable, containers: readonly Container[]): Holder[] {
  const containerOf = new Map<number, Container>()
  const bySize = [...containers].sort((a, b) => b.processes.length - a.processes.length)
  for (const container of bySize) for (const process of container.processes) containerOf.set(process.pid, container)
  const holders = new Map<string, Holder & {tasks: number; pids: number[]}>()
  for (const {pid, tasks} of count.charged) {
    const container = containerOf.get(pid) ?? null
    const key = container ? `container ${container.id}` : `pid ${pid}`
    const holder = holders.get(key)
    if (holder) {
      holder.tasks += tasks
      holder.pids.push(pid)
    } else {
      const first = container?.initPid ?? pid
      const comm = (table.byPid.get(first) ?? table.byPid.get(pid))?.comm ?? ''
      holders.set(key, {container, pid: first, comm, tasks, pids: [pid]})
    }
  }
  return [...holders.values()].sort((a, b) => b.tasks - a.tasks || a.pid - b.pid)
}
