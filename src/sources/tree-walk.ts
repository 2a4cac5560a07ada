import {type Missing, missing} from '../model/missing.js'
import type {Tree, TreeEntry} from './collected.js'
import type {LinkResult, ListResult} from './confined.js'
import type {ReadFailure, ReadResult} from './read-regular.js'
import type {TreeSpec} from './spec-types.js'

const DEFAULT_MAX_BYTES = 1 << 20
/** Of all files of one tree together: beyond it something is not a configuration folder. */
const MAX_TOTAL_BYTES = 64 << 20
const MAX_ENTRIES = 100_000

/** How a source reads folders: the live host plainly, a bundle confined to it. */
export interface TreeReader {
  list(path: string): ListResult | Promise<ListResult>
  read(path: string, maxBytes: number): ReadResult | Promise<ReadResult>
  readlink(path: string): LinkResult | Promise<LinkResult>
  /** Equal for paths of the same folder; null: not known. */
  identity?(path: string): string | null
}

/**
 * Enumerates the files that a tree spec asks for. A link to a folder is entered like the folder
 * (systemd follows `foo.service.d -> ...`); a link whose own name is wanted is listed as a link.
 * Never throws for what cannot be read: such an entry is `unread`.
 *
 * @param signal aborted at the deadline: what was not read by then is `unread` with `timeout`
 */
export async function walkTree(
  input: string,
  spec: TreeSpec,
  reader: TreeReader,
  signal?: AbortSignal | undefined,
): Promise<Tree> {
  const entries: TreeEntry[] = []
  let total = 0
  const unread = (path: string, failure: ReadFailure) =>
    entries.push({type: 'unread', path, missing: asMissing(input, failure)})

  const addLink = async (path: string): Promise<void> => {
    const link = await reader.readlink(path)
    if ('reason' in link) unread(path, link)
    else entries.push({type: 'symlink', path, target: link.target})
  }

  const enter = async (root: string, relative: string, depth: number, throughLink: boolean): Promise<void> => {
    const folder = relative === '' ? root : `${root}/${relative}`
    if (signal?.aborted) {
      unread(folder, {reason: 'timeout', detail: `${folder}: not read before the deadline`})
      return
    }
    const listed = await reader.list(folder)
    if ('reason' in listed) {
      // A link that leads to a file, or nowhere, is not a folder of ours.
      if (listed.reason !== 'absent' && !(throughLink && listed.reason === 'invalid')) unread(folder, listed)
      return
    }
    for (const {name, type} of [...listed.entries].sort((a, b) => compare(a.name, b.name))) {
      const path = relative === '' ? name : `${relative}/${name}`
      const full = `${root}/${path}`
      if (type === 'directory') {
        if (depth > 0) await enter(root, path, depth - 1, false)
      } else if (!spec.match.test(path)) {
        if (type !== 'symlink' || depth === 0) continue
        if (spec.folderLinks) await addLink(full)
        await enter(root, path, depth - 1, true)
      } else if (entries.length >= MAX_ENTRIES || total > MAX_TOTAL_BYTES) {
        unread(folder, {reason: 'truncated', detail: `${folder}: more files than are ever read`})
        return
      } else if (type === 'symlink') {
        await addLink(full)
      } else if (spec.content === 'names') entries.push({type: 'present', path: full})
      else {
        const content = signal?.aborted
          ? {reason: 'timeout' as const, detail: `${full}: not read before the deadline`}
          : await reader.read(full, spec.maxBytes ?? DEFAULT_MAX_BYTES)
        if ('reason' in content) unread(full, content)
        else {
          total += content.text.length
          entries.push({type: 'file', path: full, ...content})
        }
      }
    }
  }

  // /lib is a link to /usr/lib: what was read once need not be read again.
  const walked = new Map<string, {readonly root: string; readonly from: number; readonly to: number}>()
  for (const root of spec.roots) {
    const identity = reader.identity?.(root) ?? null
    const same = identity === null ? undefined : walked.get(identity)
    const from = entries.length
    if (same) {
      const copied = entries.slice(same.from, same.to)
      entries.push(...copied.map((entry) => ({...entry, path: `${root}${entry.path.slice(same.root.length)}`})))
    } else await enter(root, '', spec.depth, false)
    if (identity !== null) walked.set(identity, {root, from, to: entries.length})
  }
  return {status: 'tree', origin: spec.roots.join(':'), entries: entries.sort((a, b) => compare(a.path, b.path))}
}

function asMissing(input: string, {reason, detail}: ReadFailure): Missing {
  return missing(input, reason, detail)
}

/** By code unit, so that the order is the same in every locale. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
