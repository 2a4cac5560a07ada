import {closeSync, constants, fstatSync, openSync, readdirSync, readlinkSync} from 'node:fs'
import {type LookOptions, type LookResult, lookAt} from './look.js'
import {errorCode, failureOf, kindOf, O_PATH, type ReadFailure, type ReadResult, readRegularFd} from './read-regular.js'

/** As many as the kernel follows: MAXSYMLINKS, include/linux/namei.h. */
const MAX_LINKS = 40
const MAX_COMPONENTS = 1000
const MAX_ENTRIES = 100_000

export type EntryType = 'file' | 'directory' | 'symlink' | 'other'
export interface DirectoryEntry {
  readonly name: string
  readonly type: EntryType
}
export type ListResult = {readonly entries: readonly DirectoryEntry[]} | ReadFailure
export type OwnerResult = {readonly uid: number; readonly gid: number} | ReadFailure
export type LinkResult = {readonly target: string} | ReadFailure

/**
 * Reads a regular file below `rootDir` as a process that has its root there would: absolute links
 * start again at `rootDir`, `..` does not lead out of it. Whoever controls the files below it can
 * thereby make us read another file below it, and nothing else; not block, and not read without end.
 *
 * Works like openat(2) with RESOLVE_IN_ROOT, which Node does not offer: every component is opened
 * with O_PATH | O_NOFOLLOW below the descriptor of the one before it, links are resolved by hand.
 */
export function readConfined(rootDir: string, path: string, options: {readonly maxBytes: number}): ReadResult {
  return walk(rootDir, path, true, (fd) => readRegularFd(fd, options.maxBytes, path))
}

/** Names and types of the entries of a folder below `rootDir`, in no order. */
export function listConfined(rootDir: string, path: string): ListResult {
  return walk(rootDir, path, true, (fd): ListResult => {
    const stats = fstatSync(fd)
    if (!stats.isDirectory()) return {reason: 'absent', detail: `${path} is ${kindOf(stats)}, not a directory`}
    const entries = readdirSync(`/proc/self/fd/${fd}`, {withFileTypes: true}).map((entry) => ({
      name: entry.name,
      type: typeOf(entry),
    }))
    if (entries.length > MAX_ENTRIES)
      return {reason: 'truncated', detail: `${path} has more than ${MAX_ENTRIES} entries`}
    return {entries}
  })
}

/** Target of a link below `rootDir`, as it is written there. Only the folders before it are resolved. */
export function readlinkConfined(rootDir: string, path: string): LinkResult {
  return walk(rootDir, path, false, (fd, parentFd, name): LinkResult => {
    const stats = fstatSync(fd)
    if (!stats.isSymbolicLink()) return {reason: 'invalid', detail: `${path} is ${kindOf(stats)}, not a link`}
    return {target: readlinkSync(below(parentFd, name))}
  })
}

/** What lies at a path below `rootDir`. A link at its end is not followed. */
export function lookConfined(rootDir: string, path: string, options: LookOptions): LookResult {
  return walk(rootDir, path, false, (fd, parentFd, name): LookResult => {
    return lookAt(fd, path, () => readlinkSync(below(parentFd, name)), options)
  })
}

/** Who owns what lies at a path below `rootDir`. A link at its end is not followed. */
export function ownerConfined(rootDir: string, path: string): OwnerResult {
  return walk(rootDir, path, false, (fd): OwnerResult => {
    const {uid, gid} = fstatSync(fd)
    return {uid, gid}
  })
}

/** Device and inode of what lies at a path below `rootDir`, links followed. null: nothing, or not to be seen. */
export function identityConfined(rootDir: string, path: string): string | null {
  const found = walk(rootDir, path, true, (fd) => {
    const {dev, ino} = fstatSync(fd)
    return {identity: `${dev}:${ino}`}
  })
  return 'reason' in found ? null : found.identity
}

export function typeOf(entry: {isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean}): EntryType {
  if (entry.isFile()) return 'file'
  if (entry.isDirectory()) return 'directory'
  return entry.isSymbolicLink() ? 'symlink' : 'other'
}

/**
 * Opens `path` below `rootDir` with O_PATH, hands the descriptor on, and closes it. `parentFd` and
 * `name` say where it was found.
 */
function walk<T>(
  rootDir: string,
  path: string,
  followLast: boolean,
  use: (fd: number, parentFd: number, name: string) => T | ReadFailure,
): T | ReadFailure {
  // The open folders from the root to where we are: `..` goes back along them and thus never out.
  const folders: number[] = []
  let found: number | undefined
  try {
    const root = openSync(rootDir, O_PATH | constants.O_DIRECTORY)
    folders.push(root)
    const todo = components(path)
    let links = 0
    let steps = 0
    for (;;) {
      const current = folders.at(-1) ?? root
      const name = todo.shift()
      if (name === undefined) return use(current, current, '.')
      steps += 1
      if (steps > MAX_COMPONENTS) return {reason: 'invalid', detail: `${path}: ENAMETOOLONG`}
      if (name === '.') continue
      if (name === '..') {
        if (folders.length > 1) closeAll([folders.pop()])
        continue
      }
      found = openSync(below(current, name), O_PATH | constants.O_NOFOLLOW)
      const stats = fstatSync(found)
      if (stats.isSymbolicLink() && (todo.length > 0 || followLast)) {
        closeAll([found])
        found = undefined
        links += 1
        if (links > MAX_LINKS) return {reason: 'invalid', detail: `${path}: ELOOP`}
        const target = readlinkSync(below(current, name))
        if (target.startsWith('/')) closeAll(folders.splice(1))
        todo.unshift(...components(target))
        continue
      }
      if (todo.length === 0) return use(found, current, name)
      if (!stats.isDirectory()) return {reason: 'absent', detail: `${path}: ENOTDIR`}
      folders.push(found)
      found = undefined
    }
  } catch (error) {
    // Names with a NUL byte cannot exist; Node says so without asking the kernel.
    if (errorCode(error) === 'ERR_INVALID_ARG_VALUE') return {reason: 'absent', detail: `${path}: not a file name`}
    return failureOf(error, path)
  } finally {
    closeAll([...folders, found])
  }
}

/** Node has no openat(2); the link of a descriptor in /proc leads to the same place. */
function below(fd: number, name: string): string {
  return `/proc/self/fd/${fd}/${name}`
}

function closeAll(fds: readonly (number | undefined)[]): void {
  for (const fd of fds) if (fd !== undefined) closeSync(fd)
}

/** `x/` is `x/.`, path_resolution(7): x must be a folder. */
function components(path: string): string[] {
  return `${path}${path.endsWith('/') ? '.' : ''}`.split('/').filter((name) => name !== '')
}
