import type {Missing} from '../../model/missing.js'
import type {FileTree, ReadFile} from './file-tree.js'
import type {Places} from './load-path.js'
import {parseUnitName, unitName, unitTypeOf} from './unit-name.js'

export interface DropIns {
  /** In the order in which systemd parses them, after the main file. */
  readonly files: readonly ReadFile[]
  readonly unread: readonly Missing[]
  /** Of all of them in order: also masks, links that lead nowhere and what could not be read. */
  readonly paths: readonly string[]
}

const NONE: DropIns = {files: [], unread: [], paths: []}

/** Since when systemd knows drop-ins for all units with a prefix, and for all of a type. */
const PREFIX_VERSION = 239
const TYPE_VERSION = 244

/**
 * Drop-ins of a unit, as unit_file_find_dropin_paths() of systemd's src/shared/dropin.c finds them.
 *
 * @param version major version of systemd; null counts as a new one.
 */
export function dropInsOf(
  tree: FileTree,
  places: Places,
  name: string,
  aliases: readonly string[],
  version: number | null = null,
): DropIns {
  const named = [name, ...aliases].flatMap((each) =>
    places.ofAll(dropInNames(each, version, places.isPrefix).map((stem) => `${stem}.d`)),
  )
  const typed = version !== null && version < TYPE_VERSION ? [] : places.of(`${unitTypeOf(name)}.d`)
  return filesByName(tree, [...named, ...typed], {version})
}

/**
 * `*.conf` of some folders: the first folder that has a file name wins it, and the file names decide the order
 * in which what is left is parsed (conf_files_list_strv() of src/basic/conf-files.c).
 */
export function filesByName(
  tree: FileTree,
  folders: readonly string[],
  {suffix = '.conf', version = null}: {readonly suffix?: string; readonly version?: number | null} = {},
): DropIns {
  if (folders.length === 0) return NONE
  const winners = new Map<string, string>()
  const unread: Missing[] = []
  for (const folder of folders) {
    const entry = tree.entry(folder)
    if (entry?.type === 'unread') unread.push(entry.missing)
    for (const file of tree.list(folder)) {
      // hidden_or_backup_file() of src/basic/path-util.c
      if (!file.endsWith(suffix) || file.startsWith('.') || winners.has(file)) continue
      const path = `${folder}/${file}`
      if (!isSkipped(tree, path, version)) winners.set(file, path)
    }
  }
  const files: ReadFile[] = []
  const paths = [...winners].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path)
  for (const path of paths) {
    const read = tree.read(path)
    if (read === null) continue
    if ('status' in read) unread.push(read)
    else files.push(read)
  }
  return {files, unread, paths}
}

/** Since version 258 what leads back to itself does not hide a file of the same name further down. */
export function isSkipped(tree: FileTree, path: string, version: number | null): boolean {
  return (version === null || version >= 258) && tree.loops(path)
}

/**
 * Whose `.d` folders count: the unit, its template, then each prefix `foo-bar-`, `foo-` (unit_file_find_dirs()).
 *
 * @param isPrefix spares names that nothing has; null: nothing has any.
 */
export function dropInNames(
  name: string,
  version: number | null = null,
  isPrefix: ((prefix: string) => boolean) | null = () => true,
): readonly string[] {
  const parsed = parseUnitName(name)
  if (!parsed) return [name]
  const {instance, type} = parsed
  const counts = isPrefix !== null && (version === null || version >= PREFIX_VERSION)
  const prefixes = counts ? shorterPrefixes(parsed.prefix).filter(isPrefix) : []
  const plain = prefixes.map((prefix) => unitName({prefix, instance: null, type}))
  if (!instance) return [name, ...plain]
  // Prefixes of the template `a-b@.service` are `a-.service`, those of an instance keep it: `a-@x.service`.
  const both = (prefix: string) => [unitName({prefix, instance, type}), unitName({prefix, instance: '', type})]
  return [...both(parsed.prefix), ...plain, ...prefixes.flatMap(both)]
}

/** `a-b-c` -> `a-b-`, `a-` */
function shorterPrefixes(prefix: string): string[] {
  const shorter: string[] = []
  let stem = prefix
  for (;;) {
    // A trailing dash is left from the step before: the next prefix is the one that ends before it.
    const dash = (stem.endsWith('-') ? stem.slice(0, -1) : stem).lastIndexOf('-')
    if (dash <= 0) return shorter
    stem = stem.slice(0, dash + 1)
    shorter.push(stem)
  }
}
