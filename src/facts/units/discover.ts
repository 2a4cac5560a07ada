import {filesByName} from '../systemd/drop-ins.js'
import {basename, dirname} from '../systemd/file-tree.js'
import type {Assignment} from '../systemd/unit-file.js'
import {instanceOf, templateOf, unitNameKind, unitTypeOf, withInstance} from '../systemd/unit-name.js'
import {InstallSection} from './install-section.js'
import type {UnitLoader} from './loader.js'
import {isAlias, mayTemplate} from './name-map.js'

/** A unit file that install_info_discover() of systemd's src/shared/install.c ends at. */
export interface Discovered {
  readonly name: string
  /** As systemd writes it: before 251 not simplified. */
  readonly path: string
  readonly masked: boolean
  readonly install: InstallSection
}

/** `absent`: -ENOENT; `bad`: any other error. */
type Failure = 'absent' | 'bad'

interface Looked {
  readonly mode: 'regular' | 'masked' | 'alias' | 'linked'
  /** Where a link leads. */
  readonly target: string
  /** How systemd writes that. */
  readonly written: string
  /** Of each file and drop-in that was read. */
  readonly read: readonly (readonly Assignment[])[]
}

interface Searched extends Looked {
  readonly path: string
}

/** UNIT_FILE_FOLLOW_SYMLINK_MAX */
const MAX_LINKS = 64
/** Since then links out of the load path have a mode of their own. */
const LINKED_MODE = 251
/** Since then `/./` in a path is like `/`. */
const DOTS_COUNT_NOT = 249

/** Finds what `systemctl is-enabled` judges a name by, which is not always what PID 1 loads for it. */
export class Discovery {
  readonly #loader: UnitLoader
  readonly #version: number
  readonly #searched = new Map<string, Searched | Failure>()

  constructor(loader: UnitLoader) {
    this.#loader = loader
    this.#version = loader.version ?? Number.POSITIVE_INFINITY
  }

  /** install_info_traverse() */
  find(start: string): Discovered | Failure {
    let name = start
    let info = this.#search(name)
    for (let links = 1; typeof info === 'object' && (info.mode === 'alias' || info.mode === 'linked'); links++) {
      if (links > MAX_LINKS) return 'bad'
      const last = basename(info.target)
      const instance = unitNameKind(name) === 'instance' ? instanceOf(name) : null
      const filled = instance === null ? null : withInstance(last, instance, 'template')
      const keepsName = info.mode === 'linked' && this.#version >= LINKED_MODE
      if (keepsName || last === name || filled === name) {
        const {written, read} = info
        const looked = this.#look(name, info.target, written)
        info = typeof looked === 'object' ? {...looked, path: written, read: [...read, ...looked.read]} : looked
        continue
      }
      name = filled ?? last
      info = this.#search(name)
      if (info === 'absent') return 'bad'
    }
    if (typeof info !== 'object') return info
    const install = new InstallSection()
    for (const assignments of info.read) install.add(assignments, name, this.#version)
    return {name, path: info.path, masked: info.mode === 'masked', install}
  }

  #search(name: string): Searched | Failure {
    let searched = this.#searched.get(name)
    if (searched === undefined) {
      searched = this.#searchAnew(name)
      this.#searched.set(name, searched)
    }
    return searched
  }

  /** unit_file_search() */
  #searchAnew(name: string): Searched | Failure {
    const {tree, places, version} = this.#loader
    const kind = unitNameKind(name)
    if (kind === null || (kind !== 'plain' && !mayTemplate(name))) return 'bad'
    const template = kind === 'instance' ? templateOf(name) : null
    const names = template === null ? [name] : [name, template]
    const path = names.flatMap((each) => places.of(each)).find((each) => tree.entry(each))
    if (path === undefined) return 'absent'
    const looked = this.#look(name, path)
    if (typeof looked !== 'object' || looked.mode === 'masked') {
      return typeof looked === 'object' ? {...looked, path} : looked
    }
    const read = [...looked.read]
    const folders = names.flatMap((each) => places.of(`${each}.d`))
    for (const dropIn of filesByName(tree, folders, {version}).paths) {
      const content = tree.read(dropIn)
      if (content === null) return 'absent'
      const assignments = 'status' in content ? null : this.#take(name, content)
      if (assignments === null) return 'bad'
      read.push(assignments)
    }
    return {...looked, path, read}
  }

  /** unit_file_load_or_readlink() of a path that systemd may write otherwise. */
  #look(name: string, path: string, written = path): Looked | Failure {
    const {tree, loadPath} = this.#loader
    const entry = tree.lookup(path)
    if (!entry) return 'absent'
    if (entry.type === 'file') {
      const assignments = this.#take(name, entry)
      if (assignments === null) return 'bad'
      return {mode: entry.text === '' ? 'masked' : 'regular', target: '', written: '', read: [assignments]}
    }
    if (entry.type !== 'symlink') return 'bad'
    const target = tree.target(path, entry.target)
    const inside = loadPath.holds(target)
    const content = tree.follow(target)
    const empty = content !== null && !('status' in content) && content.text === ''
    if (this.#version >= LINKED_MODE) {
      if (inside && !isAlias(basename(path), basename(target))) return 'bad'
    } else if (!empty && !mayEndAt(name, basename(entry.target))) return 'bad'
    const mode = empty ? 'masked' : inside ? 'alias' : 'linked'
    return {mode, target, written: this.#writtenTarget(written, entry.target, target), read: []}
  }

  /**
   * Before 251 the path of what a link leads to is its text behind the folder that the link is in (file_in_same_dir()),
   * `..` and all: such a path starts with the folder, wherever it leads.
   */
  #writtenTarget(link: string, text: string, target: string): string {
    if (this.#version >= LINKED_MODE) return target
    const path = (text.startsWith('/') ? text : `${dirname(link)}/${text}`).replace(/\/+/g, '/')
    // path_startswith() and path_compare() of these pass over them.
    const plain = this.#version >= DOTS_COUNT_NOT ? path.replace(/(?:\/\.)+(?=\/)/g, '') : path
    return this.#loader.loadPath.canonical(plain)
  }

  /** What a file says; null: systemctl refuses it. */
  #take(name: string, file: {readonly path: string; readonly text: string}): readonly Assignment[] | null {
    if (file.text === '') return []
    const {refusedAt, assignments} = this.#loader.parse(file)
    return refusedAt === null && new InstallSection().add(assignments, name, this.#version) ? assignments : null
  }
}

/** What the end of a link may be called before 251, wherever it leads. */
function mayEndAt(name: string, last: string): boolean {
  const kind = unitNameKind(name)
  const target = unitNameKind(last)
  return unitTypeOf(name) === unitTypeOf(last) && (kind === target || (kind === 'instance' && target === 'template'))
}
