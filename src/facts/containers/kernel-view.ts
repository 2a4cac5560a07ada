import type {CgroupMembership, Process, ProcessTable} from '../processes.js'
import type {UserNamespaces} from '../user-namespaces.js'
import {type Marker, markersOf} from './markers.js'
import {type Draft, type Group, nest} from './nesting.js'
import {isSandbox} from './sandbox.js'

export interface KernelView {
  readonly groups: readonly Group[]
  /** First processes of what is either a container or a sandbox of an application: their namespaces could not be seen. */
  readonly undecided: readonly Process[]
}

/**
 * Finds containers from namespaces and cgroup paths alone. A container is
 *
 * - processes in a cgroup that a runtime named after a container, with a mount or PID namespace of
 *   their own (a VM of libvirt, or a host process moved into such a cgroup, has neither);
 * - without such a name: processes in a PID namespace, or a user namespace, of their own, together with
 *   a mount namespace whose root directory is not the host's. Services that systemd confines keep the
 *   host's PID namespace and root; browsers' sandboxes keep the host's mount namespace.
 *
 * Not containers are the sandboxes that a user's own applications run in: see `isSandbox`.
 *
 * @param ownRoots mount namespaces whose root is not the host's; null where nobody looked
 */
export function kernelView(
  table: ProcessTable,
  namespaces: UserNamespaces | null,
  ownRoots: ReadonlySet<string> | null,
): KernelView {
  const host = table.observer.ns
  const markersFor = memoise(markersOf)
  const members = new Map<string, Process[]>()
  const keys = new Map<Process, string>()
  for (const process of table.processes) {
    const key = keyOf(process)
    if (key === null) continue
    keys.set(process, key)
    append(members, key, process)
  }
  adoptVisitors(members, keys)

  const drafts = new Map<string, Draft>()
  const undecided: Process[] = []
  for (const [key, processes] of members) {
    // What is left of a container until someone waits for its first process.
    if (processes.every(({state, tasks}) => state === 'Z' && tasks < 2)) continue
    const init = firstOf(processes)
    const markers = markersFor(init.cgroups)
    const marked = !key.startsWith('ns:')
    if (!marked && init.ns.mnt === undefined) undecided.push(init)
    else if (marked || isContainer(init, processes)) drafts.set(key, {markers, init, processes, parent: null})
  }
  return {groups: nest(table, drafts, keys), undecided}

  function keyOf(process: Process): string | null {
    if (process.kernelThread) return null
    const inPidns = process.nspid.length > 1
    const inMntns = process.ns.mnt !== undefined && process.ns.mnt !== host.mnt
    const markers = markersFor(process.cgroups)
    const last = markers.at(-1)
    // Names, unlike IDs, also stand on cgroups of what is no container: virtual machines, monitors.
    if (last && (inPidns || (inMntns && last.id !== null)) && (last.id ?? last.name) !== null) {
      return markers.map(({runtime, id, name}) => `${runtime}:${id ?? name ?? ''}`).join('/')
    }
    if (inPidns && process.ns.pid !== undefined) return `ns:${process.ns.pid}`
    const inUserns = process.ns.user !== undefined && process.ns.user !== host.user
    return inMntns && inUserns && ownRoots?.has(process.ns.mnt ?? '') ? `ns:${process.ns.mnt}` : null
  }

  function isContainer(init: Process, processes: readonly Process[]): boolean {
    const {mnt} = init.ns
    if (mnt === undefined || mnt === host.mnt || ownRoots?.has(mnt) === false) return false
    const starter = table.byPid.get(init.ppid)
    return !isSandbox(init, processes, starter, namespaces, host)
  }
}

/** Who entered a container from outside (nsenter) has its namespaces, but not its cgroup. */
function adoptVisitors(members: Map<string, Process[]>, keys: Map<Process, string>): void {
  const hosts = new Map<string, Set<string>>()
  for (const [process, key] of keys) {
    if (key.startsWith('ns:') || process.ns.pid === undefined) continue
    for (const ns of [`ns:${process.ns.pid}`, `ns:${process.ns.pid} ${process.ns.mnt}`]) {
      hosts.set(ns, (hosts.get(ns) ?? new Set()).add(key))
    }
  }
  for (const [key, processes] of [...members]) {
    if (!key.startsWith('ns:')) continue
    const rest = processes.filter((process) => {
      // Containers of one pod can share a PID namespace: then the mount namespace tells.
      const [exact, ...others] = hosts.get(`${key} ${process.ns.mnt}`) ?? hosts.get(key) ?? []
      if (exact === undefined || others.length > 0) return true
      keys.set(process, exact)
      append(members, exact, process)
      return false
    })
    if (rest.length > 0) members.set(key, rest)
    else members.delete(key)
  }
}

/** PID 1 of its namespace, else the one that started first. */
function firstOf(processes: readonly Process[]): Process {
  const [first, ...others] = processes
  if (first === undefined) throw new Error('no process has no container')
  return others.reduce((best, process) => (rank(process, best) < 0 ? process : best), first)
}

function rank(a: Process, b: Process): number {
  const alive = Number(a.state === 'Z') - Number(b.state === 'Z')
  const one = Number(b.nspid.at(-1) === 1) - Number(a.nspid.at(-1) === 1)
  if (alive !== 0 || one !== 0) return alive || one
  return a.startTicks < b.startTicks ? -1 : a.startTicks > b.startTicks ? 1 : a.pid - b.pid
}

function memoise(read: (cgroups: readonly CgroupMembership[]) => readonly Marker[]) {
  const known = new Map<readonly CgroupMembership[], readonly Marker[]>()
  return (cgroups: readonly CgroupMembership[]) => {
    const markers = known.get(cgroups) ?? read(cgroups)
    known.set(cgroups, markers)
    return markers
  }
}

function append<K>(map: Map<K, Process[]>, key: K, process: Process): void {
  const list = map.get(key)
  if (list) list.push(process)
  else map.set(key, [process])
}
