import {basename, dirname} from '../systemd/file-tree.js'
import {dependencyFolder} from '../systemd/load-path.js'
import {templateOf, unitNameKind} from '../systemd/unit-name.js'
import type {UnitFileState} from '../units.js'
import {type Discovered, discover} from './discover.js'
import {UPHOLDS_VERSION} from './install-section.js'
import type {UnitLoader} from './loader.js'

interface Link {
  readonly name: string
  /** Last part of what it leads to. */
  readonly target: string
  /** Directly in the folder of the load path. */
  readonly top: boolean
}

interface Links {
  readonly byName: Map<string, Link[]>
  readonly byTarget: Map<string, Link[]>
  readonly byTemplate: Map<string, Link[]>
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
  readonly #links: ReadonlyMap<string, Links>

  constructor(loader: UnitLoader) {
    this.#loader = loader
    this.#version = loader.version ?? Number.POSITIVE_INFINITY
    this.#links = new Map(loader.loadPath.roots.map((root) => [root, emptyLinks()]))
    for (const folder of loader.tree.folders()) this.#index(folder)
  }

  stateOf(name: string): UnitFileState {
    const found = discover(this.#loader, name)
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
    let atRuntime = false
    let anywhere = false
    let sameName: UnitFileState | null = null
    let below = false
    for (const [root, links] of this.#links) {
      const runtime = root.startsWith('/run/')
      const link = this.#find(found, links, onlyKnown, below)
      if (link === 'found') {
        if (root === CONFIG) return 'enabled'
        if (runtime) atRuntime = true
        else anywhere = true
      } else if (link === 'same-name') {
        if (root === CONFIG) sameName = 'linked'
        else if (runtime) sameName ??= 'linked-runtime'
      }
      // Links of its name further down are hidden by the file itself.
      below ||= found.path.startsWith(`${root}/`)
    }
    if (atRuntime) return 'enabled-runtime'
    if (anywhere && unitNameKind(found.name) === 'instance') return 'static'
    return sameName
  }

  /** find_symlinks() in one folder of the load path and in those below it. */
  #find({name, install}: Discovered, links: Links, onlyKnown: boolean, below: boolean): 'found' | 'same-name' | null {
    const takes = (link: Link) => !onlyKnown || install.makes(link.name, name)
    const named = links.byName.get(name) ?? []
    const isSameName = (link: Link) => link.top && link.name === name && link.target === name && !below
    const byName = this.#version < LINK_NAMES_COUNT ? (below ? [] : named) : named.filter(({top}) => !(top && below))
    const byTemplate = links.byTemplate.get(name) ?? []
    const byTarget = links.byTarget.get(name) ?? []
    for (const list of [byName, byTemplate, byTarget]) {
      if (list.some((link) => !isSameName(link) && takes(link))) return 'found'
    }
    return [...byName, ...byTarget].some(isSameName) ? 'same-name' : null
  }

  #index(folder: string): void {
    const {tree, loadPath} = this.#loader
    const top = loadPath.roots.includes(folder)
    const links = this.#links.get(top ? folder : dirname(folder))
    // A folder that is a link itself is not entered.
    if (!links || tree.entry(folder)?.type === 'symlink') return
    const old = this.#version < LINK_NAMES_COUNT
    const how = dependencyFolder(folder)?.how
    if (!top && !old && (how === undefined || (how === 'upholds' && this.#version < UPHOLDS_VERSION))) return
    for (const name of tree.list(folder)) {
      const entry = tree.entry(`${folder}/${name}`)
      if (entry?.type !== 'symlink') continue
      const link: Link = {name, target: basename(entry.target), top}
      push(links.byName, name, link)
      if (top || old) push(links.byTarget, link.target, link)
      const template = top || old ? null : templateOf(name)
      if (template !== null) push(links.byTemplate, template, link)
    }
  }
}

function emptyLinks(): Links {
  return {byName: new Map(), byTarget: new Map(), byTemplate: new Map()}
}

function push(map: Map<string, Link[]>, key: string, link: Link): void {
  const list = map.get(key)
  if (list) list.push(link)
  else map.set(key, [link])
}
