import {parseUnitFile} from '../../src/facts/systemd/unit-file.js'
import type {EnvironmentSources, NamedFile} from '../../src/facts/unit-environment.js'
import {type Unit, unitTypes} from '../../src/facts/units.js'
import {predictExec} from '../../src/models/systemd/exec/predict.js'
import type {ExecPrediction} from '../../src/models/systemd/exec/prediction.js'

/** A unit made of the texts of its files, by path: the first is its own, the others are drop-ins in the order given. */
export function unitOf(name: string, files: Readonly<Record<string, string>>, version?: number): Unit {
  const [fragmentPath = null, ...dropInPaths] = Object.keys(files)
  const parsed = Object.entries(files).map(([path, text]) => parseUnitFile(path, text, {version}))
  // Of a drop-in only what follows the broken line is lost.
  const refused = parsed[0]?.refusedAt ? parsed[0] : null
  const at = name.indexOf('@')
  const type = unitTypes.find((each) => name.endsWith(`.${each}`))
  if (!type) throw new Error(`${name}: no type of unit`)
  return {
    name,
    type,
    aliases: [],
    isTemplate: name.includes('@.'),
    template: at < 0 || name.includes('@.') ? null : `${name.slice(0, at + 1)}${name.slice(name.lastIndexOf('.'))}`,
    loadState: refused ? 'refused' : 'loaded',
    loadError: refused ? `${refused.path}:${refused.refusedAt}: ${refused.refusedWhy}` : null,
    fragmentPath,
    linkedTo: null,
    dropInPaths,
    assignments: parsed.flatMap(({assignments}) => assignments),
    unitFileState: 'static',
    pulledInBy: [],
    sysv: null,
    unread: [],
    otherFragments: [],
  }
}

export interface MadeUp {
  /** Environment files and others, by path; null: nobody looked. What is left out is not there. */
  readonly files?: Readonly<Record<string, string | NamedFile | null>>
  readonly initEnvironment?: Readonly<Record<string, string>> | null
  readonly managerEnvironment?: Readonly<Record<string, string>> | null
  readonly kernelEnvironment?: Readonly<Record<string, string>> | null
  readonly locale?: Readonly<Record<string, string>> | null
}

/** Files and environments by what a test says of them; nothing is unknown that it does not make so. */
export function environmentSourcesOf(made: MadeUp = {}): EnvironmentSources {
  const map = (values: Readonly<Record<string, string>> | null | undefined) =>
    values === null || values === undefined ? null : new Map(Object.entries(values))
  const file = (path: string): NamedFile => {
    const found = made.files?.[path]
    if (found === undefined) return {status: 'absent', path}
    if (found === null) return {status: 'missing', input: 'unit-environment', reason: 'not-collected', detail: path}
    return typeof found === 'string' ? {status: 'file', path, text: found, invalidUtf8: false} : found
  }
  return {
    file,
    glob: (pattern) =>
      Object.keys(made.files ?? {})
        .filter((path) => matches(pattern, path))
        .sort(),
    program: (path) => ({status: 'absent', path}),
    defaults: [],
    initEnvironment: map(made.initEnvironment),
    managerEnvironment: map(made.managerEnvironment),
    kernelEnvironment: map(made.kernelEnvironment),
    locale: map(made.locale),
  }
}

function matches(pattern: string, path: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*/g, '[^/]*')
    .replace(/\?/g, '[^/]')
  return new RegExp(`^${source}$`).test(path)
}

/** What a service of this text would execute. */
export function predictText(text: string, version: number, made: MadeUp = {}, name = 'a.service'): ExecPrediction {
  return predictExec({
    unit: unitOf(name, {[`/etc/systemd/system/${name}`]: text}, version),
    units: {managerAssignments: [], specifiers: {}},
    sources: environmentSourcesOf(made),
    version,
  })
}
