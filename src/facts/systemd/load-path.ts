import type {Missing} from '../../model/missing.js'
import {basename, dirname, type FileTree, resolveFrom} from './file-tree.js'
import {templateOf} from './unit-name.js'

/** What the load path holds for one unit name. */
export type Fragment =
  | {readonly kind: 'file'; readonly path: string; readonly text: string}
  | {readonly kind: 'masked'; readonly path: string}
  | {readonly kind: 'alias'; readonly path: string; readonly target: string}
  /** It is there, but what it says is not known. */
  | {readonly kind: 'unread'; readonly path: string; readonly missing: Missing}

/**
 * What decides about a unit name: the first file in load path order, entirely (unit_file_build_name_map() of
 * systemd's src/shared/unit-file.c). An instance falls back to its template. null: no such unit.
 *
 * @param roots the unit load path, highest priority first.
 */
export function findFragment(tree: FileTree, roots: readonly string[], name: string): Fragment | null {
  for (const root of roots) {
    const path = `${root}/${name}`
    const entry = tree.entry(path)
    if (!entry) continue
    if (entry.type === 'symlink') {
      const target = resolveFrom(root, entry.target)
      if (target === '/dev/null') return {kind: 'masked', path}
      if (roots.includes(dirname(target))) {
        // "self-alias, ignoring": the name is looked for further down the load path.
        if (basename(target) === name) continue
        return {kind: 'alias', path, target: basename(target)}
      }
    }
    // A link that leaves the load path is a "linked unit": its content counts, under this name.
    const read = tree.read(path)
    if (read === null) continue
    if ('status' in read) return {kind: 'unread', path, missing: read}
    return read.text === '' ? {kind: 'masked', path} : {kind: 'file', path, text: read.text}
  }
  const template = templateOf(name)
  return template === null ? null : findFragment(tree, roots, template)
}

/** Names of units that stand in the load path or that a `.wants` folder (and its like) of it names. */
export function unitNames(tree: FileTree, roots: readonly string[]): {all: Set<string>; wanted: Set<string>} {
  const all = new Set(roots.flatMap((root) => tree.list(root)))
  const wanted = new Set<string>()
  for (const folder of tree.folders()) {
    if (!roots.includes(dirname(folder)) || !/\.(wants|requires|upholds)$/.test(folder)) continue
    // Only the name of the link counts (process_deps() of src/core/load-dropin.c).
    for (const name of tree.list(folder)) wanted.add(name)
  }
  return {all: new Set([...all, ...wanted]), wanted}
}
