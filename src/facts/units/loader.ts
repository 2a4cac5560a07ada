import {type Missing, missing} from '../../model/missing.js'
import {dropInsOf} from '../systemd/drop-ins.js'
import {basename, dirname, type FileTree, type ReadFile} from '../systemd/file-tree.js'
import {dependencyFolder, type LoadPath} from '../systemd/load-path.js'
import {type Assignment, parseUnitFile, type UnitFile} from '../systemd/unit-file.js'
import {isTemplate, unitNameKind, unitTypeOf} from '../systemd/unit-name.js'
import type {Unit} from '../units.js'
import {type FoundFragment, NameMap} from './name-map.js'

/** What the files of a unit say; not yet whether it is enabled, and what starts it. */
export type LoadedUnit = Omit<Unit, 'unitFileState' | 'pulledInBy' | 'sysv'>

/** Types that need no file (unit_load_fragment_and_dropin() with `fragment_required` false). */
const WITHOUT_FILE = new Set(['slice', 'device'])

/** Loads units from files as systemd does (unit_load_fragment() and unit_load_dropin() of src/core). */
export class UnitLoader {
  readonly tree: FileTree
  readonly loadPath: LoadPath
  readonly version: number | null
  readonly names: NameMap
  readonly #units = new Map<string, LoadedUnit>()
  readonly #parsed = new Map<string, UnitFile>()

  constructor(tree: FileTree, loadPath: LoadPath, version: number | null) {
    this.tree = tree
    this.loadPath = loadPath
    this.version = version
    this.names = new NameMap(tree, loadPath, version)
  }

  /** A unit under any of its names. `not-found` for a name of which there is no file, null for what is no name. */
  load(name: string): LoadedUnit | null {
    if (unitNameKind(name) === null) return null
    const found = this.names.find(name)
    const id = found?.id ?? name
    let unit = this.#units.get(id)
    if (!unit) {
      unit = found ? this.#loadFound(found) : this.#withoutFile(id)
      this.#units.set(id, unit)
    }
    return unit
  }

  /** All names that stand in the load path, that a `.wants` folder or its like names, or that have drop-ins. */
  knownNames(): Set<string> {
    const known = new Set(this.names.names())
    for (const folder of this.tree.folders()) {
      if (!this.loadPath.roots.includes(dirname(folder))) continue
      const names = dependencyFolder(folder)
        ? this.tree.list(folder)
        : folder.endsWith('.d') && !/-\.[a-z]+\.d$/.test(folder)
          ? [basename(folder).slice(0, -'.d'.length)]
          : []
      for (const name of names) if (unitNameKind(name) !== null) known.add(name)
    }
    return known
  }

  parse({path, text}: ReadFile): UnitFile {
    let file = this.#parsed.get(path)
    if (!file) {
      file = parseUnitFile(path, text, {version: this.version ?? undefined})
      this.#parsed.set(path, file)
    }
    return file
  }

  #loadFound(found: FoundFragment): LoadedUnit {
    const {id, path} = found
    const content = this.tree.read(path)
    if (content === null) return this.#withoutFile(id)
    const aliases = [...this.names.namesOf(found)].filter((name) => name !== id).sort()
    const template = unitNameKind(id) === 'instance' && isTemplate(basename(path)) ? basename(path) : null
    const base = {...this.#base(id), aliases, template, fragmentPath: path, linkedTo: this.#linkedTo(path)}
    const dropIns = this.#dropInsOf(id, aliases)
    if (!('status' in content) && content.text === '') {
      return {...base, loadState: 'masked', dropInPaths: dropIns.paths, unread: dropIns.unread}
    }
    const main = 'status' in content ? null : this.parse(content)
    const refused = main?.refusedAt ?? null
    return {
      ...base,
      loadState: refused === null ? 'loaded' : 'refused',
      loadError: refused === null ? null : `${path}:${refused}: broken section header`,
      dropInPaths: refused === null ? dropIns.paths : [],
      assignments: refused === null ? [...(main?.assignments ?? []), ...dropIns.assignments] : [],
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
      otherFragments: this.#fragmentsOf(id).slice(1),
      dropInPaths: [],
      assignments: [],
      unread: [],
    }
  }

  #fragmentsOf(id: string): string[] {
    return this.loadPath.roots.map((root) => `${root}/${id}`).filter((path) => this.tree.entry(path))
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
    const {files, unread, paths} = dropInsOf(this.tree, this.loadPath.roots, id, aliases, this.version)
    return {
      paths: paths.map((path) => this.#shown(path)),
      // Of a drop-in that is refused what stands before the broken line counts: nobody looks at the error.
      assignments: files.flatMap((file) => this.parse(file).assignments),
      unread,
    }
  }

  /** A folder that is a link has the name of what it leads to. */
  #shown(path: string): string {
    const folder = dirname(path)
    const entry = this.tree.entry(folder)
    if (entry?.type !== 'symlink') return this.loadPath.resolved(path)
    return this.loadPath.resolved(`${this.tree.target(folder, entry.target)}/${basename(path)}`)
  }
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
