import type {TreeEntry} from '../../sources/collected.js'
import {basename, type FileTree} from '../systemd/file-tree.js'
import type {LoadPath} from '../systemd/load-path.js'
import {instanceOf, templateOf, unitNameKind, unitTypeOf, withInstance} from '../systemd/unit-name.js'

/** What a name stands for, as unit_file_find_fragment() of systemd's src/basic/unit-file.c finds it. */
export interface FoundFragment {
  readonly path: string
  /** The unit's real name, after the file. */
  readonly id: string
}

const MAY_ALIAS = new Set(['service', 'socket', 'target', 'device', 'timer', 'path'])
const MAY_TEMPLATE = new Set(['service', 'socket', 'target', 'timer', 'path'])
/** FOLLOW_MAX of unit_ids_map_get(). */
const MAX_HOPS = 8
/** Since then a linked unit is known by its link, and a link to a template gives an instance another name. */
const LINK_NAMES_UNIT = 251
const INSTANCE_ALIASES = 249

export function mayTemplate(name: string): boolean {
  return MAY_TEMPLATE.has(unitTypeOf(name))
}

export function mayAlias(name: string): boolean {
  return MAY_ALIAS.has(unitTypeOf(name))
}

/** Is a link into the load path an alias (unit_validate_alias_symlink_or_warn())? */
export function isAlias(name: string, target: string): boolean {
  const kind = unitNameKind(name)
  const targetKind = unitNameKind(target)
  if (kind === null || targetKind === null || name === target || unitTypeOf(name) !== unitTypeOf(target)) return false
  if (!mayAlias(name) || (kind !== 'plain' && !mayTemplate(name))) return false
  if (kind === 'instance' && targetKind === 'template') return true
  return kind === targetKind && (kind !== 'instance' || instanceOf(name) === instanceOf(target))
}

/** Every name of the load path, and what it leads to (unit_file_build_name_map()). */
export class NameMap {
  readonly #tree: FileTree
  readonly #version: number
  /** Name -> a path of its own, or another name. */
  readonly #targets = new Map<string, string>()
  /** Last part of a fragment's path -> names that lead to it. */
  readonly #names = new Map<string, Set<string>>()

  constructor(tree: FileTree, loadPath: LoadPath, version: number | null) {
    this.#tree = tree
    this.#version = version ?? Number.POSITIVE_INFINITY
    for (const root of loadPath.roots) {
      for (const name of tree.list(root)) {
        if (this.#targets.has(name) || unitNameKind(name) === null) continue
        const path = `${root}/${name}`
        const entry = tree.entry(path)
        const target = entry && this.#targetOf(path, name, entry, loadPath)
        if (target) this.#targets.set(name, target)
      }
    }
    for (const name of this.#targets.keys()) this.#addReverse(name)
  }

  /** Names that stand in the load path. */
  names(): Iterable<string> {
    return this.#targets.keys()
  }

  /** What a name stands for, an instance also through its template; null: no file. */
  find(name: string): FoundFragment | null {
    const kind = unitNameKind(name)
    if (kind === null) return null
    const instance = kind === 'instance' ? instanceOf(name) : null
    const path = this.#resolve(name) ?? (instance === null ? null : this.#resolve(templateOf(name) ?? ''))
    if (path === null) return null
    const last = basename(path)
    const id = instance === null ? last : (withInstance(last, instance, 'template') ?? last)
    return {path, id: this.#takesId(id, last, name) ? id : name}
  }

  /** All names of a unit, given its real one. */
  namesOf({path, id}: FoundFragment): Set<string> {
    const instance = unitNameKind(id) === 'instance' ? instanceOf(id) : null
    const names = new Set<string>([id])
    const last = basename(path)
    if (this.#version >= INSTANCE_ALIASES) this.#addNames(names, id, null, instance)
    if (last !== id || this.#version < INSTANCE_ALIASES) this.#addNames(names, last, last, instance)
    // add_names() adds the template itself, which unit_merge_by_name() fills in, also where that leads elsewhere.
    if (this.#version >= INSTANCE_ALIASES && instance !== null)
      names.add(withInstance(last, instance, 'template') ?? id)
    return names
  }

  /** Does merge_by_names() choose it? A template filled in is no name of a unit if that has a file of its own. */
  #isChosen(id: string, last: string, name: string): boolean {
    const instance = instanceOf(name)
    if (id === last || unitNameKind(name) !== 'instance') return true
    const names = new Set<string>()
    this.#addNames(names, name, null, instance)
    this.#addNames(names, last, last, instance)
    return names.has(id)
  }

  /** Before 251 a linked unit may have a path that is no unit's name, or not its own. */
  #takesId(id: string, last: string, name: string): boolean {
    if (id === name) return true
    if (this.#version >= LINK_NAMES_UNIT) return this.#isChosen(id, last, name)
    if (unitNameKind(id) === null || unitNameKind(id) !== unitNameKind(name)) return false
    const names = this.#names.get(last)
    return (
      this.#version >= INSTANCE_ALIASES || (names?.has(id) ?? false) || (last !== id && (names?.has(last) ?? false))
    )
  }

  #targetOf(path: string, name: string, entry: TreeEntry, loadPath: LoadPath): string | null {
    if (entry.type !== 'symlink') return path
    const target = this.#tree.target(path, entry.target)
    if (loadPath.holds(target)) return isAlias(name, basename(target)) ? basename(target) : null
    return this.#version >= LINK_NAMES_UNIT ? path : target
  }

  #resolve(name: string): string | null {
    let target = this.#targets.get(name)
    for (let hops = 1; target !== undefined && !target.startsWith('/') && hops < MAX_HOPS; hops++) {
      target = this.#targets.get(target) ?? this.#targets.get(templateOf(target) ?? '')
    }
    return target?.startsWith('/') ? target : null
  }

  #addReverse(name: string): void {
    const path = this.#resolve(name)
    if (path === null) return
    const content = this.#tree.read(path)
    // null_or_empty_path(): masks, and what is not there, have no other names.
    if (content === null || (!('status' in content) && content.text === '')) return
    let last = basename(path)
    if (unitNameKind(last) === 'template' && unitNameKind(name) === 'instance') {
      if (this.#version < INSTANCE_ALIASES) return
      last = withInstance(last, instanceOf(name) ?? '') ?? last
    }
    const names = this.#names.get(last)
    if (names) names.add(name)
    else this.#names.set(last, new Set([name]))
  }

  /** add_names(): templates are filled in with the instance, unless that leads elsewhere. */
  #addNames(names: Set<string>, of: string, fragment: string | null, instance: string | null): void {
    for (const alias of this.#names.get(of) ?? []) {
      if (instance === null || unitNameKind(alias) !== 'template') {
        names.add(alias)
        continue
      }
      const filled = withInstance(alias, instance)
      const elsewhere = filled === null ? null : this.#resolve(filled)
      if (elsewhere !== null && fragment !== null && basename(elsewhere) !== fragment) continue
      if (filled !== null) names.add(filled)
    }
  }
}
