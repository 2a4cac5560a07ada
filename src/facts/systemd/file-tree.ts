import {type Missing, missing} from '../../model/missing.js'
import type {Tree, TreeEntry} from '../../sources/collected.js'

export interface ReadFile {
  readonly path: string
  readonly text: string
  /** The text has U+FFFD where the file has bytes that are no UTF-8. */
  readonly invalidUtf8?: true
}

export interface FileTreeOptions {
  /** Files that links of the tree lead to, read by name. */
  readonly named?: Tree | undefined
  /** Paths that would have an entry if they were there. */
  readonly covers?: (path: string) => boolean
  /** The one name under which the tree has a file that has several, without following it itself. */
  readonly canonical?: (path: string) => string
  /** Its name with links to folders on the way resolved. */
  readonly resolved?: (path: string) => string
}

const MAX_LINKS = 40

/** The files of one tree input by folder and name; links are followed inside of it. */
export class FileTree {
  readonly #input: string
  readonly #byPath = new Map<string, TreeEntry>()
  readonly #children = new Map<string, string[]>()
  readonly #followed = new Map<string, ReadFile | Missing | null>()
  readonly #named: ReadonlyMap<string, TreeEntry>
  readonly #covers: (path: string) => boolean
  readonly #canonical: (path: string) => string
  readonly #resolved: (path: string) => string

  /** @param input name of the raw input, for what turns out to be missing. */
  constructor(tree: Tree, input: string, options: FileTreeOptions = {}) {
    for (const entry of tree.entries) {
      const folder = dirname(entry.path)
      const name = basename(entry.path)
      this.#byPath.set(entry.path, entry)
      const siblings = this.#children.get(folder)
      if (siblings) siblings.push(name)
      else this.#children.set(folder, [name])
    }
    for (const siblings of this.#children.values()) siblings.sort()
    this.#input = input
    this.#named = new Map(options.named?.entries.map((entry) => [entry.path, entry]))
    this.#covers = options.covers ?? (() => false)
    this.#canonical = options.canonical ?? ((path) => path)
    this.#resolved = options.resolved ?? ((path) => path)
  }

  /** Folders that hold something. */
  folders(): Iterable<string> {
    return this.#children.keys()
  }

  /** Names in a folder, in code unit order. */
  list(folder: string): readonly string[] {
    return this.#children.get(folder) ?? []
  }

  entry(path: string): TreeEntry | undefined {
    return this.#byPath.get(path)
  }

  /** Also of files read by name. null: it is not there; undefined: nobody looked. */
  lookup(path: string): TreeEntry | null | undefined {
    const entry = this.#byPath.get(path) ?? this.#named.get(path)
    if (entry) return entry.type === 'absent' ? null : entry
    return this.#covers(path) ? null : undefined
  }

  /** Something outside of what was collected. */
  unread(what: string): Missing {
    return missing(this.#input, 'not-collected', `${what}, which was not read`)
  }

  /** Where a link leads, one hop. */
  target(path: string, link: string): string {
    return this.#canonical(resolveFrom(dirname(this.resolved(path)), link))
  }

  /** The path with the folder's own name, where that is a link. */
  resolved(path: string): string {
    const folder = dirname(path)
    const entry = this.#byPath.get(folder)
    const real = entry?.type === 'symlink' ? resolveFrom(dirname(this.#resolved(folder)), entry.target) : folder
    return this.#resolved(`${real}/${basename(path)}`)
  }

  /**
   * A file's text; empty for a link to /dev/null. null when it is not there, or a link of it leads nowhere. A link
   * that leaves what was collected is missing: nobody read its target.
   */
  read(path: string): ReadFile | Missing | null {
    const followed = this.follow(path)
    if (followed === null || 'status' in followed) return followed
    return {...followed, path}
  }

  /** Like `read`, but under the path at which the links end. */
  follow(path: string): ReadFile | Missing | null {
    let followed = this.#followed.get(path)
    if (followed === undefined) {
      followed = this.#followAnew(path)
      this.#followed.set(path, followed)
    }
    return followed
  }

  #followAnew(path: string): ReadFile | Missing | null {
    let current = path
    for (let hops = 0; hops < MAX_LINKS; hops++) {
      if (current === '/dev/null') return {path: current, text: ''}
      const entry = this.lookup(current)
      if (entry === null || (!entry && current === path)) return null
      if (!entry) return this.unread(`${path} leads to ${current}`)
      if (entry.type === 'unread') return entry.missing
      if (entry.type === 'file') {
        return {path: current, text: entry.text, ...(entry.invalidUtf8 ? {invalidUtf8: true} : {})}
      }
      if (entry.type !== 'symlink') return this.unread(`${path} is ${entry.type}`)
      // Of a link in a folder that is a link itself only what was read by name tells where it leads.
      const named = this.#named.get(current)
      current = this.target(current, named?.type === 'symlink' ? named.target : entry.target)
    }
    return null
  }

  /** A link that leads back to itself. */
  loops(path: string): boolean {
    if (this.#byPath.get(path)?.type !== 'symlink' || this.follow(path) !== null) return false
    let current = path
    for (let hops = 0; hops < MAX_LINKS; hops++) {
      const entry = this.lookup(current)
      if (entry?.type !== 'symlink') return false
      current = this.target(current, entry.target)
    }
    return true
  }
}

/** Resolves a link's target lexically, as readlink(2) gave it, from the folder the link is in. */
export function resolveFrom(folder: string, target: string): string {
  const parts: string[] = []
  for (const part of (target.startsWith('/') ? target : `${folder}/${target}`).split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

export function basename(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

export function dirname(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/'
}
