import {unescapeOctal} from '../mount-table.js'
import {readRegular} from '../read-regular.js'

const MOUNT_INFO_BYTES = 64 << 20

/** One line of /proc/self/mountinfo, proc_pid_mountinfo(5). */
export interface MountInfo {
  /** Folder of the file system that is mounted here. */
  readonly root: string
  readonly mountPoint: string
  readonly fsType: string
  readonly superOptions: readonly string[]
}

/**
 * File systems whose answers come from this kernel alone. All others (NFS, CIFS, FUSE, autofs, and
 * whatever is not known here) may wait for somebody else, for ever.
 */
const LOCAL_TYPES = new Set(
  `ext2 ext3 ext4 xfs btrfs f2fs zfs bcachefs jfs reiserfs nilfs2 vfat exfat ntfs3 iso9660 udf squashfs erofs cramfs
  romfs minix overlay aufs tmpfs ramfs rootfs devtmpfs devpts proc sysfs cgroup cgroup2 cpuset securityfs debugfs
  tracefs configfs pstore efivarfs bpf hugetlbfs mqueue nsfs pipefs sockfs binfmt_misc selinuxfs fusectl rpc_pipefs
  nfsd resctrl ubifs jffs2`.split(/\s+/),
)

/** /proc/self/mountinfo. An unreadable table of mounts leaves nothing known to be local. */
export function readMountInfo(): string {
  const result = readRegular('/proc/self/mountinfo', MOUNT_INFO_BYTES)
  return 'text' in result ? result.text : '0 0 0:0 / / - unknown unknown unknown'
}

export function parseMountInfo(text: string): MountInfo[] {
  const mounts: MountInfo[] = []
  for (const line of text.split('\n')) {
    const separator = line.indexOf(' - ')
    if (separator < 0) continue
    const [, , , root = '/', mountPoint = '/'] = line.slice(0, separator).split(' ')
    const [fsType = '', , superOptions = ''] = line.slice(separator + 3).split(' ')
    mounts.push({
      root: unescapeOctal(root),
      mountPoint: unescapeOctal(mountPoint),
      fsType,
      superOptions: superOptions.split(','),
    })
  }
  return mounts
}

/** Mount points below which a read may never return. */
export function fragileMountPoints(mounts: readonly MountInfo[]): ReadonlySet<string> {
  return new Set(mounts.filter(({fsType}) => !LOCAL_TYPES.has(fsType)).map(({mountPoint}) => mountPoint))
}
