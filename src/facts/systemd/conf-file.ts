import type {Missing} from '../../model/missing.js'
import type {Tree} from '../../sources/collected.js'
import {filesByName} from './drop-ins.js'
import {FileTree} from './file-tree.js'
import {type Assignment, parseUnitFile} from './unit-file.js'

/** Folders of systemd's own configuration, highest priority first (CONF_PATHS() of src/basic/constants.h). */
export const configFolders = [
  '/etc/systemd',
  '/run/systemd',
  '/usr/local/lib/systemd',
  '/usr/lib/systemd',
  '/lib/systemd',
] as const

export interface ConfigFile {
  /** In the order in which they take effect: the last one of a key decides. */
  readonly assignments: readonly Assignment[]
  readonly unread: readonly Missing[]
}

/**
 * `system.conf`, `logind.conf` and their like with their drop-ins (systemd-system.conf(5)): the first main file,
 * then the drop-ins of all folders in the order of their names.
 *
 * @param input name of the raw input the tree is.
 */
export function readConfigFile(tree: Tree, input: string, name: string): ConfigFile {
  const files = new FileTree(tree, input)
  const unread: Missing[] = []
  const assignments: Assignment[] = []
  for (const folder of configFolders) {
    const entry = files.entry(folder)
    if (entry?.type === 'unread') unread.push(entry.missing)
    const main = files.read(`${folder}/${name}`)
    if (main === null) continue
    if ('status' in main) unread.push(main)
    else assignments.push(...parseUnitFile(main.path, main.text).assignments)
    break
  }
  const dropIns = filesByName(
    files,
    configFolders.map((folder) => `${folder}/${name}.d`),
  )
  for (const {path, text} of dropIns.files) assignments.push(...parseUnitFile(path, text).assignments)
  return {assignments, unread: [...unread, ...dropIns.unread]}
}
