import type {Account, Group, HostAccounts} from '../../facts/accounts.js'
import type {Container, Containers} from '../../facts/containers.js'
import type {Process, ProcessTable} from '../../facts/processes.js'
import {identityMap, OVERFLOW_ID, toInsideId} from '../../models/user-namespaces/id-map.js'

/** A kernel UID under which both the host and a container run, or may run, processes. */
export interface SharedId {
  readonly kuid: number
  /** Accounts of the host's passwd(5). Empty: only a process shows that the host uses this UID. */
  readonly accounts: readonly Account[]
  /** Processes of the host, in no container, that run under it. */
  readonly hostProcesses: readonly Process[]
  /** Processes of the container that run under it, by real or effective UID. */
  readonly containerProcesses: readonly Process[]
  /** What the container calls it; null where its passwd(5) does not say or could not be read. */
  readonly insideName: string | null
  /** Kernel GIDs of those processes that are groups of the host too. */
  readonly groups: readonly Group[]
}

/** What one container shares with the host. */
export interface Sharing {
  readonly container: Container
  readonly ids: readonly SharedId[]
  /** UIDs of regular users that no local account has, on a host that knows accounts from elsewhere too. */
  readonly undecided: readonly number[]
}

/** NSS services that bring in the accounts of a whole organisation. */
const directories = new Set(['sss', 'ldap', 'winbind', 'nis', 'nisplus', 'compat', 'hesiod', 'extrausers'])

export function directoriesOf(accounts: HostAccounts): string[] {
  return accounts.otherServices.filter((service) => directories.has(service))
}

/**
 * Compares the kernel UIDs that a container's processes have with those that the host uses. Inside
 * numbers and names play no part: a process has one kernel UID, whatever its namespace shows for it.
 */
export function sharingOf(containers: Containers, table: ProcessTable, accounts: HostAccounts): Sharing[] {
  const contained = new Set(containers.containers.flatMap(({processes}) => processes.map(({pid}) => pid)))
  const hostProcesses = byUid(table.processes.filter(({pid, kernelThread}) => !kernelThread && !contained.has(pid)))
  const hasDirectory = directoriesOf(accounts).length > 0
  return containers.containers.map((container) => {
    const ids: SharedId[] = []
    const undecided: number[] = []
    for (const [kuid, processes] of byUid(container.processes)) {
      if (isNobody(kuid) || isIntended(container, kuid)) continue
      const known = accounts.byUid.get(kuid) ?? []
      const beside = hostProcesses.get(kuid) ?? []
      if (known.length > 0 || beside.length > 0) {
        ids.push({
          kuid,
          accounts: known,
          hostProcesses: beside,
          containerProcesses: processes,
          insideName: insideName(container, kuid),
          groups: sharedGroups(processes, accounts),
        })
      } else if (hasDirectory && container.usernsOfItsOwn === false && kuid > accounts.sysUidMax) undecided.push(kuid)
    }
    return {container, ids: ids.sort((a, b) => a.kuid - b.kuid), undecided: undecided.sort((a, b) => a - b)}
  })
}

/** Root has a rule of its own; 65534 stands for every ID that has no name of its own, and is nobody's. */
function isNobody(kuid: number): boolean {
  return kuid === 0 || kuid === OVERFLOW_ID
}

/**
 * A namespace made by a user maps that very user into it, and a line of one single ID is written
 * only by someone who wants to share it: `root:1000:1`, podman's `--userns=keep-id`.
 */
function isIntended(container: Container, kuid: number): boolean {
  if (container.usernsOfItsOwn !== true) return false
  return (
    container.creatorUid === kuid ||
    (container.uidMap ?? []).some(({outside, count}) => count === 1 && outside === kuid)
  )
}

function byUid(processes: readonly Process[]): Map<number, Process[]> {
  const found = new Map<number, Process[]>()
  for (const process of processes) {
    for (const uid of new Set([process.realUid, process.effectiveUid, ...process.tasksByUid.keys()])) {
      const list = found.get(uid)
      if (list) list.push(process)
      else found.set(uid, [process])
    }
  }
  return found
}

function insideName(container: Container, kuid: number): string | null {
  if (!Array.isArray(container.accounts)) return null
  const map = container.usernsOfItsOwn === false ? identityMap : container.uidMap
  const inside = toInsideId(map, kuid)
  return (container.accounts as readonly Account[]).find(({uid}) => uid === inside)?.name ?? null
}

function sharedGroups(processes: readonly Process[], accounts: HostAccounts): Group[] {
  const gids = [...new Set(processes.map(({realGid}) => realGid))].filter((gid) => !isNobody(gid))
  return gids.sort((a, b) => a - b).flatMap((gid) => (accounts.groupsByGid.get(gid) ?? []).slice(0, 1))
}
