import {closeSync, constants, fstatSync, openSync, readlinkSync, type Stats} from 'node:fs'
import {fsTypeOf, type Opened} from './look.js'
import {errorCode, failureOf, O_PATH, type ReadFailure} from './read-regular.js'

/** As many as the kernel follows: MAXSYMLINKS, include/linux/namei.h. */
const MAX_LINKS = 40
const MAX_COMPONENTS = 1000

/** What a path led to, opened with O_PATH for as long as it is being used. */
export interface Place extends Opened {
  /** Components on the way, those of links included. */
  readonly steps: number
}

/**
 * Opens `path` below `rootDir` with O_PATH, hands the descriptor on, and closes it.
 *
 * Works like openat(2) with RESOLVE_IN_ROOT, which Node does not offer: every component is opened
 * with O_PATH | O_NOFOLLOW below the descriptor of the one before it, links are resolved by hand.
 */
export function walk<T>(
  rootDir: string,
  path: string,
  followLast: boolean,
  use: (place: Place) => T | ReadFailure,
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
      if (name === undefined) return use(placeOf(current, fstatSync(current), below(current, '.'), steps))
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
      if (todo.length === 0) return use(placeOf(found, stats, below(current, name), steps))
      if (!stats.isDirectory()) return {reason: 'absent', detail: `${path}: ENOTDIR`}
      folders.push(found)
      found = undefined
    }
  } catch (error) {
    return failureAt(error, path)
  } finally {
    closeAll([...folders, found])
  }
}

function placeOf(fd: number, stats: Stats, link: string, steps: number): Place {
  return {fd, stats, steps, readlink: () => readlinkSync(link), fsType: () => fsTypeOf(fd)}
}

export function failureAt(error: unknown, path: string): ReadFailure {
  // Names with a NUL byte cannot exist; Node says so without asking the kernel.
  if (errorCode(error) === 'ERR_INVALID_ARG_VALUE') return {reason: 'absent', detail: `${path}: not a file name`}
  return failureOf(error, path)
}

/** Node has no openat(2); the link of a descriptor in /proc leads to the same place. */
export function below(fd: number, name: string): string {
  return `/proc/self/fd/${fd}/${name}`
}

function closeAll(fds: readonly (number | undefined)[]): void {
  for (const fd of fds) if (fd !== undefined) closeSync(fd)
}

/** `x/` is `x/.`, path_resolution(7): x must be a folder. */
function components(path: string): string[] {
  return `${path}${path.endsWith('/') ? '.' : ''}`.split('/').filter((name) => name !== '')
}
