import type {HostAccounts} from '../../facts/accounts.js'
import type {Container, Containers} from '../../facts/containers.js'
import type {Process, ProcessTable} from '../../facts/processes.js'
import type {TaskCount} from '../task-limits/counts.js'

/** Whom an administrator would call the owner of a process. */
export type Owner =
  | {readonly kind: 'container'; readonly name: string; readonly container: Container}
  | {readonly kind: 'service'; readonly name: string}
  | {readonly kind: 'account'; readonly name: string}

/** Gives all processes of one owner the same object. */
export type OwnerOf = (process: Process) => Owner

/** What one owner has charged to a counter. */
export interface OwnerCharge {
  readonly owner: Owner
  readonly tasks: number
  /** Largest first. */
  readonly processes: readonly Process[]
}

/**
 * A process belongs to the innermost container it is in, else to the systemd service whose cgroup it
 * is in, else to the account it runs under.
 */
export function ownersOf({containers}: Containers, accounts: HostAccounts): OwnerOf {
  const byPid = new Map<number, Container>()
  // An outer container also lists what runs in the containers within it: the smaller one wins.
  for (const container of [...containers].sort((a, b) => b.processes.length - a.processes.length)) {
    for (const {pid} of container.processes) byPid.set(pid, container)
  }
  const ownerOf: OwnerOf = (process) => {
    const container = byPid.get(process.pid)
    if (container) return {kind: 'container', name: container.name, container}
    const service = serviceOf(process)
    if (service !== null) return {kind: 'service', name: service}
    return {kind: 'account', name: accountName(accounts, process.realUid)}
  }
  // Each process is asked for once for every limit that its UID is held to.
  const known = new Map<Process, Owner>()
  const distinct = new Map<string, Owner>()
  return (process) => {
    let owner = known.get(process)
    if (!owner) {
      const made = ownerOf(process)
      owner = distinct.get(ownerKey(made)) ?? made
      distinct.set(ownerKey(made), owner)
      known.set(process, owner)
    }
    return owner
  }
}

function ownerKey(owner: Owner): string {
  return owner.kind === 'container' ? `container\0${owner.container.id}` : `${owner.kind}\0${owner.name}`
}

/** Name of a UID on this host: for people, never to compare by. */
export function accountName({byUid}: HostAccounts, uid: number): string {
  return byUid.get(uid)?.[0]?.name ?? `UID ${uid}`
}

/** Who holds the tasks of a counter, largest first. */
export function chargesByOwner(count: TaskCount, table: ProcessTable, ownerOf: OwnerOf): OwnerCharge[] {
  const charges = new Map<Owner, {owner: Owner; tasks: number; processes: Process[]}>()
  for (const {pid, tasks} of count.charged) {
    const process = table.byPid.get(pid)
    if (!process) continue
    const owner = ownerOf(process)
    const charge = charges.get(owner) ?? {owner, tasks: 0, processes: []}
    charge.tasks += tasks
    charge.processes.push(process)
    charges.set(owner, charge)
  }
  return [...charges.values()].sort((a, b) => b.tasks - a.tasks)
}

/** The unit in whose cgroup systemd runs a process (systemd.unit(5)); null: none. */
export function serviceOf({cgroups}: Process): string | null {
  const path = (
    cgroups.find(({controllers}) => controllers.includes('name=systemd')) ??
    cgroups.find(({hierarchy}) => hierarchy === 0)
  )?.path
  // The outermost service: user@1000.service has the user's own services below it.
  const parts = path?.split('/').slice(1) ?? []
  const at = parts.findIndex((part) => part.endsWith('.service'))
  // Above a unit of this host are slices only; else it is one of another systemd, in a container.
  return at >= 0 && parts.slice(0, at).every((part) => part.endsWith('.slice')) ? (parts[at] ?? null) : null
}
