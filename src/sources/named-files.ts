import {type Missing, missing} from '../model/missing.js'
import type {Collected, Tree, TreeEntry} from './collected.js'
import type {ListResult} from './confined.js'
import {createExpansion, type Expansion} from './glob-expansion.js'
import {hasWildcards} from './glob-pattern.js'
import type {LookOptions, LookResult} from './look.js'
import {createPathResolver, type PathResolver, resolveLexically} from './path-resolver.js'
import type {ReadFailure} from './read-regular.js'
import type {NamedFilesSpec} from './spec-types.js'
import {type InputName, inputNames} from './specs.js'

const DEFAULT_MAX_BYTES = 1 << 20
const MAX_TOTAL_BYTES = 64 << 20
/** Beyond it nothing is looked for: what has no entry is not known. */
const MAX_PATHS = 50_000
/** As many as the kernel follows: MAXSYMLINKS, include/linux/namei.h. */
const MAX_LINKS = 40
const REPLACEMENT = '\ufffd'
/** Whatever stands for it in an image or a recording: reading it gives nothing. */
const NOTHING = '/dev/null'

/** How a source looks at single paths: the live host plainly, a root or a bundle confined to it. */
export interface NamedFilesReader {
  look(path: string, options: LookOptions): LookResult | Promise<LookResult>
  list(path: string): ListResult | Promise<ListResult>
}

/**
 * Looks for the files that other inputs name. All of them at the same time, so that one that does not answer
 * costs nothing but itself. Never throws for what cannot be read: such an entry is `unread`.
 *
 * @param trees what the inputs of `spec.from` hold
 * @param signal aborted at the deadline: what was not read by then is `unread` with `timeout`
 */
export async function readNamedFiles(
  input: string,
  spec: NamedFilesSpec,
  trees: readonly Tree[],
  reader: NamedFilesReader,
  {signal, pause}: {readonly signal?: AbortSignal; readonly pause?: () => Promise<void> | undefined} = {},
): Promise<Tree> {
  const named = new NamedFiles(input, spec, reader, signal)
  const pending: Promise<void>[] = []
  for (const path of [...new Set(spec.paths(trees))].slice(0, MAX_PATHS)) {
    await pause?.()
    pending.push(hasWildcards(path) ? named.glob(path) : named.file(path))
  }
  await Promise.all(pending)
  return {status: 'tree', origin: `files that ${spec.from.join(', ')} name`, entries: named.entries()}
}

/**
 * The trees that name the files. Without any there is nothing to go by; without some of them their files have no
 * entry, and are not known.
 */
export async function namingTrees(
  input: string,
  spec: NamedFilesSpec,
  collect: (name: InputName) => Promise<Collected>,
): Promise<readonly Tree[] | Missing> {
  const collected = await Promise.all(inputNames.filter((name) => spec.from.includes(name)).map(collect))
  const trees = collected.filter((each) => each.status === 'tree')
  const [first] = collected
  if (trees.length > 0 || first?.status !== 'missing') return trees
  return missing(input, first.reason, `${first.input}: ${first.detail}`)
}

class NamedFiles {
  readonly #input: string
  readonly #look: LookOptions
  readonly #reader: NamedFilesReader
  readonly #signal: AbortSignal | undefined
  readonly #expand: Expansion
  readonly #resolve: PathResolver
  readonly #found = new Map<string, TreeEntry>()
  readonly #seen = new Set<string>()
  #total = 0

  constructor(input: string, spec: NamedFilesSpec, reader: NamedFilesReader, signal: AbortSignal | undefined) {
    this.#input = input
    this.#look = {content: spec.content, maxBytes: spec.maxBytes ?? DEFAULT_MAX_BYTES}
    this.#reader = reader
    this.#signal = signal
    this.#expand = createExpansion(reader, signal)
    this.#resolve = createPathResolver(reader)
  }

  entries(): TreeEntry[] {
    return [...this.#found.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
  }

  async glob(pattern: string): Promise<void> {
    const matches = await this.#expand(pattern)
    if ('reason' in matches) {
      this.#add({type: 'unread', path: pattern, missing: this.#missing(matches)})
      return
    }
    this.#add({type: 'glob', path: pattern, matches: matches.paths})
    await Promise.all(matches.paths.map((path) => this.file(path)))
  }

  async file(path: string): Promise<void> {
    let current = path
    for (let links = 0; links <= MAX_LINKS && !this.#seen.has(current); links++) {
      this.#seen.add(current)
      const found = await this.#lookAt(current)
      this.#add(found)
      if (found.type !== 'symlink') return
      current = await this.#resolve(current, found.target)
    }
  }

  async #lookAt(path: string): Promise<TreeEntry> {
    const unread = (failure: ReadFailure): TreeEntry => ({type: 'unread', path, missing: this.#missing(failure)})
    if (path === NOTHING) return {type: 'file', path, text: ''}
    if (path.includes(REPLACEMENT)) return unread({reason: 'invalid', detail: `${path}: its name is not UTF-8`})
    if (this.#signal?.aborted) return unread({reason: 'timeout', detail: `${path}: not read before the deadline`})
    if (this.#total > MAX_TOTAL_BYTES) {
      return unread({reason: 'truncated', detail: `${path}: more is named than is ever read`})
    }
    const result = await this.#reader.look(path, this.#look)
    if ('reason' in result) return result.reason === 'absent' ? {type: 'absent', path} : unread(result)
    if (result.type !== 'symlink') {
      if (result.type === 'file') this.#total += result.text.length
      return {path, ...result}
    }
    // As readers of the tree resolve it: from the folder that the path names. Through a link on the way it is another.
    const target = await this.#resolve(path, result.target)
    return {type: 'symlink', path, target: target === resolveLexically(path, result.target) ? result.target : target}
  }

  #missing({reason, detail}: ReadFailure): Missing {
    return missing(this.#input, reason, detail)
  }

  #add(entry: TreeEntry): void {
    this.#found.set(entry.path, entry)
  }
}
