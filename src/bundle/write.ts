import {lstatSync, mkdirSync, readdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {UserError} from '../model/user-error.js'
import type {Collected, Tree, TreeEntry} from '../sources/collected.js'
import {digestOf, digestOfTree} from '../sources/directory/digest.js'
import {fileOf, MANIFEST_FILE} from '../sources/directory/layout.js'
import {BUNDLE_FORMAT, BUNDLE_VERSION, type ManifestInput, type ManifestJson} from '../sources/directory/manifest.js'
import {errorCode} from '../sources/read-regular.js'
import type {Source} from '../sources/source.js'
import {type InputName, specs} from '../sources/specs.js'
import {layDownEntry, layDownFile} from './lay-down.js'

/**
 * Records some inputs of a source in folder `dir`, as `openDirectory` reads them: exactly what was
 * collected, and of what is missing, why. Collects all of them at once.
 *
 * Throws a UserError if the folder holds anything already, or cannot be written.
 */
export async function writeUnpacked(
  dir: string,
  source: Source,
  names: readonly InputName[],
  tool: {readonly name: string; readonly version: string},
): Promise<void> {
  makeFolder(dir)
  const inputs: Record<string, ManifestInput> = {}
  const collected = await Promise.all(
    names.map(async (name) => {
      const started = performance.now()
      const value = await source.collect(name)
      return {name, value, durationMs: Math.round(performance.now() - started)}
    }),
  )
  try {
    for (const {name, value, durationMs} of collected) inputs[name] = record(dir, name, value, durationMs)
    const manifest: ManifestJson = {
      format: BUNDLE_FORMAT,
      version: BUNDLE_VERSION,
      tool: {name: tool.name, version: tool.version},
      collectedAt: source.collectedAt,
      inputs,
    }
    // Last: a folder without it is no bundle, so half a bundle is none.
    writeFileSync(join(dir, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`, {mode: 0o600, flag: 'wx'})
  } catch (error) {
    const code = errorCode(error)
    throw code === undefined ? error : new UserError(`Cannot write the bundle to ${dir}: ${code}`, {cause: error})
  }
}

/** The folder above must exist: Node's recursive mkdir never returns in /proc, where ENOENT means something else. */
function makeFolder(dir: string): void {
  try {
    if (lstatSync(dir, {throwIfNoEntry: false}) === undefined) mkdirSync(dir, {mode: 0o700})
    if (readdirSync(dir).length === 0) return
  } catch (error) {
    const code = errorCode(error)
    throw code === undefined ? error : new UserError(`Cannot make the folder ${dir}: ${code}`, {cause: error})
  }
  throw new UserError(`${dir} is not empty`, {suggestions: ['Name a folder that does not exist yet']})
}

function record(dir: string, name: InputName, value: Collected, durationMs: number): ManifestInput {
  if (value.status === 'missing') return {status: 'missing', reason: value.reason, detail: value.detail}
  if (value.status === 'tree') return recordTree(dir, value, durationMs, specs[name].kind === 'named-files')
  const {origin, text, exitCode, gaps} = value
  const file = fileOf(name, specs[name])
  const laidDown = file !== null && layDownFile(dir, file, text)
  return {
    status: 'ok',
    origin,
    ...(exitCode === undefined ? {} : {exitCode}),
    ...(gaps === undefined ? {} : {gaps: [...gaps]}),
    bytes: Buffer.byteLength(text),
    sha256: digestOf(text),
    durationMs,
    ...(laidDown ? {} : {text}),
  }
}

function recordTree(dir: string, {origin, entries}: Tree, durationMs: number, named: boolean): ManifestInput {
  const files: string[] = []
  const notLaidDown: TreeEntry[] = []
  for (const entry of entries) {
    if (layDownEntry(dir, entry)) files.push(entry.path)
    else notLaidDown.push(entry)
  }
  return {
    status: 'ok',
    origin,
    sha256: digestOfTree(entries),
    durationMs,
    ...(named ? {files} : {}),
    ...(notLaidDown.length === 0
      ? {}
      : {
          entries: notLaidDown.map((entry) =>
            entry.type === 'glob' ? {...entry, matches: [...entry.matches]} : entry,
          ),
        }),
  }
}
