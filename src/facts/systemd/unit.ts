import {type Missing, missing} from '../../model/missing.js'
import type {Origin, Setting} from '../services.js'
import {dropInsOf} from './drop-ins.js'
import type {FileTree} from './file-tree.js'
import {type Fragment, findFragment} from './load-path.js'
import {type Assignment, parseUnitFile} from './unit-file.js'

/** A unit as systemd would load it: its file, then its drop-ins. */
export interface LoadedUnit {
  readonly name: string
  readonly fragmentPath: string
  readonly masked: boolean
  readonly assignments: readonly Assignment[]
  /** Parts that could not be read: no setting of the unit is certain then. */
  readonly unread: readonly Missing[]
}

/**
 * Loads one unit under its real name.
 *
 * @param aliases other names of it; their drop-ins count too.
 * @returns null: there is no such unit, or the name is an alias.
 */
export function loadUnit(
  tree: FileTree,
  roots: readonly string[],
  name: string,
  aliases: readonly string[],
): LoadedUnit | null {
  const fragment = findFragment(tree, roots, name)
  if (fragment === null || fragment.kind === 'alias') return null
  const {path} = fragment
  if (fragment.kind === 'masked') return {name, fragmentPath: path, masked: true, assignments: [], unread: []}
  const dropIns = dropInsOf(tree, roots, name, aliases)
  const files = [...mainFile(fragment), ...dropIns.files].map((file) => parseUnitFile(file.path, file.text))
  const refused = files.filter((file) => file.refusedAt !== null)
  return {
    name,
    fragmentPath: path,
    masked: false,
    assignments: files.flatMap((file) => file.assignments),
    unread: [
      ...(fragment.kind === 'unread' ? [fragment.missing] : []),
      ...dropIns.unread,
      ...refused.map((file) =>
        missing('systemd-units', 'invalid', `${file.path}:${file.refusedAt}: broken section header`),
      ),
    ],
  }
}

function mainFile(fragment: Fragment): {path: string; text: string}[] {
  return fragment.kind === 'file' ? [fragment] : []
}

/** The last assignment of a key that `parse` accepts decides; `undefined` from `parse`: systemd ignores it. */
export function lastSetting<T>(
  assignments: readonly Assignment[],
  section: string,
  key: string,
  parse: (value: string) => T | undefined,
): Setting<T> | null {
  let setting: Setting<T> | null = null
  for (const assignment of assignments) {
    if (assignment.section !== section || assignment.key !== key) continue
    const value = parse(assignment.value)
    if (value !== undefined) setting = {value, origin: originOf(assignment)}
  }
  return setting
}

export function originOf({path, line, text}: Assignment): Origin {
  return {path, line, text}
}
