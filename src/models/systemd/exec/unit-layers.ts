import {parseEnvironmentLine, parseNameList, VARIABLE_NAME} from '../../../facts/systemd/environment-line.js'
import type {SpecifierContext} from '../../../facts/systemd/specifiers.js'
import {resolveSpecifiers} from '../../../facts/systemd/specifiers.js'
import type {Assignment} from '../../../facts/systemd/unit-file.js'
import {splitWords} from '../../../facts/systemd/words.js'
import type {EnvironmentSources} from '../../../facts/unit-environment.js'
import {type Missing, missing} from '../../../model/missing.js'
import type {Unset} from './environment.js'
import type {Entry, Layer} from './layer.js'
import type {IgnoredAssignment} from './prediction.js'
import {placeOf, type Settings, SYSTEMD} from './settings.js'

type Context = SpecifierContext & {readonly version: number}

export interface LayerWithIgnored {
  readonly layer: Layer
  readonly ignored: readonly IgnoredAssignment[]
}

/** Environment= and its like: DefaultEnvironment=, ManagerEnvironment=. */
export function environmentLayer(assignments: readonly Assignment[], context: Context): LayerWithIgnored {
  const entries = new Map<string, Entry>()
  const ignored: IgnoredAssignment[] = []
  let open: Missing | null = null
  for (const assignment of assignments) {
    const at = placeOf(assignment)
    for (const word of parseEnvironmentLine(assignment.value, context)) {
      if (word.status === 'ignored') ignored.push({at, name: word.name, why: word.why})
      else if (word.status === 'set') entries.set(word.name, {value: word.value, origin: at, state: 'set'})
      else if (word.name !== null) entries.set(word.name, {value: null, origin: at, state: 'set'})
      else open = missing('systemd-units', 'not-collected', `${at.path}:${at.line}: %${word.letter} is not known`)
    }
  }
  return {layer: {entries, open}, ignored}
}

/** PassEnvironment=, since version 228: copies of what PID 1 itself has. */
export function passedLayer(
  settings: Settings,
  sources: EnvironmentSources,
  manager: ReadonlyMap<string, Entry>,
  context: Context,
): LayerWithIgnored {
  const entries = new Map<string, Entry>()
  const ignored: IgnoredAssignment[] = []
  let open: Missing | null = null
  const assignments = context.version >= 228 ? settings.list('PassEnvironment') : []
  for (const assignment of assignments) {
    const at = placeOf(assignment)
    for (const {text: name, unknown} of parseNameList(assignment.value, context, false)) {
      if (unknown !== null) {
        open = missing('systemd-units', 'not-collected', `${at.path}:${at.line}: %${unknown} is not known`)
        continue
      }
      if (!VARIABLE_NAME.test(name)) {
        ignored.push({at, name, why: 'Invalid environment name for PassEnvironment='})
        continue
      }
      const inherited = manager.get(name)?.value ?? sources.initEnvironment?.get(name)
      if (inherited !== undefined) entries.set(name, {value: inherited, origin: at, state: 'set'})
      else if (sources.initEnvironment === null) entries.set(name, {value: null, origin: at, state: 'unknown'})
    }
  }
  return {layer: {entries, open}, ignored}
}

/** PATH that follows from ExecSearchPath=, since version 250. */
export function searchPathLayer(settings: Settings, context: Context): Layer {
  const entries = new Map<string, Entry>()
  const assignments = context.version >= 250 ? settings.list('ExecSearchPath') : []
  const last = assignments.at(-1)
  const folders = assignments.flatMap(({value}) => splitColons(value))
  if (last && folders.length > 0) {
    const known = folders.map((folder) => resolveSpecifiers(folder, context))
    const texts = known.flatMap((each) => (each.status === 'text' && each.text.startsWith('/') ? [each.text] : []))
    const value = known.some(({status}) => status === 'unknown') ? null : texts.join(':')
    if (value !== '') entries.set('PATH', {value, origin: placeOf(last), state: 'set'})
  }
  return {entries, open: null}
}

function splitColons(value: string): string[] {
  return value.split(':').flatMap((part) => splitWords(part, {escapes: false}) ?? [])
}

/**
 * PAM's modules may set variables over all that the unit says; it is asked only where User= is set, too.
 * pam_env reads /etc/environment; what else is in a stack was not looked at.
 */
export function pamLayer(settings: Settings): Layer | null {
  if (settings.value('PAMName') === '' || settings.value('User') === '') return null
  const entries = new Map<string, Entry>()
  for (const name of [
    'XDG_SESSION_ID',
    'XDG_RUNTIME_DIR',
    'XDG_SESSION_TYPE',
    'XDG_SESSION_CLASS',
    'XDG_SEAT',
    'XDG_VTNR',
  ]) {
    entries.set(name, {value: null, origin: SYSTEMD, state: 'conditional'})
  }
  const detail = `what the modules of PAMName=${settings.value('PAMName')} set is not known`
  return {entries, open: missing('unit-environment', 'not-collected', detail)}
}

/** UnsetEnvironment=, since version 235. */
export function unsetNames(
  settings: Settings,
  context: Context,
): {readonly unset: readonly Unset[]; readonly ignored: readonly IgnoredAssignment[]} {
  const unset: Unset[] = []
  const ignored: IgnoredAssignment[] = []
  const assignments = context.version >= 235 ? settings.list('UnsetEnvironment') : []
  for (const assignment of assignments) {
    for (const {text} of parseNameList(assignment.value, context, true)) {
      const equals = text.indexOf('=')
      const name = equals < 0 ? text : text.slice(0, equals)
      if (VARIABLE_NAME.test(name)) unset.push({name, value: equals < 0 ? null : text.slice(equals + 1)})
      else
        ignored.push({
          at: placeOf(assignment),
          name,
          why: 'Invalid environment name or assignment for UnsetEnvironment=',
        })
    }
  }
  return {unset, ignored}
}
