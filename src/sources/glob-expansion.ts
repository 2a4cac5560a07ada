import type {ListResult} from './confined.js'
import {compileName, componentsOf} from './glob-pattern.js'
import type {NamedFilesReader} from './named-files.js'
import type {ReadFailure} from './read-regular.js'

/** Names that are held against patterns, all patterns of one input together: beyond it somebody lists the whole disk. */
const MAX_NAMES = 1_000_000
const MAX_MATCHES = 10_000
const MAX_COMPONENTS = 256

export type Expansion = (pattern: string) => Promise<{readonly paths: readonly string[]} | ReadFailure>

/**
 * Expands absolute patterns as glob(3) does without flags (safe_glob(path, 0) in exec_context_load_environment() of
 * systemd's src/core/execute.c): sorted by bytes, folders and dangling links included. All or nothing: a folder
 * that cannot be listed, or too many names, fail the whole pattern.
 */
export function createExpansion(reader: NamedFilesReader, signal?: AbortSignal): Expansion {
  const listings = new Map<string, Promise<ListResult>>()
  let names = 0

  return async (pattern) => {
    const components = componentsOf(pattern)
    if (components.length > MAX_COMPONENTS) return {reason: 'truncated', detail: `${pattern}: too many components`}
    let paths: string[] = ['']
    let checked = false
    for (const component of components) {
      const {literal, matches} = compileName(component)
      checked = literal === null
      if (literal !== null) {
        paths = paths.map((path) => `${path}/${literal}`)
        continue
      }
      const found: string[] = []
      for (const path of paths) {
        const listed = await list(path || '/')
        if ('reason' in listed) {
          if (listed.reason === 'absent') continue
          return listed
        }
        names += listed.entries.length
        for (const {name} of listed.entries) if (matches(name)) found.push(`${path}/${name}`)
        if (names > MAX_NAMES || found.length > MAX_MATCHES) {
          return {reason: 'truncated', detail: `${pattern}: more files than are ever looked at`}
        }
      }
      paths = found
    }
    if (!checked) {
      const there: string[] = []
      for (const path of paths) {
        const found = await reader.look(path, {content: 'names', maxBytes: 0})
        if ('reason' in found && found.reason === 'absent') continue
        if ('reason' in found && found.reason !== 'invalid') return found
        there.push(path)
      }
      paths = there
    }
    return {paths: sorted(paths)}
  }

  async function list(path: string): Promise<ListResult> {
    if (signal?.aborted) return {reason: 'timeout', detail: `${path}: not listed before the deadline`}
    let pending = listings.get(path)
    if (!pending) {
      pending = Promise.resolve(reader.list(path))
      listings.set(path, pending)
    }
    return pending
  }
}

/** strcmp(3): by bytes of UTF-8, which for some characters is not JavaScript's order. */
function sorted(paths: readonly string[]): string[] {
  return paths
    .map((path) => ({path, bytes: Buffer.from(path)}))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({path}) => path)
}
