import {join} from 'node:path'
import {type Missing, missing} from '../../model/missing.js'
import type {Collected, Tree, TreeEntry} from '../collected.js'
import {listConfined, lookConfined} from '../confined.js'
import type {LookResult} from '../look.js'
import {type NamedFilesReader, namingTrees, readNamedFiles} from '../named-files.js'
import type {NamedFilesSpec} from '../spec-types.js'
import type {InputName} from '../specs.js'
import {digestOfTree} from './digest.js'
import {originOf, REPLACEMENT_BYTES, ROOT_FOLDER} from './layout.js'
import type {Manifest, RecordedInput} from './manifest.js'

const MAX_BYTES = 64 << 20

/**
 * Files that other inputs name, of a recorded host. Where the manifest lists them, those it lists and no others: what
 * a bundle does not hold the host may well have had. Of a folder that somebody made by hand what they are is found
 * out as on a host.
 */
export async function collectNamedFiles(
  folder: string,
  manifest: Manifest,
  name: InputName,
  spec: NamedFilesSpec,
  collect: (name: InputName) => Promise<Collected>,
): Promise<Tree | Missing> {
  const root = join(folder, ROOT_FOLDER)
  const listed = manifest.inputs[name]
  if (listed?.status === 'ok' && listed.files !== undefined) {
    const entries = listed.files.map((path) => laidDown(root, name, path))
    return withListed(name, {status: 'tree', origin: originOf(name, spec), entries}, listed)
  }
  const reader: NamedFilesReader = {
    list: (path) => listConfined(root, path),
    look: (path, {content, maxBytes}) => lookConfined(root, path, {content, maxBytes: maxBytes * REPLACEMENT_BYTES}),
  }
  const trees = await namingTrees(name, spec, collect)
  if ('reason' in trees) return trees
  const tree = await readNamedFiles(name, spec, trees, reader)
  if (listed?.status === 'ok') return withListed(name, tree, listed)
  if (manifest.unlisted === 'absent') return tree
  const there = tree.entries.filter(({type}) => type !== 'absent' && type !== 'glob')
  if (there.length > 0) return {...tree, entries: there}
  return missing(name, manifest.unlisted, `${originOf(name, spec)}: not in the bundle`)
}

/** What the manifest holds of a tree wins over what lies in the folder; all of it must be as it was recorded. */
export function withListed(name: InputName, tree: Tree, listed: RecordedInput): Tree | Missing {
  const byPath = new Map<string, TreeEntry>()
  for (const entry of [...tree.entries, ...(listed.entries ?? [])]) byPath.set(entry.path, entry)
  const entries = [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
  if (listed.sha256 !== undefined && listed.sha256 !== digestOfTree(entries)) {
    return missing(name, 'invalid', `the files of ${name} are not as they were recorded: their SHA-256 differs`)
  }
  return {status: 'tree', origin: listed.origin ?? tree.origin, entries}
}

function laidDown(root: string, input: string, path: string): TreeEntry {
  const found: LookResult = lookConfined(root, path, {content: 'text', maxBytes: MAX_BYTES})
  if ('reason' in found) return {type: 'unread', path, missing: missing(input, found.reason, found.detail)}
  return {path, ...found}
}
