import {type Missing, type MissingReason, missing} from '../model/missing.js'
import type {Raw} from '../sources/collected.js'
import type {ContainerUpkeep, EngineRecord} from '../sources/records.js'
import type {Account, Group} from './accounts.js'
import {parseAccountRecords} from './containers/account-records.js'
import {parseEngines} from './containers/engine-records.js'
import {joinViews} from './containers/join.js'
import {kernelView} from './containers/kernel-view.js'
import {parseMountRecords} from './containers/mount-records.js'
import {defineFact, known, unknown} from './define.js'
import {type NamespaceIds, type Process, processesFact} from './processes.js'
import {type IdRange, userNamespacesFact} from './user-namespaces.js'

export type Runtime = 'docker' | 'podman' | 'lxc' | 'nspawn' | 'kubernetes' | 'containerd' | 'crio' | 'unknown'

export interface Mount {
  readonly type: string
  /** Host path of a bind mount. */
  readonly source: string
  readonly destination: string
  readonly readWrite: boolean
  /** Kernel IDs of the owner of `source`, as the host has it, where it was seen. */
  readonly ownerUid: number | null
  readonly ownerGid: number | null
  /** Why the owner was not seen, where that is known. */
  readonly ownerUnseen?: MissingReason
  /** The container sees another owner, by a map that no kernel shows (mount_setattr(2)). */
  readonly idmapped: boolean
}

/** A group of processes that share a root and namespaces of their own, however they were started. */
export interface Container {
  /** Runtime's ID where one is known, else `mnt:<inode>`. Unique in this fact. */
  readonly id: string
  /** What the administrator calls it: the runtime's name, the LXC or machine name, else a description by its first process. Untrusted text. */
  readonly name: string
  readonly runtime: Runtime
  /** Who reported it. `kernel` alone: no runtime API needed or available. */
  readonly seenBy: readonly ('kernel' | 'api')[]
  /** Container daemons' endpoint, when an API knows it. */
  readonly endpoint: string | null
  readonly image: string | null
  /** Its first process, as the host sees it. */
  readonly initPid: number
  readonly processes: readonly Process[]
  /** User namespace of its first process; null where not known. */
  readonly userns: string | null
  /** False: its UIDs are the host's UIDs. null: not known. */
  readonly usernsOfItsOwn: boolean | null
  readonly uidMap: readonly IdRange[] | null
  readonly gidMap: readonly IdRange[] | null
  /** UID that created its user namespace (rootless: the login user); 0 = root; null = not known or no own namespace. */
  readonly creatorUid: number | null
  /** Namespaces of its first process, to compare with the host's. */
  readonly ns: NamespaceIds
  /** Accounts of its own /etc/passwd, inside numbers. */
  readonly accounts: readonly Account[] | Missing
  readonly groups: readonly Group[] | Missing
  /**
   * What it has of the host's file systems: as the kernel shows it now, else as its runtime's API lists it.
   * By the kernel also its root, of type `rootfs`, where the host has that mounted too.
   */
  readonly mounts: readonly Mount[]
  /** Who says so; else why nobody could. */
  readonly mountsSeenBy: 'kernel' | 'api' | Missing
  /** From the runtime's API; null when only the kernel knows it. */
  readonly nprocUlimit: {readonly soft: number; readonly hard: number} | null
  readonly pidsLimit: number | null
  readonly privileged: boolean | null
  readonly restartPolicy: string | null
  /** Left out where no API told it. */
  readonly upkeep?: ContainerUpkeep
}

export interface Engine {
  readonly endpoint: string
  readonly product: 'docker' | 'podman' | 'unknown'
  readonly version: string
  readonly rootless: boolean
  readonly usernsRemap: boolean
}

export interface Containers {
  readonly containers: readonly Container[]
  /** Runtimes that answered. */
  readonly engines: readonly Engine[]
  /** Namespaces of the host, to compare a container's with. */
  readonly hostNs: NamespaceIds
}

/**
 * Joins what the container engines say with what the kernel shows. Either view can stand alone: a
 * runtime that nobody asked is found by the kernel's, names and limits come from the engine's.
 */
export const containersFact = defineFact({
  name: 'containers',
  inputs: ['container-engines', 'container-accounts', 'container-mounts'],
  uses: {processes: processesFact, userNamespaces: userNamespacesFact},
  derive(inputs, {processes, userNamespaces}) {
    if (!processes.known) return unknown(...processes.missing)
    const gaps = [...processes.gaps, ...(userNamespaces.known ? userNamespaces.gaps : userNamespaces.missing)]
    const namespaces = userNamespaces.known ? userNamespaces.value : null

    const accounts = parseAccountRecords(inputs['container-accounts'])
    gaps.push(...accounts.gaps)
    const mounts = parseMountRecords(inputs['container-mounts'])
    const view = kernelView(processes.value, namespaces, accounts.ownRoots)
    const [undecided, ...others] = view.undecided
    if (undecided) {
      const count = others.length === 0 ? '' : ` and ${others.length} more`
      const detail = `PID ${undecided.pid} (${undecided.comm})${count}: container or not, its mount namespace could not be seen`
      gaps.push(missing('processes', 'denied', detail))
    }

    const engines = enginesOf(inputs['container-engines'])
    gaps.push(...engines.gaps)
    const joined = joinViews(view.groups, engines.records, {table: processes.value, namespaces, accounts, mounts})
    return known<Containers>(
      {containers: joined.containers, engines: joined.engines, hostNs: processes.value.observer.ns},
      [...gaps, ...joined.gaps],
    )
  },
})

function enginesOf(input: Raw | Missing): {records: readonly EngineRecord[]; gaps: readonly Missing[]} {
  if (input.status === 'missing') return {records: [], gaps: input.reason === 'absent' ? [] : [input]}
  const records = parseEngines(input.text)
  if (records === null) return {records: [], gaps: [missing('container-engines', 'invalid', 'not a list of engines')]}
  return {records, gaps: input.gaps ?? []}
}
