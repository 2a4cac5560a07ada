import {closeSync, constants, fstatSync, openSync, readFileSync, readlinkSync, type Stats} from 'node:fs'
import {failureOf, O_PATH, type ReadFailure} from '../../read-regular.js'
import {fragileMountPoints, parseMountInfo} from '../mounts.js'

/** As many as the kernel follows: MAXSYMLINKS, include/linux/namei.h. */
const MAX_LINKS = 40
const MAX_COMPONENTS = 1000

/** An inode held by an O_PATH descriptor: what it is cannot change any more. `close` it. */
export interface Pinned {
  /** A path that leads to this inode, whatever becomes of its name. */
  readonly path: string
  readonly stats: Stats
  close(): void
}

/**
 * Finds host paths that others may control (a socket below /run/user, the source of a bind mount)
 * without ever waiting for a file system that answers over a network or from user space: whoever owns
 * a folder can mount one there, or put a link to one, at any moment. So every component is opened
 * below the one before it, and its mount is checked before the inode is asked anything.
 */
export class PathPinner {
  readonly #fragile: ReadonlySet<string>
  readonly #safeMounts: ReadonlySet<string>

  /** @param mountInfo text of /proc/self/mountinfo */
  constructor(mountInfo: string) {
    const fragile = fragileMountPoints(parseMountInfo(mountInfo))
    this.#fragile = fragile
    this.#safeMounts = new Set(
      mountInfo
        .split('\n')
        .filter((line) => fragileMountPoints(parseMountInfo(line)).size === 0)
        .map((line) => line.slice(0, line.indexOf(' '))),
    )
  }

  pin(path: string): Pinned | ReadFailure {
    let shown = ''
    let current = openSync('/', O_PATH)
    const todo = components(path)
    let links = 0
    try {
      for (let steps = 0; todo.length > 0; steps++) {
        const name = todo.shift() ?? '.'
        const next = name === '..' ? shown.slice(0, Math.max(0, shown.lastIndexOf('/'))) : `${shown}/${name}`
        if (steps > MAX_COMPONENTS) return {reason: 'invalid', detail: `${path}: ENAMETOOLONG`}
        if (this.#fragile.has(next)) return unsafe(path, next)
        const fd = openSync(`/proc/self/fd/${current}/${name}`, O_PATH | constants.O_NOFOLLOW)
        if (!this.#isSafe(fd)) {
          closeSync(fd)
          return unsafe(path, next)
        }
        if (!fstatSync(fd).isSymbolicLink()) {
          closeSync(current)
          current = fd
          shown = next
          continue
        }
        closeSync(fd)
        links += 1
        if (links > MAX_LINKS) return {reason: 'invalid', detail: `${path}: ELOOP`}
        const target = readlinkSync(`/proc/self/fd/${current}/${name}`)
        todo.unshift(...components(target))
        if (target.startsWith('/')) {
          closeSync(current)
          current = openSync('/', O_PATH)
          shown = ''
        }
      }
      const fd = current
      current = -1
      return {path: `/proc/self/fd/${fd}`, stats: fstatSync(fd), close: () => closeSync(fd)}
    } catch (error) {
      return failureOf(error, path)
    } finally {
      if (current >= 0) closeSync(current)
    }
  }

  /** A mount that appeared after we looked is not safe either. */
  #isSafe(fd: number): boolean {
    const id = /^mnt_id:\t(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))?.[1]
    return id !== undefined && this.#safeMounts.has(id)
  }
}

function unsafe(path: string, at: string): ReadFailure {
  const where = at === path ? '' : ` (at ${at})`
  return {reason: 'unsupported', detail: `${path} lies on a file system that may not answer${where}`}
}

function components(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.')
}
