import {closeSync, constants, fstatSync, openSync, readlinkSync, type Stats, statfsSync} from 'node:fs'
import {failureOf, kindOf, O_PATH, type ReadFailure, readRegularFd} from './read-regular.js'

export interface LookOptions {
  readonly maxBytes: number
  /** `scripts`: only what begins with `#!` is read. `names`: nothing is. */
  readonly content: 'text' | 'scripts' | 'names'
}

/** What lies at a path. A link at its end is not followed; `present` is a regular file whose content was not wanted. */
export type LookResult =
  | {readonly type: 'symlink'; readonly target: string}
  | {readonly type: 'file'; readonly text: string; readonly invalidUtf8?: true}
  | {readonly type: 'present'}
  | ReadFailure

/** Reading there can change something (kmsg, trace_pipe) or has no end. include/uapi/linux/magic.h */
const KERNEL_FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0x9fa0, 'proc'],
  [0x62656572, 'sysfs'],
  [0x64626720, 'debugfs'],
  [0x74726163, 'tracefs'],
  [0x27e0eb, 'cgroup'],
  [0x63677270, 'cgroup2'],
])
/** The one file of the kernel's that is known to be used as a file of variables. */
const HARMLESS = '/proc/cmdline'
const SCRIPT = '#!'

/** Looks at a path of this host, through links on the way to it. Opens nothing but regular files. */
export function look(path: string, options: LookOptions): LookResult {
  let fd: number | undefined
  try {
    fd = openSync(path, O_PATH | constants.O_NOFOLLOW)
    const opened = fd
    return lookAt(
      {fd, stats: fstatSync(fd), readlink: () => readlinkSync(path), fsType: () => fsTypeOf(opened)},
      path,
      options,
    )
  } catch (error) {
    return failureOf(error, path)
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

/** What an O_PATH descriptor is of. */
export interface Opened {
  readonly fd: number
  readonly stats: Stats
  readlink(): string
  /** statfs(2) */
  fsType(): number
}

/** The same for an O_PATH descriptor, which stays open. */
export function lookAt(
  {fd, stats, readlink, fsType}: Opened,
  shown: string,
  {content, maxBytes}: LookOptions,
): LookResult {
  if (stats.isSymbolicLink()) return {type: 'symlink', target: readlink()}
  if (!stats.isFile()) return {reason: 'invalid', detail: `${shown} is ${kindOf(stats)}, not a regular file`}
  if (content === 'names') return {type: 'present'}
  const kernel = KERNEL_FILE_SYSTEMS.get(fsType())
  if (kernel !== undefined && shown !== HARMLESS) {
    return {reason: 'unsupported', detail: `${shown} is a file of the kernel (${kernel}), which is not read`}
  }
  // The kernel says how large it is: nothing is gained by reading up to the cap.
  if (content === 'text' && stats.size > maxBytes) {
    return {reason: 'truncated', detail: `${shown} is larger than ${maxBytes} bytes`}
  }
  const read = readRegularFd(fd, maxBytes, shown, stats, content === 'scripts' ? SCRIPT : '')
  return 'text' in read ? {type: 'file', ...read} : read
}

export function fsTypeOf(fd: number): number {
  return statfsSync(`/proc/self/fd/${fd}`).type
}
