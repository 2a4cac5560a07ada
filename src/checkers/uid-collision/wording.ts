import {counted, listed} from './lists.js'
import type {SharedId} from './shared-ids.js'

/** `105 (avahi on the host, elasticsearch inside)` */
function named({kuid, accounts, insideName, hostProcesses}: SharedId): string {
  const [account] = accounts
  if (account !== undefined && account.name === insideName) return `${kuid} (${account.name} in both)`
  const host = account ? `${account.name} on the host` : `used by ${hostProcesses[0]?.comm} on the host`
  return `${kuid} (${host}${insideName === null ? '' : `, ${insideName} inside`})`
}

/** Whose tasks count against a limit. */
interface Sharer {
  readonly who: string
  readonly tasks: number
  readonly uid: number
  readonly account: string | null
  /** They run under another UID and are charged to this one, which created their user namespace. */
  readonly charged: boolean
}

function held({who, tasks, uid, account, charged}: Sharer): string {
  const user = `UID ${uid}${account === null ? '' : ` (${account})`}`
  const subject = who.charAt(0).toUpperCase() + who.slice(1)
  return `${subject} has ${counted(tasks, 'task')} ${charged ? `charged to ${user}` : `under ${user}`}, which count against`
}

const sharedCounters =
  'A kernel UID is one identity wherever it runs: its task count (RLIMIT_NPROC), its files, and the right to signal and trace its processes are shared.'

/** All wording of the checker, by rule. Strings of the host are untrusted and escaped when printed. */
export const wording = {
  'shared-uid': {
    summary: (names: string, several: boolean, ids: readonly SharedId[]) => {
      const groups = [...new Set(ids.flatMap((id) => id.groups.map(({gid, name}) => `${gid} (${name})`)))]
      return `${several ? names : `Container ${names}`} ${several ? 'run' : 'runs'} under host ${ids.length === 1 ? 'UID' : 'UIDs'} ${listed(ids.map(named))}${
        groups.length === 0 ? '' : ` and ${groups.length === 1 ? 'GID' : 'GIDs'} ${listed(groups)}`
      }`
    },
    undecided: (names: string, several: boolean, uids: readonly number[], services: readonly string[]) =>
      `${several ? names : `Container ${names}`} ${several ? 'run' : 'runs'} under ${uids.length === 1 ? 'UID' : 'UIDs'} ${listed(uids.map(String))}, which an account from ${services.join(' or ')} may have`,
    why: sharedCounters,
    undecidedWhy:
      'Accounts also come from a directory service, whose accounts are not in /etc/passwd. If one of them has this UID, it and the container are one identity to the kernel.',
  },
  'shared-task-limit': {
    start: (sharer: Sharer, party: string, limit: number, fails: 'exec' | 'fork' | null) =>
      `${held(sharer)} the limit of ${limit} of ${party}: ${
        fails === null ? 'it still starts' : `it cannot start, ${fails === 'exec' ? 'execve' : 'fork'}() fails`
      }`,
    fork: (sharer: Sharer, process: string, limit: number, fails: boolean) =>
      `${held(sharer)} the limit of ${limit} of ${process}: ${fails ? 'it cannot fork' : 'it can hardly fork any more'}`,
    why: 'RLIMIT_NPROC is compared with all tasks of the real UID in its user namespace, threads included, in whichever container they run, and with those of namespaces that the UID created (copy_process(), inc_rlimit_ucounts()). PID namespaces and cgroups do not separate them.',
    whyBefore514:
      'Before Linux 5.14 RLIMIT_NPROC is compared with all tasks of the kernel UID on the whole host, threads included, in whichever container or user namespace they run (copy_process()).',
  },
  'shared-ipc-removal': {
    summary: (name: string, user: string, uid: number, what: string) =>
      `The last logout of ${user} (UID ${uid}) removes ${what} of container ${name}`,
    why: (sysUidMax: number) =>
      `With RemoveIPC=yes systemd-logind removes every System V object without attached processes, every semaphore and message queue, and every file in /dev/shm and /dev/mqueue that belongs to a user above SYS_UID_MAX (${sysUidMax}) when the user's last session ends (user_finalize(), clean_ipc_by_uid()). It goes by UID, in the host's IPC namespace and /dev/shm, which this container uses.`,
  },
  'shared-host-path': {
    summary: (name: string, path: string, user: string, uid: number) =>
      `Container ${name} may write ${path} as its owner, host account ${user} (UID ${uid})`,
    why: 'Permission on a bind mount is decided by the kernel UID of the process and of the file. The container runs under the UID that owns this path on the host, so it is the owner: it may read, change and re-permit what is in it.',
  },
  'shared-signal': {
    both: (name: string, uid: number, comms: string, trace: boolean) =>
      `Container ${name} may stop or kill ${comms} on the host${trace ? ', and trace them' : ''}: both run under UID ${uid} and it sees the host's processes`,
    hostOnly: (name: string, uid: number, comms: string) =>
      `${comms} on the host may signal and kill processes of ${name}: both run under UID ${uid}`,
    bothWhy:
      'A process may signal any process it can see whose real or saved UID is its own real or effective UID (kill_ok_by_cred()). This container is in the PID namespace of the host, so it sees the processes of the host.',
    hostOnlyWhy:
      "A process may signal any process it can see whose real or saved UID is its own real or effective UID (kill_ok_by_cred()). The host sees the container's processes; the container, in a PID namespace of its own, does not see the host's.",
  },
  'subordinate-overlap': {
    account: (owner: string, ids: string, accounts: string, kind: string) =>
      `The subordinate ${kind} range of ${owner} (${ids}) holds the ${kind} of ${accounts}`,
    ranges: (owner: string, other: string, ids: string, kind: string) =>
      `The subordinate ${kind} ranges of ${owner} and ${other} overlap (${ids})`,
    accountWhy:
      'newuidmap(1) and newgidmap(1) let the owner of a range map every ID in it into a user namespace, and become it there. To the kernel that is the account itself: its files, its processes, its limits.',
    ownWhy:
      "A rootless runtime maps 0 to the user's own ID and then the whole range. With the own ID in the range, two inside IDs would be one kernel ID, which the kernel refuses with EINVAL (mappings_overlap(), map_write()).",
    rangesWhy:
      'Containers of both owners get the same kernel IDs, so the containers of one may read, write, signal and trace what belongs to those of the other.',
  },
  'remap-range-shared': {
    summary: (one: string, other: string, ids: string) =>
      `Containers of ${one} and of ${other} are mapped to the same host IDs (${ids})`,
    why: 'A user namespace separates containers only if its kernel IDs are its own. Where two maps meet, a process of one container is the owner of the files of the other, and may signal and trace its processes where it sees them.',
  },
  'container-root': {
    summary: (names: readonly string[]) =>
      `${counted(names.length, 'container runs', 'containers run')} as the root of the host (UID 0), without a user namespace: ${listed(names)}`,
    why: 'Without a user namespace of its own, UID 0 in a container is kuid 0: exempt from RLIMIT_NPROC, and the owner of every file of root that it can reach. Only dropped capabilities, seccomp and mounts stand between it and the host.',
  },
} as const
