import {lstatSync, readlinkSync} from 'node:fs'

/** As many as the kernel follows: MAXSYMLINKS, include/linux/namei.h. */
const MAX_LINKS = 40

/** How far a path has been followed: to the folder `current`, unless it comes to a mount point. */
interface Way {
  readonly current: string
  readonly links: number
  readonly mountPoint: string | null
}

const START: Way = {current: '', links: 0, mountPoint: null}

/**
 * Tells of a path whether it lies on, or leads through, a fragile mount - without touching any: each
 * component is held against the mount points before it is looked at.
 */
export class FragilePaths {
  readonly #mountPoints: ReadonlySet<string>
  readonly #root: string
  /** Path of a component -> where it leads if it is a link. */
  readonly #links = new Map<string, string | null>()
  /** Folder as it was named, with a slash at its end -> where it leads to. */
  readonly #folders = new Map<string, Way>()

  /** @param root folder that paths and mount points are meant from, with no link in its own path */
  constructor(mountPoints: ReadonlySet<string>, root = '') {
    this.#mountPoints = mountPoints
    this.#root = root
  }

  /** An absolute path. One that does not exist is not fragile: looking for it does no harm. */
  has(path: string): boolean {
    return this.mountPointOf(path) !== null
  }

  /** The first of the mount points that the path leads to or through. */
  mountPointOf(path: string): string | null {
    if (this.#mountPoints.size === 0) return null
    if (this.#mountPoints.has('/')) return '/'
    const end = path.lastIndexOf('/') + 1
    return this.#follow(path.slice(end), this.#folder(path.slice(0, end))).mountPoint
  }

  #folder(path: string): Way {
    let way = this.#folders.get(path)
    if (!way) {
      way = this.#follow(path, START)
      this.#folders.set(path, way)
    }
    return way
  }

  /** Goes on from where a way has come to. */
  #follow(path: string, way: Way): Way {
    if (way.mountPoint !== null || way.links > MAX_LINKS) return way
    const todo = components(path)
    let {current, links} = way
    for (let name = todo.shift(); name !== undefined; name = todo.shift()) {
      if (name === '..') {
        current = current.slice(0, Math.max(0, current.lastIndexOf('/')))
        continue
      }
      const next = `${current}/${name}`
      if (this.#mountPoints.has(next)) return {current, links, mountPoint: next}
      const target = this.#target(next)
      if (target === null) {
        current = next
        continue
      }
      links += 1
      if (links > MAX_LINKS) break
      todo.unshift(...components(target))
      if (target.startsWith('/')) current = ''
    }
    return {current, links, mountPoint: null}
  }

  #target(path: string): string | null {
    let target = this.#links.get(path)
    if (target === undefined) {
      target = readTarget(`${this.#root}${path}`)
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
