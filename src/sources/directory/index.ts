import {lstatSync, realpathSync} from 'node:fs'
import {join} from 'node:path'
import * as v from 'valibot'
import {missing} from '../../model/missing.js'
import {UserError} from '../../model/user-error.js'
import {nothingAsked} from '../asked.js'
import type {Collected, Raw} from '../collected.js'
import {identityConfined, listConfined, readConfined, readlinkConfined} from '../confined.js'
import {failureOf} from '../read-regular.js'
import type {Source} from '../source.js'
import type {NamedFilesSpec, Spec, TreeSpec} from '../spec-types.js'
import {type InputName, specs} from '../specs.js'
import {type TreeReader, walkTree} from '../tree-walk.js'
import {digestOf} from './digest.js'
import {fileOf, INPUTS_FOLDER, MANIFEST_FILE, originOf, REPLACEMENT_BYTES, ROOT_FOLDER} from './layout.js'
import {Manifest} from './manifest.js'
import {collectNamedFiles, withListed} from './named-files.js'

const MANIFEST_BYTES = 256 << 20
const PROBE_BYTES = 512 << 20
const COMMAND_BYTES = 16 << 20
const FILE_BYTES = 1 << 20

/**
 * A recorded host: the unpacked bundle in folder `path`, written by `netdoctor bundle create` or by
 * hand. Its content is not trusted: nothing outside of it is ever read, links included.
 *
 * Throws a UserError if it is no bundle.
 */
export async function openDirectory(path: string): Promise<Source> {
  const folder = resolveFolder(path)
  const manifest = readManifest(path, folder)
  return {
    label: path,
    collectedAt: manifest.collectedAt,
    collect: (name) => collect(folder, manifest, name),
  }
}

function resolveFolder(path: string): string {
  let folder: string
  try {
    folder = realpathSync(path)
  } catch (error) {
    throw new UserError(`Cannot open ${failureOf(error, path).detail}`, {cause: error})
  }
  // Links inside of them are confined; they themselves must not be links.
  for (const name of ['', ROOT_FOLDER, INPUTS_FOLDER]) {
    const stats = lstatSync(join(folder, name), {throwIfNoEntry: false})
    if (stats && !stats.isDirectory()) throw new UserError(`${join(path, name)} is not a directory`)
  }
  return folder
}

function readManifest(path: string, folder: string): Manifest {
  const shown = join(path, MANIFEST_FILE)
  const read = readConfined(folder, MANIFEST_FILE, {maxBytes: MANIFEST_BYTES})
  if ('reason' in read) {
    const suggestions = ['Record a host with: netdoctor bundle create --unpacked DIR']
    throw new UserError(`${path} is not a bundle: ${read.detail}`, {suggestions})
  }
  let json: unknown
  try {
    json = JSON.parse(read.text)
  } catch (error) {
    throw new UserError(`${shown} is not JSON`, {cause: error})
  }
  const parsed = v.safeParse(Manifest, json)
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  throw new UserError(`${shown} is not a bundle's manifest: ${v.getDotPath(issue) ?? 'it'}: ${issue.message}`)
}

async function collect(folder: string, manifest: Manifest, name: InputName): Promise<Collected> {
  const spec: Spec = specs[name]
  const listed = Object.hasOwn(manifest.inputs, name) ? manifest.inputs[name] : undefined
  if (listed?.status === 'missing') return missing(name, listed.reason, listed.detail)
  if (spec.kind === 'named-files') {
    return collectNamedFiles(folder, manifest, name, spec, (each) => collect(folder, manifest, each))
  }
  if (spec.kind === 'tree') return collectTree(folder, manifest, name, spec)

  const file = fileOf(name, spec) ?? ''
  const read = listed?.text === undefined ? readInput(folder, file, spec) : {text: listed.text}
  if ('reason' in read) {
    if (read.reason !== 'absent') return missing(name, read.reason, read.detail)
    if (spec.kind === 'asked') return nothingAsked(name)
    if (listed) return missing(name, 'invalid', `${file} is listed in ${MANIFEST_FILE}, but not there`)
    return missing(name, manifest.unlisted, `${originOf(name, spec)}: not in the bundle`)
  }
  if (listed?.sha256 !== undefined && listed.sha256 !== digestOf(read.text)) {
    return missing(name, 'invalid', `${file} is not as it was recorded: its SHA-256 differs`)
  }
  const raw: Raw = {
    status: 'raw',
    origin: listed?.origin ?? originOf(name, spec),
    text: read.text,
    ...(listed?.exitCode === undefined ? {} : {exitCode: listed.exitCode}),
    ...(listed?.gaps === undefined ? {} : {gaps: listed.gaps}),
  }
  return raw
}

function readInput(folder: string, file: string, spec: Exclude<Spec, TreeSpec | NamedFilesSpec>) {
  if (spec.kind === 'probe' || spec.kind === 'asked') return readConfined(folder, file, {maxBytes: PROBE_BYTES})
  if (spec.kind === 'command') {
    return readConfined(folder, file, {maxBytes: (spec.maxBytes ?? COMMAND_BYTES) * REPLACEMENT_BYTES})
  }
  // Absolute links of the host lead back to the host's root.
  return readConfined(join(folder, ROOT_FOLDER), spec.path, {
    maxBytes: (spec.maxBytes ?? FILE_BYTES) * REPLACEMENT_BYTES,
  })
}

async function collectTree(folder: string, manifest: Manifest, name: InputName, spec: TreeSpec): Promise<Collected> {
  const listed = manifest.inputs[name]
  const root = join(folder, ROOT_FOLDER)
  const reader: TreeReader = {
    list: (path) => listConfined(root, path),
    read: (path, maxBytes) => readConfined(root, path, {maxBytes: maxBytes * REPLACEMENT_BYTES}),
    readlink: (path) => readlinkConfined(root, path),
    identity: (path) => identityConfined(root, path),
  }
  const tree = await walkTree(name, spec, reader)
  if (listed?.status !== 'ok') {
    if (tree.entries.length > 0 || manifest.unlisted === 'absent') return tree
    return missing(name, manifest.unlisted, `${originOf(name, spec)}: not in the bundle`)
  }
  return withListed(name, tree, listed)
}
