import {closeSync, constants, fstatSync, openSync, readlinkSync} from 'node:fs'
import {below, failureAt, type Place, walk} from './confined-walk.js'
import {fsTypeOf} from './look.js'
import {O_PATH, type ReadFailure} from './read-regular.js'

const MAX_FOLDERS = 16

interface Folder {
  readonly fd: number
  readonly device: number
  /** Asked for only where it matters: not every file system answers statfs(2). */
  fsType(): number
  readonly steps: number
}

/** Of a folder that cannot be come to; `what` stands behind the path in what is said of it. */
interface Unreachable {
  readonly reason: ReadFailure['reason']
  readonly what: string
}

/**
 * Comes to paths below one root as walk() does. The folders of the paths stay open until the event loop goes on:
 * who looks at many files of one folder in a row comes to it once, and finds in it what is there then.
 */
export class ConfinedFolders {
  readonly #rootDir: string
  readonly #folders = new Map<string, Folder | Unreachable>()
  #closing: NodeJS.Immediate | undefined

  constructor(rootDir: string) {
    this.#rootDir = rootDir
  }

  use<T>(path: string, followLast: boolean, use: (place: Place) => T | ReadFailure): T | ReadFailure {
    const name = path.slice(path.lastIndexOf('/') + 1)
    if (!path.startsWith('/') || name === '' || name === '.' || name === '..') {
      return walk(this.#rootDir, path, followLast, use)
    }
    const folder = this.#folder(path.slice(0, -name.length))
    if ('reason' in folder) return {reason: folder.reason, detail: `${path}${folder.what}`}
    // What ends in a slash has a component more, as the path has.
    const {steps} = folder
    let fd: number | undefined
    try {
      fd = openSync(below(folder.fd, name), O_PATH | constants.O_NOFOLLOW)
      const stats = fstatSync(fd)
      if (followLast && stats.isSymbolicLink()) return walk(this.#rootDir, path, followLast, use)
      const opened = fd
      return use({
        fd,
        stats,
        steps,
        readlink: () => readlinkSync(below(folder.fd, name)),
        fsType: () => (stats.dev === folder.device ? folder.fsType() : fsTypeOf(opened)),
      })
    } catch (error) {
      return failureAt(error, path)
    } finally {
      if (fd !== undefined) closeSync(fd)
    }
  }

  /** By a path that ends in a slash. */
  #folder(path: string): Folder | Unreachable {
    const kept = this.#folders.get(path)
    if (kept) return kept
    const found = walk(this.#rootDir, path, true, ({fd, stats, steps}) =>
      folderOf(openSync(below(fd, '.'), O_PATH | constants.O_DIRECTORY), stats.dev, steps),
    )
    const folder = 'reason' in found ? {reason: found.reason, what: found.detail.slice(path.length)} : found
    this.#keep(path, folder)
    return folder
  }

  #keep(path: string, folder: Folder | Unreachable): void {
    const [oldest] = this.#folders
    if (this.#folders.size >= MAX_FOLDERS && oldest) {
      this.#folders.delete(oldest[0])
      close(oldest[1])
    }
    this.#folders.set(path, folder)
    this.#closing ??= setImmediate(() => this.close())
  }

  close(): void {
    for (const folder of this.#folders.values()) close(folder)
    this.#folders.clear()
    clearImmediate(this.#closing)
    this.#closing = undefined
  }
}

function folderOf(fd: number, device: number, steps: number): Folder {
  let fsType: number | null = null
  return {
    fd,
    device,
    steps,
    fsType: () => {
      fsType ??= fsTypeOf(fd)
      return fsType
    },
  }
}

function close(folder: Folder | Unreachable): void {
  if ('fd' in folder) closeSync(folder.fd)
}
