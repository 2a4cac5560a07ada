import {lstatSync, readlinkSync} from 'node:fs'

/** As many as the kernel follows: MAXSYMLINKS, include/linux/namei.h. */
const MAX_LINKS = 40

/**
 * Tells of a path whether it lies on, or leads through, a fragile mount - without touching any: each
 * component is held against the mount points before it is looked at.
 */
export class FragilePaths {
  readonly #mountPoints: ReadonlySet<string>
  /** Path of a component -> where it leads if it is a link. */
  readonly #links = new Map<string, string | null>()

  constructor(mountPoints: ReadonlySet<string>) {
    this.#mountPoints = mountPoints
  }

  /** An absolute path. One that does not exist is not fragile: looking for it does no harm. */
  has(path: string): boolean {
    if (this.#mountPoints.size === 0) return false
    if (this.#mountPoints.has('/')) return true
    const todo = components(path)
    let current = ''
    let links = 0
    for (let name = todo.shift(); name !== undefined; name = todo.shift()) {
      if (name === '..') {
        current = current.slice(0, Math.max(0, current.lastIndexOf('/')))
        continue
      }
      const next = `${current}/${name}`
      if (this.#mountPoints.has(next)) return true
      const target = this.#target(next)
      if (target === null) {
        current = next
        continue
      }
      links += 1
      if (links > MAX_LINKS) return false
      todo.unshift(...components(target))
      if (target.startsWith('/')) current = ''
    }
    return false
  }

  #target(path: string): string | null {
    let target = this.#links.get(path)
    if (target === undefined) {
      target = readTarget(path)
      this.#links.set(path, target)
    }
    return target
  }
}

function readTarget(path: string): string | null {
  try {
    return lstatSync(path, {throwIfNoEntry: false})?.isSymbolicLink() ? readlinkSync(path) : null
  } catch {
    // Whatever it is, opening the path will say so.
    return null
  }
}

function components(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.')
}
