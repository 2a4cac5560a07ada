import {below, type MountEntry, type MountTable} from './mount-table.js'

/** Something of the host's file systems that a process with another table of mounts has. */
export interface HostMount {
  readonly mount: MountEntry
  /** Where the host has the very same folder or file; null: mounted there in part only, or hidden, or deleted. */
  readonly path: string | null
  /** The root that the process has, or a part of it mounted again: what it runs in, and nothing lent to it. */
  readonly own: boolean
}

/** File systems through which the kernel speaks. Nobody keeps files there. */
const KERNEL_TYPES = new Set(
  `proc sysfs cgroup cgroup2 cpuset devpts nsfs securityfs debugfs tracefs configfs pstore efivarfs bpf selinuxfs
  binfmt_misc fusectl rpc_pipefs nfsd resctrl`.split(/\s+/),
)

/**
 * The mounts of a process that lead to something the host has mounted too: bind mounts, and file systems that
 * both have mounted. A mount is a folder of a file system (`root`, `device`): where the host has that
 * file system mounted and shows the folder, that is its path on the host. Mounts that others hide are left out,
 * on both sides.
 */
export function createHostMounts(host: MountTable): (table: MountTable) => HostMount[] {
  const byDevice = new Map<string, MountEntry[]>()
  for (const entry of host.entries) {
    const key = keyOf(entry)
    byDevice.set(key, [...(byDevice.get(key) ?? []), entry])
  }
  // The most of the path that was made a mount on purpose says best what the folder is for.
  for (const entries of byDevice.values()) entries.sort((a, b) => b.root.length - a.root.length)

  return (table) =>
    table.entries
      .filter((mount) => !KERNEL_TYPES.has(mount.fsType) && byDevice.has(keyOf(mount)) && isVisible(mount, table))
      .map((mount) => ({mount, path: pathOf(mount), own: isOwn(mount, table)}))

  function pathOf(mount: MountEntry): string | null {
    // Said of what was deleted (d_path()), maybe several things one after the other; no name holds a slash.
    if (mount.root.endsWith('//deleted')) return null
    for (const candidate of byDevice.get(keyOf(mount)) ?? []) {
      const rest = below(mount.root, candidate.root)
      if (rest === null) continue
      const path = candidate.point === '/' ? rest || '/' : `${candidate.point}${rest}`
      if (host.at(path) === candidate) return path
    }
    return null
  }
}

/** A number is given anew as soon as a file system is unmounted; of two types it was another one. */
function keyOf({device, fsType}: MountEntry): string {
  return `${device} ${fsType}`
}

function isVisible(mount: MountEntry, table: MountTable): boolean {
  return table.at(mount.point) === mount
}

function isOwn(mount: MountEntry, {root}: MountTable): boolean {
  return root !== null && keyOf(root) === keyOf(mount) && below(mount.root, root.root) !== null
}
