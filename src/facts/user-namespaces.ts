/** One line of a uid_map or gid_map: `count` IDs from `inside` on are the kernel IDs from `outside` on. */
export interface IdRange {
  readonly inside: number
  readonly outside: number
  readonly count: number
}

export interface UserNamespace {
  /** Inode number of its nsfs file, as in the link /proc/PID/ns/user. */
  readonly ino: string
  /** Inside -> kernel IDs, as seen from the initial user namespace; null where unreadable. */
  readonly uidMap: readonly IdRange[] | null
  readonly gidMap: readonly IdRange[] | null
  /** null: the initial namespace, or not known (`ownership`). */
  readonly parent: string | null
  /** Kernel UID of its creator, to which its tasks are charged in the parent (Linux 5.14). */
  readonly ownerUid: number | null
  readonly ownership: 'initial' | 'known' | 'unknown'
  /** A process in it. */
  readonly pid: number
}

/** Inode number of the initial user namespace: PROC_USER_INIT_INO, include/linux/proc_ns.h. */
export const INITIAL_USERNS = '4026531837'
/** PROC_PID_INIT_INO */
export const INITIAL_PIDNS = '4026531836'

export type UserNamespaces = ReadonlyMap<string, UserNamespace>
