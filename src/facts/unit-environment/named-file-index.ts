import {type Missing, missing} from '../../model/missing.js'
import type {Tree, TreeEntry} from '../../sources/collected.js'
import {compileName, componentsOf, hasWildcards} from '../../sources/glob-pattern.js'
import {dirname, resolveFrom} from '../systemd/file-tree.js'

const MAX_LINKS = 40

/** A pattern that was expanded, with what it matched. */
interface Expanded {
  readonly components: readonly string[]
  readonly matches: readonly string[]
}

/** What lies at the end of a path's links. `uncovered`: nobody looked. */
export type Found = Exclude<TreeEntry, {type: 'symlink' | 'glob'}> | {readonly type: 'uncovered'}

/** Files of an input of kind `named-files`, by path. */
export class NamedFileIndex {
  readonly #byPath: ReadonlyMap<string, TreeEntry>
  /** By number of components, as only patterns of the same number can match a path. */
  readonly #expanded = new Map<number, Expanded[]>()

  constructor(tree: Tree | Missing) {
    const entries = tree.status === 'tree' ? tree.entries : []
    this.#byPath = new Map(entries.map((entry) => [entry.path, entry]))
    for (const entry of entries) {
      if (entry.type !== 'glob') continue
      const components = componentsOf(entry.path)
      const same = this.#expanded.get(components.length) ?? []
      if (same.length === 0) this.#expanded.set(components.length, same)
      same.push({components, matches: entry.matches})
    }
  }

  find(path: string): Found {
    let current = `/${componentsOf(path).join('/')}`
    for (let links = 0; links <= MAX_LINKS; links++) {
      const entry = this.#byPath.get(current)
      if (entry?.type === 'symlink') current = resolveFrom(dirname(current), entry.target)
      else if (entry && entry.type !== 'glob') return entry
      else return this.#covering(current, true) ? {type: 'absent', path: current} : {type: 'uncovered'}
    }
    return {type: 'unread', path, missing: missing('environment-files', 'invalid', `${path}: too many links`)}
  }

  /** Paths that a pattern matches, in glob(3)'s order; null: nobody looked. */
  glob(pattern: string): readonly string[] | null {
    const text = `/${componentsOf(pattern).join('/')}`
    const entry = this.#byPath.get(text)
    if (entry?.type === 'glob') return entry.matches
    const covering = this.#covering(text, false)
    if (!covering) return null
    const tests = componentsOf(text).map(compileName)
    return covering.matches.filter((path) => componentsOf(path).every((name, at) => tests[at]?.matches(name)))
  }

  /** An expanded pattern that matches whatever `text` stands for: a path, or what another pattern matches. */
  #covering(text: string, isPath: boolean): Expanded | undefined {
    const components = componentsOf(text)
    return this.#expanded.get(components.length)?.find((each) =>
      each.components.every((pattern, at) => {
        const component = components[at] ?? ''
        if (pattern === component) return true
        if (!isPath && hasWildcards(component)) return coversPattern(pattern, component)
        return compileName(pattern).matches(component)
      }),
    )
  }
}

/** Does `*` and nothing else of the wider pattern stand where the narrower one has its wildcards? */
function coversPattern(wide: string, narrow: string): boolean {
  if (/[?[\\]/.test(wide) || !wide.includes('*')) return false
  // Read as plain text: what a `*` of the narrower stands for is then inside of what one of the wider does.
  return compileName(wide).matches(narrow)
}
