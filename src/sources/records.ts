/**
 * What the probes of the live source write, one JSON record a line unless said otherwise. Values
 * stand as the kernel or the daemon gave them; judging them is up to the facts.
 */

export type NamespaceKind = 'user' | 'pid' | 'mnt' | 'net' | 'ipc' | 'uts' | 'cgroup'

/** First line of `processes`: from where the rest was seen. */
export interface ObserverRecord {
  readonly t: 'observer'
  /** netdoctor's own process, whose tasks count like all others. */
  readonly pid?: number
  /** Inode numbers of the namespaces that netdoctor ran in; they decide what its /proc shows. */
  readonly ns: Partial<Record<NamespaceKind, string>>
  readonly uid: number
  /** /proc/self/status CapEff, hexadecimal. */
  readonly capEff: string
  /** hidepid= of /proc (`0`, `1`, `2`, `4`, `invisible`, ...), as in /proc/self/mountinfo. */
  readonly hidepid: string
}

/** One process. */
export interface ProcessRecord {
  readonly t: 'process'
  readonly pid: number
  readonly ppid: number
  readonly comm: string
  /** State letter of the thread group leader. */
  readonly state: string
  /** Real, effective, saved, file system UID of the leader, in the observer's user namespace. */
  readonly uid: readonly [number, number, number, number]
  readonly gid: readonly [number, number, number, number]
  /** Number of tasks in the thread group, a zombie leader included. */
  readonly threads: number
  /** Real UID -> number of tasks, only when the tasks of the group differ in it. */
  readonly taskUids?: Readonly<Record<string, number>>
  /** PIDs from the observer's PID namespace inward (NSpid). */
  readonly nspid: readonly number[]
  /** CapEff of the leader, hexadecimal. */
  readonly capEff: string
  /** Namespaces by inode number; a kind is absent when the kernel did not let us see it. */
  readonly ns: Partial<Record<NamespaceKind, string>>
  /** /proc/PID/cgroup, verbatim. */
  readonly cgroup: string
  /** /proc/PID/uid_map, only when the user namespace could not be seen. */
  readonly uidMap?: string
  /** Soft and hard "Max processes" of /proc/PID/limits, as printed there. */
  readonly nproc: readonly [string, string] | null
  /** Start time in clock ticks since boot (/proc/PID/stat, field 22). */
  readonly start: string
  /** A kernel thread: no user namespace, limit or cgroup of its own worth reading. */
  readonly kthread?: true
}

/** Last line of `processes`. Without it the walk did not come to its end. */
export interface WalkEndRecord {
  readonly t: 'end'
  readonly processes: number
  /** Processes that were gone before they were read. */
  readonly vanished: number
  /** PIDs that exist and could not be read (at most the first 20), with the errno. */
  readonly unread: readonly {readonly pid: number; readonly code: string}[]
}

export type ProcessesRecord = ObserverRecord | ProcessRecord | WalkEndRecord

/** `user-namespaces`: one line for each user namespace that a process or a child namespace is in. */
export interface UserNamespaceRecord {
  /** Inode number, as in the link /proc/PID/ns/user. */
  readonly ino: string
  /** A process in it, through which it was read. */
  readonly pid: number
  readonly uidMap: string | null
  readonly gidMap: string | null
  /** From NS_GET_PARENT and NS_GET_OWNER_UID (ioctl_ns(2)); null where neither could be asked. */
  readonly parent: string | null
  /** UID of its creator, in the observer's user namespace. */
  readonly ownerUid: number | null
  /** Why `parent` and `ownerUid` are null: `root` (the initial namespace), or an errno or reason. */
  readonly note?: string
  /** All the processes that the walk saw in it have ended since. */
  readonly ended?: true
}

/** `container-engines`: one JSON array, one element a socket that was looked for and exists. */
export interface EngineRecord {
  /** `unix:///run/docker.sock` */
  readonly endpoint: string
  readonly answered: boolean
  /** When it did not answer: reason as in Missing, and one line. */
  readonly reason?: 'denied' | 'timeout' | 'truncated' | 'invalid' | 'unsupported' | 'absent'
  readonly detail?: string
  /** From GET /version and GET /info. */
  readonly product?: 'docker' | 'podman' | 'unknown'
  readonly version?: string
  readonly rootless?: boolean
  /** UsernsMode of the daemon: SecurityOptions has `name=userns`. */
  readonly usernsRemap?: boolean
  /** Those that run, are paused or wait for a restart; stopped ones have no tasks. */
  readonly containers?: readonly EngineContainerRecord[]
  /** What it did not answer although the rest was answered: a container, `info`. */
  readonly gaps?: readonly {
    readonly what: string
    readonly reason: 'denied' | 'timeout' | 'truncated' | 'invalid' | 'unsupported'
    readonly detail: string
  }[]
}

/** What is kept of GET /containers/ID/json; no environment, no command line. */
export interface EngineContainerRecord {
  readonly id: string
  readonly name: string
  readonly image: string
  /** Host PID of its first process, 0 when it does not run. */
  readonly pid: number
  /** Config.User */
  readonly user: string
  readonly privileged: boolean
  readonly usernsMode: string
  readonly pidMode: string
  readonly ipcMode: string
  readonly networkMode: string
  /** HostConfig.PidsLimit; null = not set. */
  readonly pidsLimit: number | null
  readonly ulimits: readonly {readonly name: string; readonly soft: number; readonly hard: number}[]
  readonly restartPolicy: string
  readonly upkeep?: ContainerUpkeep
  readonly mounts: readonly {
    readonly type: string
    readonly source: string
    readonly destination: string
    readonly rw: boolean
    /** Owner of `source` on the host, when it is a bind mount and could be seen. */
    readonly uid?: number
    readonly gid?: number
  }[]
}

/** Who sees to it that a container runs, beside its restart policy. Of all labels only what these say. */
export interface ContainerUpkeep {
  /** HostConfig.AutoRemove, or `docker compose run`: it is meant to end. */
  readonly oneOff: boolean
  /** Config.Tty and Config.OpenStdin: somebody may sit at it. */
  readonly interactive: boolean
  /** Project of docker compose or podman-compose. */
  readonly composeProject: string | null
  /** `swarm`, `kubernetes`, `nomad`, or the systemd unit that podman runs in. */
  readonly managedBy: string | null
}

/** `container-accounts`: one line for each group of processes with a root directory of its own. */
export interface ContainerAccountsRecord {
  /** Mount namespace, and the process through which its root was entered. */
  readonly mnt: string
  readonly pid: number
  readonly passwd: AccountFile
  readonly group: AccountFile
}

export type AccountFile =
  | {readonly text: string}
  | {
      readonly reason: 'absent' | 'denied' | 'timeout' | 'truncated' | 'invalid' | 'unsupported'
      readonly detail: string
    }

/**
 * `container-mounts`: the host's mounts, those of one process in each mount namespace with a root of its
 * own, and who owns what of the host is mounted there. Nothing where there is no such namespace.
 */
export type ContainerMountsRecord =
  | {
      readonly t: 'host'
      /** First line: /proc/self/mountinfo, without devices and options of file systems (`withoutDevices`). */
      readonly mountinfo: string
    }
  | {
      readonly t: 'mounts'
      /** Its mount namespace; null where only the process could be seen. */
      readonly mnt: string | null
      readonly pid: number
      /** /proc/PID/mountinfo, likewise. */
      readonly mountinfo: AccountFile
    }
  | {
      readonly t: 'owner'
      /** On the host. */
      readonly path: string
      readonly owner: {readonly uid: number; readonly gid: number} | Exclude<AccountFile, {readonly text: string}>
    }

/** `pids-cgroups`: one line for each cgroup of the pids controller. */
export interface PidsCgroupRecord {
  readonly version: 1 | 2
  /** Path below the hierarchy's root as the observer sees it: `/`, `/system.slice/cron.service`. */
  readonly path: string
  /** pids.max (`max` or a number); null in the root cgroup, which has none. */
  readonly max: string | null
  /** pids.current; null in the root cgroup. */
  readonly current: string | null
  /** `max` of pids.events: how often a fork was refused. Whose limit it counts depends on the kernel. */
  readonly events: string | null
  /** `max` of pids.events.local (Linux 6.11). */
  readonly eventsLocal: string | null
}

/** `fork-failures`: what the journal and the kernel log say about forks that failed. */
export interface ForkFailureRecord {
  readonly from: 'journal' | 'kernel-log'
  /** ISO 8601, or null where the log has no usable time. */
  readonly at: string | null
  /** Unit, or identifier of the program that spoke. */
  readonly unit: string | null
  readonly message: string
}

/** `systemd-manager`: one JSON object. Only where PID 1 is systemd; else the input is missing as `absent`. */
export interface SystemdManagerRecord {
  /** As PID 1 says: `252.39-1~deb12u2`. */
  readonly version: string
  /** `systemctl show`, one object of properties a loaded unit; those that the probe asks for, as systemctl prints them. */
  readonly units: readonly Readonly<Record<string, string>>[]
  /** `systemctl show-environment`: name -> value. null: not answered. */
  readonly environment: Readonly<Record<string, string>> | null
}

/**
 * `network`, `network-namespaces`, `traffic-control`: of each network namespace a line that says which it is, then
 * one for each thing that was asked in it.
 */
export type NetworkRecord = NetworkNamespaceRecord | NetworkAnswerRecord | NetworkEndRecord

export interface NetworkNamespaceRecord {
  readonly t: 'netns'
  /** Inode number, as in the link /proc/PID/ns/net. */
  readonly inode: string
  /** The one that netdoctor runs in. */
  readonly own: boolean
  /** Below /run/netns. */
  readonly names: readonly string[]
  /** A few of the processes in it, oldest first. */
  readonly pids: readonly number[]
}

/** What was asked: commands of `ip`, files of /proc, commands of `tc`. */
export type NetworkAsk =
  /** Links too. */
  | 'addresses'
  | 'labels'
  | 'rules'
  | 'routes'
  | 'neighbours'
  | 'deviceOrder'
  | 'settings'
  | 'qdiscs'
  | 'classes'
  | 'filters'
  | 'chains'

export type NetworkAnswerRecord = {
  readonly t: 'answer'
  /** Of its namespace. */
  readonly inode: string
  readonly ask: NetworkAsk
  /** The command without its options and without what entered the namespace; or the path. */
  readonly argv: readonly string[]
} & (
  | {readonly text: string}
  | {
      readonly reason: 'absent' | 'denied' | 'timeout' | 'truncated' | 'invalid' | 'unsupported' | 'not-collected'
      readonly detail: string
    }
)

/** Last line: how many namespaces there were, and which could not be looked into at all. */
export interface NetworkEndRecord {
  readonly t: 'end'
  readonly namespaces: number
  readonly unseen: readonly {
    readonly reason: 'absent' | 'denied' | 'timeout' | 'truncated' | 'invalid' | 'unsupported' | 'not-collected'
    readonly detail: string
  }[]
}
