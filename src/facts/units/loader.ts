import {type Missing, missing} from '../../model/missing.js'
import {dropInsOf} from '../systemd/drop-ins.js'
import {basename, dirname, type FileTree, type ReadFile} from '../systemd/file-tree.js'
import {type LoadPath, Places} from '../systemd/load-path.js'
import {type Assignment, parseUnitFile, type UnitFile} from '../systemd/unit-file.js'
import {isTemplate, unitNameKind, unitTypeOf} from '../systemd/unit-name.js'
import type {Unit} from '../units.js'
import {linkedNames} from './dependency-links.js'
import {type FoundFragment, mayAlias, mayTemplate, NameMap} from './name-map.js'

/** What the files of a unit say; not yet whether it is enabled, and what starts it. */
export type LoadedUnit = Omit<Unit, 'unitFileState' | 'pulledInBy' | 'sysv'>

/** Types that need no file (unit_load_fragment_and_dropin() with `fragment_required` false). */
const WITHOUT_FILE = new Set(['slice', 'device'])

/** Since then systemd looks for no drop-ins of a masked unit. They never had an effect. */
const MASK_ENDS_LOADING = 257

/** Loads units from files as systemd does (unit_load_fragment() and unit_load_dropin() of src/core). */
export class UnitLoader {
  readonly tree: FileTree
  readonly loadPath: LoadPath
  readonly version: number | null
  readonly names: NameMap
  readonly places: Places
  readonly #units = new Map<string, LoadedUnit>()
  readonly #parsed = new Map<string, UnitFile>()

  constructor(tree: FileTree, loadPath: LoadPath, version: number | null) {
    this.tree = tree
    this.loadPath = loadPath
    this.version = version
    this.names = new NameMap(tree, loadPath, version)
    this.places = new Places(tree, loadPath)
  }

  /** A unit under any of its names. `not-found` for a name of which there is no file, null for what is no name. */
  load(name: string): LoadedUnit | null {
    if (unitNameKind(name) === null) return null
    const found = this.#find(name)
    const id = found?.id ?? name
    let unit = this.#units.get(id)
    if (!unit) {
      // A linked unit may have taken the name of another, which then is the one that counts.
      unit = found ? this.#loadFound(this.#find(id) ?? found) : this.#withoutFile(id)
      this.#units.set(id, unit)
    }
    return unit
  }

  /** All names that stand in the load path, that a `.wants` folder or its like names, or that have such folders. */
  knownNames(): Set<string> {
    const known = new Set([...this.names.names(), ...linkedNames(this)])
    for (const folder of this.tree.folders()) {
      const name = /^(.+)\.(?:d|wants|requires|upholds)$/.exec(basename(folder))?.[1] ?? ''
      // Drop-ins of `foo-.service` are for all units whose names begin so.
      const isPrefix = /-@?\.[a-z]+$/.test(name)
      if (!isPrefix && unitNameKind(name) !== null && this.loadPath.roots.includes(dirname(folder))) known.add(name)
    }
    return known
  }

  /** Has systemd run generators on this host since it was booted? */
  hasGenerated(): boolean {
    return this.loadPath.roots.some(
      (root) => root.startsWith('/run/systemd/generator') && this.tree.list(root).length > 0,
    )
  }

  parse({path, text, invalidUtf8}: ReadFile): UnitFile {
    let file = this.#parsed.get(path)
    if (!file) {
      file = parseUnitFile(path, text, {version: this.version ?? undefined, invalidUtf8})
      this.#parsed.set(path, file)
    }
    return file
  }

  /** A link that leads nowhere gives a unit no other name. */
  #find(name: string): FoundFragment | null {
    const found = this.names.find(name)
    return found && found.id !== name && this.tree.read(found.path) === null ? {...found, id: name} : found
  }

  #loadFound(found: FoundFragment): LoadedUnit {
    const {id, path} = found
    const content = this.tree.read(path)
    // It is as if the file was not there, also to what needs none.
    if (content === null) return this.#base(id)
    const aliases = [...this.names.namesOf(found)].filter((name) => name !== id).sort()
    const template = unitNameKind(id) === 'instance' && isTemplate(basename(path)) ? basename(path) : null
    const base = {
      ...this.#base(id),
      aliases,
      template,
      fragmentPath: path,
      linkedTo: this.#linkedTo(path),
      otherFragments: this.places.of(id).filter((each) => each !== path),
    }
    const dropIns = this.#dropInsOf(id, aliases)
    if (!('status' in content) && content.text === '') {
      const {paths, unread} = dropIns
      const looks = this.version !== null && this.version < MASK_ENDS_LOADING
      return {...base, loadState: 'masked', ...(looks ? {dropInPaths: paths, unread} : {})}
    }
    const main = 'status' in content ? null : this.parse(content)
    const loadError = refusal(id, path, main, aliases)
    return {
      ...base,
      loadState: loadError === null ? 'loaded' : 'refused',
      loadError,
      dropInPaths: loadError === null ? dropIns.paths : [],
      // Of a file that is refused they stand before the broken line: one of them may be refused first.
      assignments: [...(main?.assignments ?? []), ...(loadError === null ? dropIns.assignments : [])],
      unread: [...('status' in content ? [content] : []), ...dropIns.unread],
    }
  }

  #withoutFile(id: string): LoadedUnit {
    const base = this.#base(id)
    if (!WITHOUT_FILE.has(base.type)) return base
    const dropIns = this.#dropInsOf(id, [])
    return {
      ...base,
      loadState: 'loaded',
      dropInPaths: dropIns.paths,
      assignments: dropIns.assignments,
      unread: dropIns.unread,
    }
  }

  #base(id: string): LoadedUnit {
    return {
      name: id,
      // Only valid names are loaded, and those have one of the types.
      type: unitTypeOf(id) as Unit['type'],
      aliases: [],
      isTemplate: isTemplate(id),
      template: null,
      loadState: 'not-found',
      loadError: null,
      fragmentPath: null,
      linkedTo: null,
      otherFragments: this.places.of(id),
      dropInPaths: [],
      assignments: [],
      unread: [],
    }
  }

  #linkedTo(path: string): string | null {
    const entry = this.tree.entry(path)
    if (entry?.type !== 'symlink') return null
    const end = this.tree.follow(path)
    const target = this.tree.target(path, entry.target)
    if (target === '/dev/null') return null
    return end === null || 'status' in end ? target : end.path
  }

  #dropInsOf(
    id: string,
    aliases: readonly string[],
  ): {paths: string[]; assignments: Assignment[]; unread: readonly Missing[]} {
    const {files, unread, paths} = dropInsOf(this.tree, this.places, id, aliases, this.version)
    return {
      paths: paths.map((path) => this.tree.resolved(path)),
      // Of a drop-in that is refused what stands before the broken line counts: nobody looks at the error.
      assignments: files.flatMap((file) => this.parse(file).assignments),
      unread,
    }
  }
}

/** Why systemd takes no unit from a file; null: it does. */
function refusal(id: string, path: string, main: UnitFile | null, aliases: readonly string[]): string | null {
  // Before 251 links out of the load path may give a unit such names.
  const other = aliases.find((alias) => !mayAlias(id) || unitNameKind(alias) !== unitNameKind(id))
  if (other !== undefined) return `${path}: ${id} and ${other} cannot be names of one unit`
  if (unitNameKind(id) !== 'plain' && !mayTemplate(id)) return `${path}: a ${unitTypeOf(id)} cannot have instances`
  return main === null || main.refusedAt === null ? null : `${path}:${main.refusedAt}: broken section header`
}

/** Folders that could not be read: any unit may have had something in there. */
export function unreadFolders(tree: FileTree, {roots}: LoadPath): Missing[] {
  const unread: Missing[] = []
  for (const root of roots) {
    const folders = [
      root,
      ...tree
        .list(root)
        .filter((name) => /\.(wants|requires|upholds)$/.test(name))
        .map((name) => `${root}/${name}`),
    ]
    for (const folder of folders) {
      const entry = tree.entry(folder)
      if (entry?.type === 'unread') unread.push(entry.missing)
    }
  }
  return unread
}

/** What a unit could not be read of, under its name. */
export function gapsOfUnit({name, unread}: LoadedUnit): Missing[] {
  return unread.map(({input, reason, detail}) => missing(input, reason, `${name}: ${detail}`))
}
