import {type ParsedEnvironmentFile, parseEnvironmentFile} from '../../../facts/systemd/environment-file.js'
import {simplifyPath} from '../../../facts/systemd/exec-line.js'
import {resolveSpecifiers, type SpecifierContext} from '../../../facts/systemd/specifiers.js'
import type {Assignment} from '../../../facts/systemd/unit-file.js'
import type {EnvironmentSources, NamedFile} from '../../../facts/unit-environment.js'
import {type Missing, missing} from '../../../model/missing.js'
import type {Entry, Layer} from './layer.js'
import type {Blocked, EnvironmentFile, IgnoredAssignment} from './prediction.js'
import {placeOf} from './settings.js'

type Context = SpecifierContext & {readonly version: number}

export interface LoadedFiles {
  readonly files: readonly EnvironmentFile[]
  /** In the order in which they are read. */
  readonly layers: readonly FileLayer[]
  /** For this no command of the unit runs. */
  readonly blocked: Blocked | null
  /** Settings that systemd does not take. */
  readonly ignored: readonly IgnoredAssignment[]
}

export interface FileLayer extends Layer {
  /** Commands of these directives run before anything can have made the file. */
  readonly notYetFor: readonly string[]
}

/** Why a file that is not there may be there when a command runs. */
export interface Appearance {
  readonly why: string
  readonly notYetFor: readonly string[]
}

type MayAppear = (path: string) => Appearance | null

/**
 * Loads the files of EnvironmentFile= as exec_context_load_environment() of src/core/execute.c does.
 *
 * @param mayAppear null: a file that is not there will not be there when a command runs.
 */
export function loadEnvironmentFiles(
  assignments: readonly Assignment[],
  sources: EnvironmentSources,
  context: Context,
  mayAppear: (path: string, optional: boolean) => Appearance | null,
): LoadedFiles {
  const files: EnvironmentFile[] = []
  const layers: FileLayer[] = []
  const ignored: IgnoredAssignment[] = []
  let blocked: Blocked | null = null
  const read = new Map<string, Loaded>()
  for (const assignment of assignments) {
    const setting = readSetting(assignment, context)
    if ('why' in setting) {
      ignored.push({at: placeOf(assignment), name: 'EnvironmentFile', why: setting.why})
      continue
    }
    for (const loaded of loadSetting(setting, sources, context.version, read, (path) =>
      mayAppear(path, setting.optional),
    )) {
      const at = placeOf(assignment)
      files.push({...loaded.file, optional: setting.optional, at})
      layers.push(loaded.layer)
      const {state, error} = loaded.file
      if (state === 'failed' && !setting.optional) {
        blocked ??= {kind: 'environment-file', message: `Failed to load environment files: ${error}`, at}
      }
    }
  }
  return {files, layers, blocked, ignored}
}

interface Setting {
  readonly optional: boolean
  /** null: a specifier in it is not known. */
  readonly path: string | null
  readonly text: string
}

/** config_parse_unit_env_file(): one path, no quotes. */
function readSetting({value}: Assignment, context: Context): Setting | {why: string} {
  const specified = resolveSpecifiers(value, context)
  if (specified.status === 'failed') return {why: `Failed to resolve unit specifiers: %${specified.letter} is none`}
  const text = specified.status === 'text' ? specified.text : value
  const optional = text.startsWith('-')
  const path = optional ? text.slice(1) : text
  if (specified.status === 'unknown') return {optional, path: null, text: path}
  if (!path.startsWith('/')) return {why: 'EnvironmentFile= path is not absolute'}
  const simple = simplifyPath(path)
  // path_simplify_and_warn(), since 239.
  if (context.version >= 239 && /\/\.\.(\/|$)/.test(simple)) return {why: 'EnvironmentFile= path is not normalized'}
  return {optional, path: simple, text: path}
}

type Loaded = {file: Omit<EnvironmentFile, 'optional' | 'at'>; layer: FileLayer}

function* loadSetting(
  {path, text}: Setting,
  sources: EnvironmentSources,
  version: number,
  read: Map<string, Loaded>,
  mayAppear: MayAppear,
): Generator<Loaded> {
  if (path === null) {
    yield unknownFile(text, missing('unit-environment', 'not-collected', `${text}: a specifier in it is not known`))
    return
  }
  const isPattern = /[*?[\\]/.test(path)
  const paths = isPattern ? sources.glob(path) : [path]
  if (paths === null) {
    yield unknownFile(path, missing('unit-environment', 'not-collected', `${path}: nobody looked what it matches`))
    return
  }
  if (paths.length === 0) yield absentFile(path, mayAppear)
  for (const each of paths) {
    // One file may be named many times.
    const loaded = read.get(each) ?? loadFile(each, sources.file(each), version, mayAppear)
    if (loaded.file.state === 'read') read.set(each, loaded)
    yield loaded
  }
}

function loadFile(path: string, file: NamedFile, version: number, mayAppear: MayAppear): Loaded {
  switch (file.status) {
    case 'absent':
      return absentFile(path, mayAppear)
    case 'not-a-file':
      return failedFile(path, /director/.test(file.detail) ? 'Is a directory' : file.detail)
    case 'missing':
      return file.reason === 'absent' ? absentFile(path, mayAppear) : unknownFile(path, file)
    case 'file':
      return readFile(path, parseEnvironmentFile(file.text, {version, invalidUtf8: file.invalidUtf8}))
  }
}

function readFile(path: string, parsed: ParsedEnvironmentFile): Loaded {
  const entries = new Map<string, Entry>()
  for (const {name, value, line} of parsed.assignments) {
    entries.set(name, {value, origin: {path, line}, state: 'set'})
  }
  return {
    file: {
      path,
      state: parsed.error === null ? 'read' : 'failed',
      error: parsed.error,
      sets: [...entries].map(([name, {origin}]) => ({name, line: origin.line ?? 0})),
      commented: parsed.commented,
      ignored: parsed.ignored.map(({name, line, why}) => ({at: {path, line}, name, why})),
    },
    layer: {entries, open: null, notYetFor: []},
  }
}

function absentFile(path: string, mayAppear: MayAppear): Loaded {
  const appearance = mayAppear(path)
  if (appearance === null) return failedFile(path, 'No such file or directory')
  const {why, notYetFor} = appearance
  return unknownFile(path, missing('unit-environment', 'absent', `${path}: ${why}`), notYetFor)
}

function failedFile(path: string, error: string): Loaded {
  const file = {path, state: 'failed' as const, error, sets: [], commented: [], ignored: []}
  return {file, layer: {entries: new Map(), open: null, notYetFor: []}}
}

function unknownFile(path: string, open: Missing, notYetFor: readonly string[] = []): Loaded {
  const file = {path, state: 'unknown' as const, error: null, sets: [], commented: [], ignored: []}
  return {file, layer: {entries: new Map(), open, notYetFor}}
}
