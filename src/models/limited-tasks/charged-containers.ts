import type {Container, Containers} from '../../facts/containers.js'
import type {Process, ProcessTable} from '../../facts/processes.js'
import type {TaskCount} from '../task-limits/counts.js'

/** The tasks of one container that a counter holds. */
export interface ContainerCharge {
  readonly container: Container
  readonly tasks: number
  /** They are charged under their own UID; false: to the creator of their user namespace. */
  readonly own: boolean
  /** Those that hold the tasks, most first. */
  readonly processes: readonly Process[]
}

/** Which container a PID belongs to; of nested ones the innermost. */
export function containerByPid({containers}: Containers): ReadonlyMap<number, Container> {
  const found = new Map<number, Container>()
  for (const container of containers) {
    for (const {pid} of container.processes) {
      const other = found.get(pid)
      if (!other || container.processes.length < other.processes.length) found.set(pid, container)
    }
  }
  return found
}

/** Splits what a counter holds by container, without the PIDs in `except`; most tasks first. */
export function chargedContainers(
  count: TaskCount,
  table: ProcessTable,
  byPid: ReadonlyMap<number, Container>,
  except: ReadonlySet<number>,
): {readonly containers: readonly ContainerCharge[]; readonly hostTasks: number} {
  const found = new Map<Container, {tasks: number; own: boolean; processes: Process[]}>()
  let hostTasks = 0
  for (const {pid, tasks, own} of count.charged) {
    if (except.has(pid)) continue
    const container = byPid.get(pid)
    if (!container) {
      hostTasks += tasks
      continue
    }
    const charge = found.get(container) ?? {tasks: 0, own: false, processes: []}
    found.set(container, charge)
    charge.tasks += tasks
    charge.own ||= own
    const process = table.byPid.get(pid)
    if (process) charge.processes.push(process)
  }
  const containers = [...found].map(([container, charge]) => ({container, ...charge}))
  return {containers: containers.sort((a, b) => b.tasks - a.tasks), hostTasks}
}
