import {type Missing, missing} from '../../model/missing.js'
import type {Tree, TreeEntry} from '../../sources/collected.js'

export interface ReadFile {
  readonly path: string
  readonly text: string
}

/** The files of one tree input by folder and name; links are followed inside of it. */
export class FileTree {
  readonly #input: string
  readonly #byPath: ReadonlyMap<string, TreeEntry>
  readonly #children: ReadonlyMap<string, readonly string[]>
  readonly #names: ReadonlySet<string>

  /** @param input name of the raw input, for what turns out to be missing. */
  constructor(tree: Tree, input: string) {
    const byPath = new Map<string, TreeEntry>()
    const children = new Map<string, string[]>()
    for (const entry of tree.entries) {
      byPath.set(entry.path, entry)
      const folder = dirname(entry.path)
      const siblings = children.get(folder)
      if (siblings) siblings.push(basename(entry.path))
      else children.set(folder, [basename(entry.path)])
    }
    for (const siblings of children.values()) siblings.sort()
    this.#input = input
    this.#byPath = byPath
    this.#children = children
    this.#names = new Set([...byPath.keys(), ...children.keys()].map(basename))
  }

  /** Is there anything of this name, in whatever folder? Spares looking into each one. */
  mayHoldFolder(name: string): boolean {
    return this.#names.has(name)
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

  /** Something outside of what was collected. */
  unread(what: string): Missing {
    return missing(this.#input, 'not-collected', `${what}, which was not read`)
  }

  /**
   * A file's text; empty for a link to /dev/null. null when it is not there. A link that leaves what was
   * collected is missing: nobody read its target.
   */
  read(path: string): ReadFile | Missing | null {
    let current = path
    for (let hops = 0; hops < 40; hops++) {
      const entry = this.#byPath.get(current)
      if (!entry) {
        if (current === path) return null
        return this.unread(`${path} leads to ${current}`)
      }
      if (entry.type === 'unread') return entry.missing
      if (entry.type === 'file') return {path, text: entry.text}
      if (entry.type !== 'symlink') return this.unread(`${path} is ${entry.type}`)
      const target = resolveFrom(dirname(current), entry.target)
      if (target === '/dev/null') return {path, text: ''}
      current = target
    }
    return missing(this.#input, 'invalid', `${path}: too many links`)
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
