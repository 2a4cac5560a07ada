import type {Process, ProcessTable} from '../processes.js'
import type {Marker} from './markers.js'

/** A container as the kernel shows it. */
export interface Group {
  /** Of the cgroup path, the outermost first; empty where nothing marks it. */
  readonly markers: readonly Marker[]
  readonly init: Process
  /** Its own, and those of the containers inside it. */
  readonly processes: readonly Process[]
  /** The container that it runs in. */
  readonly parent: Group | null
}

/** A group that still grows. */
export interface Draft extends Group {
  readonly processes: Process[]
  parent: Draft | null
}

/**
 * Gives each container its stray processes and those of the containers inside it, and sorts them by
 * their first process.
 *
 * @param keys of a process: the container it is in by itself
 */
export function nest(
  table: ProcessTable,
  drafts: ReadonlyMap<string, Draft>,
  keys: ReadonlyMap<Process, string>,
): Group[] {
  const groupOf = (process: Process): Draft | undefined => drafts.get(keys.get(process) ?? '')
  const enclosing = (process: Process, except?: Draft): Draft | null => {
    const seen = new Set<Process>()
    for (let up = table.byPid.get(process.ppid); up && !seen.has(up); up = table.byPid.get(up.ppid)) {
      seen.add(up)
      const group = groupOf(up)
      if (group && group !== except) return group
    }
    return null
  }
  for (const process of table.processes) {
    if (process.kernelThread || groupOf(process)) continue
    // A zombie has left its namespaces and cgroups; a sandbox belongs to whatever it runs in.
    if (process.nspid.length > 1 || process.state === 'Z') enclosing(process)?.processes.push(process)
  }
  const groups = [...drafts.values()]
  const own = new Map(groups.map((group) => [group, [...group.processes]]))
  for (const group of groups) group.parent = enclosing(group.init, group)
  for (const [group, processes] of own) {
    const seen = new Set([group])
    for (let outer = group.parent; outer && !seen.has(outer); outer = outer.parent) {
      seen.add(outer)
      outer.processes.push(...processes)
    }
  }
  return groups.sort((a, b) => a.init.pid - b.init.pid)
}
