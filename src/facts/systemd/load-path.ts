import type {Tree, TreeEntry} from '../../sources/collected.js'
import {unitLoadPath} from '../../sources/specs.js'
import {basename, dirname, type FileTree} from './file-tree.js'

const LIB = '/lib/systemd/system'
const USR_LIB = '/usr/lib/systemd/system'
const FOLDER = /\.(?:d|wants|requires|upholds)$/

/** The folders that systemd looks for units in, and how it takes links into them. */
export interface LoadPath {
  /** Highest priority first, each folder once. */
  readonly roots: readonly string[]
  /** The one name of a path below a folder that is in the load path under two names. */
  canonical(path: string): string
  /** Is it below a folder of the load path (path_startswith_strv())? Then a link to it is an alias. */
  holds(path: string): boolean
  /** Would a file of this path have been collected if it was there? */
  covers(path: string): boolean
  /** How systemd names a path in DropInPaths, links to folders resolved. */
  resolved(path: string): string
}

/**
 * The load path of a version for the folders that a host has. /lib/systemd/system is in it until version 254, before
 * /usr/lib/systemd/system as Debian builds it (SYSTEM_DATA_UNIT_DIR of lookup_paths_init()). Where /lib is a link to
 * /usr/lib both are one folder, and count once.
 */
export function loadPathOf(tree: Tree, version: number | null): LoadPath {
  const {hasLib, hasUsrLib, merged} = vendorFolders(tree)
  const splitBuild = version === null || version < 255
  // One folder under two names: the one under which systemd finds a unit first names it.
  const one = splitBuild && hasLib ? LIB : hasUsrLib || !hasLib ? USR_LIB : LIB
  const other = one === LIB ? USR_LIB : LIB
  const left = merged ? other : splitBuild ? '' : LIB
  const roots = unitLoadPath.filter((root) => root !== left)
  const known = new Set<string>([...roots, ...(merged ? [other] : [])])
  const shown = hasUsrLib || !hasLib ? USR_LIB : LIB
  return {
    roots,
    canonical: (path) => (merged && path.startsWith(`${other}/`) ? one + path.slice(other.length) : path),
    holds: (path) => {
      for (let folder = dirname(path); folder !== '/'; folder = dirname(folder)) if (known.has(folder)) return true
      return false
    },
    covers: (path) => {
      const folder = dirname(path)
      return known.has(folder) || (FOLDER.test(folder) && known.has(dirname(folder)))
    },
    resolved: (path) => (merged && path.startsWith(`${one}/`) ? shown + path.slice(one.length) : path),
  }
}

function vendorFolders(tree: Tree): {hasLib: boolean; hasUsrLib: boolean; merged: boolean} {
  const lib = new Map<string, TreeEntry>()
  const usrLib = new Map<string, TreeEntry>()
  for (const entry of tree.entries) {
    if (entry.path.startsWith(`${LIB}/`)) lib.set(entry.path.slice(LIB.length), entry)
    else if (entry.path.startsWith(`${USR_LIB}/`)) usrLib.set(entry.path.slice(USR_LIB.length), entry)
  }
  const same = lib.size === usrLib.size && [...lib].every(([path, entry]) => isSame(entry, usrLib.get(path)))
  return {hasLib: lib.size > 0, hasUsrLib: usrLib.size > 0, merged: same || lib.size === 0 || usrLib.size === 0}
}

function isSame(a: TreeEntry, b: TreeEntry | undefined): boolean {
  if (a.type === 'file') return b?.type === 'file' && a.text === b.text
  if (a.type === 'symlink') return b?.type === 'symlink' && a.target === b.target
  return a.type === b?.type
}

/** Finds what stands directly in the load path by its name. */
export class Places {
  readonly #byName = new Map<string, string[]>()
  readonly #ranks: ReadonlyMap<string, number>
  readonly #prefixes = new Set<string>()

  constructor(tree: FileTree, {roots}: LoadPath) {
    this.#ranks = new Map(roots.map((root, rank) => [root, rank]))
    const folders = new Map<string, string[]>(roots.map((root) => [root, []]))
    for (const folder of tree.folders()) folders.get(dirname(folder))?.push(basename(folder))
    for (const root of roots) {
      for (const name of new Set([...tree.list(root), ...(folders.get(root) ?? [])])) {
        const paths = this.#byName.get(name)
        if (paths) paths.push(`${root}/${name}`)
        else this.#byName.set(name, [`${root}/${name}`])
        const prefix = /^([^@]*-)(?:@.*)?\.[a-z]+\.(?:d|wants|requires|upholds)$/.exec(name)?.[1]
        if (prefix !== undefined) this.#prefixes.add(prefix)
      }
    }
  }

  /** Are there folders for units whose names begin so, `foo-.service.d`? null: none at all. */
  get isPrefix(): ((prefix: string) => boolean) | null {
    return this.#prefixes.size === 0 ? null : (prefix) => this.#prefixes.has(prefix)
  }

  /** Paths, highest priority first. */
  of(name: string): readonly string[] {
    return this.#byName.get(name) ?? []
  }

  /** Paths of several names, those in one folder of the load path in the order of the names. */
  ofAll(names: readonly string[]): readonly string[] {
    const paths = names.flatMap((name) => this.of(name))
    if (paths.length < 2) return paths
    return paths.sort((a, b) => this.#rankOf(a) - this.#rankOf(b))
  }

  #rankOf(path: string): number {
    return this.#ranks.get(dirname(path)) ?? 0
  }
}

/** `foo.service.wants` -> `foo.service`, wants; null for other folders. */
export function dependencyFolder(folder: string): {unit: string; how: 'wants' | 'requires' | 'upholds'} | null {
  const match = /^(.+)\.(wants|requires|upholds)$/.exec(basename(folder))
  const how = match?.[2]
  if (match?.[1] === undefined) return null
  return how === 'wants' || how === 'requires' || how === 'upholds' ? {unit: match[1], how} : null
}
