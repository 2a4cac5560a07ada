import type {Missing} from '../../model/missing.js'
import type {FileTree, ReadFile} from './file-tree.js'
import {parseUnitName, templateOf, unitName} from './unit-name.js'

export interface DropIns {
  /** In the order in which systemd parses them, after the main file. */
  readonly files: readonly ReadFile[]
  readonly unread: readonly Missing[]
}

/**
 * Drop-ins of a unit, as unit_file_find_dropin_paths() of systemd's src/shared/dropin.c finds them.
 *
 * @param roots the unit load path, highest priority first.
 */
export function dropInsOf(tree: FileTree, roots: readonly string[], name: string, aliases: readonly string[]): DropIns {
  const type = parseUnitName(name)?.type
  const named = [name, ...aliases].flatMap((each) => {
    const folders = dropInNames(each).filter((folder) => tree.mayHoldFolder(`${folder}.d`))
    return roots.flatMap((root) => folders.map((folder) => `${root}/${folder}.d`))
  })
  // Drop-ins for all units of a type, since version 244, come last.
  return filesByName(tree, [...named, ...roots.map((root) => `${root}/${type}.d`)])
}

/**
 * `*.conf` of some folders: the first folder that has a file name wins it, and the file names decide the order
 * in which what is left is parsed (conf_files_list_strv() of src/basic/conf-files.c).
 */
export function filesByName(tree: FileTree, folders: readonly string[]): DropIns {
  const winners = new Map<string, string>()
  const unread: Missing[] = []
  for (const folder of folders) {
    const entry = tree.entry(folder)
    if (entry?.type === 'unread') unread.push(entry.missing)
    for (const file of tree.list(folder)) {
      if (file.endsWith('.conf') && !winners.has(file)) winners.set(file, `${folder}/${file}`)
    }
  }
  const files: ReadFile[] = []
  for (const [, path] of [...winners].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const read = tree.read(path)
    if (read === null) continue
    if ('status' in read) unread.push(read)
    else files.push(read)
  }
  return {files, unread}
}

/** Whose `.d` folders count: the unit, its template, then each prefix `foo-bar-`, `foo-` (unit_file_find_dirs()). */
export function dropInNames(name: string): readonly string[] {
  const names = [name]
  const template = templateOf(name)
  if (template !== null) names.push(...dropInNames(template))
  const shorter = shorterPrefix(name)
  if (shorter !== null) names.push(...dropInNames(shorter))
  return [...new Set(names)]
}

function shorterPrefix(name: string): string | null {
  const parsed = parseUnitName(name)
  if (!parsed) return null
  // A trailing dash is left from the step before: the next prefix is the one that ends before it.
  const stem = parsed.prefix.endsWith('-') ? parsed.prefix.slice(0, -1) : parsed.prefix
  const dash = stem.lastIndexOf('-')
  if (dash <= 0) return null
  // A prefix of the template `a-b@.service` is `a-.service`, not `a-@.service`.
  return unitName({...parsed, instance: parsed.instance || null, prefix: stem.slice(0, dash + 1)})
}
