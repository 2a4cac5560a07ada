import {basename, dirname} from '../systemd/file-tree.js'
import {dependencyFolder} from '../systemd/load-path.js'
import {templateOf, unitNameKind} from '../systemd/unit-name.js'
import type {UnitFileState} from '../units.js'
import {type Discovered, Discovery} from './discover.js'
import {UPHOLDS_VERSION} from './install-section.js'
import type {UnitLoader} from './loader.js'

interface Link {
  readonly name: string
  /** Last part of what it leads to. */
  readonly target: string
  /** Directly in the folder of the load path. */
  readonly top: boolean
  /** Of the folder of the load path that it is in or below. */
  readonly root: string
}

const CONFIG = '/etc/systemd/system'
const TRANSIENT = '/run/systemd/transient'
const GENERATED = new Set(['generator', 'generator.early', 'generator.late'].map((name) => `/run/systemd/${name}`))
/** Until then links are looked for in all folders of the load path, and by what they lead to. */
const LINK_NAMES_COUNT = 251

/** Answers `systemctl is-enabled` (unit_file_lookup_state() of systemd's src/shared/install.c). */
export class Enablement {
  readonly #loader: UnitLoader
  readonly #version: number
  readonly #discovery: Discovery
  readonly #ranks: ReadonlyMap<string, number>
  readonly #byName = new Map<string, Link[]>()
  readonly #byTarget = new Map<string, Link[]>()
  readonly #byTemplate = new Map<string, Link[]>()

  constructor(loader: UnitLoader) {
    this.#loader = loader
    this.#discovery = new Discovery(loader)
    this.#version = loader.version ?? Number.POSITIVE_INFINITY
    this.#ranks = new Map(loader.loadPath.roots.map((root, rank) => [root, rank]))
    for (const folder of loader.tree.folders()) this.#index(folder)
  }

  stateOf(name: string): UnitFileState {
    const found = this.#discovery.find(name)
    if (found === 'absent') return 'not-found'
    if (found === 'bad') return 'bad'
    const folder = dirname(found.path)
    if (found.masked) return found.path.startsWith('/run/') ? 'masked-runtime' : 'masked'
    if (name !== basename(found.path) && unitNameKind(found.name) !== 'instance') return 'alias'
    if (GENERATED.has(folder)) return 'generated'
    if (folder === TRANSIENT) return 'transient'
    const state = this.#linked(found, true)
    if (state) return state
    // Known under other names than enabling it would give it.
    if (this.#linked(found, false)) return 'indirect'
    if (found.install.hasRules) return 'disabled'
    return found.install.hasAlso ? 'indirect' : 'static'
  }

  /** find_symlinks_in_scope() */
  #linked(found: Discovered, onlyKnown: boolean): UnitFileState | null {
    const {name, install} = found
    const takes = (link: Link) => !onlyKnown || install.makes(link.name, name)
    let state: UnitFileState | null = null
    let anywhere = false
    for (const link of this.#linksTo(found)) {
      const runtime = link.root.startsWith('/run/')
      if (link.top && link.name === name && link.target === name && !this.#isBelow(link.root, found)) {
        state = better(state, link.root === CONFIG ? 'linked' : runtime ? 'linked-runtime' : null)
      } else if (takes(link)) {
        state = better(state, link.root === CONFIG ? 'enabled' : runtime ? 'enabled-runtime' : null)
        anywhere ||= link.root !== CONFIG && !runtime
      }
    }
    if (state === 'enabled' || state === 'enabled-runtime') return state
    return anywhere && unitNameKind(name) === 'instance' ? 'static' : state
  }

  /** Links that find_symlinks_in_directory() compares with a unit. */
  *#linksTo(found: Discovered): Generator<Link> {
    const {name} = found
    const old = this.#version < LINK_NAMES_COUNT
    // Links of its name further down are hidden by the file itself.
    for (const link of this.#byName.get(name) ?? []) {
      if (!((link.top || old) && this.#isBelow(link.root, found))) yield link
    }
    yield* this.#byTarget.get(name) ?? []
    yield* this.#byTemplate.get(name) ?? []
  }

  #isBelow(root: string, {path}: Discovered): boolean {
    const rank = this.#ranks.get(root) ?? 0
    for (const [each, at] of this.#ranks) if (at < rank && path.startsWith(`${each}/`)) return true
    return false
  }

  #index(folder: string): void {
    const {tree} = this.#loader
    const top = this.#ranks.has(folder)
    const root = top ? folder : dirname(folder)
    // A folder that is a link itself is not entered.
    if (!this.#ranks.has(root) || tree.entry(folder)?.type === 'symlink') return
    const old = this.#version < LINK_NAMES_COUNT
    const how = dependencyFolder(folder)?.how
    if (!top && !old && (how === undefined || (how === 'upholds' && this.#version < UPHOLDS_VERSION))) return
    for (const name of tree.list(folder)) {
      const entry = tree.entry(`${folder}/${name}`)
      if (entry?.type !== 'symlink' || name.startsWith('.')) continue
      const link: Link = {name, target: basename(entry.target), top, root}
      push(this.#byName, name, link)
      if (top || old) push(this.#byTarget, link.target, link)
      const template = top || old ? null : templateOf(name)
      if (template !== null) push(this.#byTemplate, template, link)
    }
  }
}

const ORDER: readonly (UnitFileState | null)[] = [null, 'linked-runtime', 'linked', 'enabled-runtime', 'enabled']

function better(a: UnitFileState | null, b: UnitFileState | null): UnitFileState | null {
  return ORDER.indexOf(a) < ORDER.indexOf(b) ? b : a
}

function push(map: Map<string, Link[]>, key: string, link: Link): void {
  const list = map.get(key)
  if (list) list.push(link)
  else map.set(key, [link])
}
