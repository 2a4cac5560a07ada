import {readdirSync} from 'node:fs'
import {ConfinedFolders} from './confined-folders.js'
import {walk} from './confined-walk.js'
import {type LookOptions, type LookResult, lookAt} from './look.js'
import {kindOf, type ReadFailure, type ReadResult, readRegularFd} from './read-regular.js'

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
 * The files below `rootDir` as a process sees them that has its root there: absolute links start again at `rootDir`,
 * `..` does not lead out of it. Whoever controls the files below it can thereby make us read another file below it,
 * and nothing else; not block, and not read without end.
 */
export class ConfinedRoot {
  readonly #folders: Pick<ConfinedFolders, 'use' | 'close'>

  /** @param folders how paths are come to; as a rule their folders stay open until the event loop goes on */
  constructor(rootDir: string, folders: Pick<ConfinedFolders, 'use' | 'close'> = new ConfinedFolders(rootDir)) {
    this.#folders = folders
  }

  read(path: string, {maxBytes}: {readonly maxBytes: number}): ReadResult {
    return this.#folders.use(path, true, ({fd, stats}) => readRegularFd(fd, maxBytes, path, stats))
  }

  /** Names and types of the entries of a folder, in no order. */
  list(path: string): ListResult {
    return this.#folders.use(path, true, ({fd, stats}): ListResult => {
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

  /** Target of a link, as it is written there. Only the folders before it are resolved. */
  readlink(path: string): LinkResult {
    return this.#folders.use(path, false, ({stats, readlink}): LinkResult => {
      if (!stats.isSymbolicLink()) return {reason: 'invalid', detail: `${path} is ${kindOf(stats)}, not a link`}
      return {target: readlink()}
    })
  }

  /** What lies at a path. A link at its end is not followed. */
  look(path: string, options: LookOptions): LookResult {
    return this.#folders.use(path, false, (place) => lookAt(place, path, options))
  }

  /** Who owns what lies at a path. A link at its end is not followed. */
  owner(path: string): OwnerResult {
    return this.#folders.use(path, false, ({stats: {uid, gid}}): OwnerResult => ({uid, gid}))
  }

  /** Device and inode of what lies at a path, links followed. null: nothing, or not to be seen. */
  identity(path: string): string | null {
    const found = this.#folders.use(path, true, ({stats: {dev, ino}}) => ({identity: `${dev}:${ino}`}))
    return 'reason' in found ? null : found.identity
  }

  /** Lets go of the folders that are open. */
  close(): void {
    this.#folders.close()
  }
}

export function typeOf(entry: {isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean}): EntryType {
  if (entry.isFile()) return 'file'
  if (entry.isDirectory()) return 'directory'
  return entry.isSymbolicLink() ? 'symlink' : 'other'
}

/* One path each, come to anew. */

export function readConfined(rootDir: string, path: string, options: {readonly maxBytes: number}): ReadResult {
  return anew(rootDir).read(path, options)
}

export function listConfined(rootDir: string, path: string): ListResult {
  return anew(rootDir).list(path)
}

export function readlinkConfined(rootDir: string, path: string): LinkResult {
  return anew(rootDir).readlink(path)
}

export function lookConfined(rootDir: string, path: string, options: LookOptions): LookResult {
  return anew(rootDir).look(path, options)
}

export function ownerConfined(rootDir: string, path: string): OwnerResult {
  return anew(rootDir).owner(path)
}

export function identityConfined(rootDir: string, path: string): string | null {
  return anew(rootDir).identity(path)
}

function anew(rootDir: string): ConfinedRoot {
  return new ConfinedRoot(rootDir, {
    use: (path, followLast, use) => walk(rootDir, path, followLast, use),
    close: () => undefined,
  })
}
