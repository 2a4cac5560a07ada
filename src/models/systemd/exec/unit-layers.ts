import {parseEnvironmentLine, parseNameList, VARIABLE_NAME} from '../../../facts/systemd/environment-line.js'
import {simplifyPath} from '../../../facts/systemd/exec-line.js'
import type {SpecifierContext} from '../../../facts/systemd/specifiers.js'
import {resolveSpecifiers} from '../../../facts/systemd/specifiers.js'
import type {Assignment} from '../../../facts/systemd/unit-file.js'
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

/** PATH that follows from ExecSearchPath=, since version 250 (config_parse_colon_separated_paths()). */
export function searchPathLayer(settings: Settings, context: Context): Layer {
  const entries = new Map<string, Entry>()
  const assignments = context.version >= 250 ? settings.list('ExecSearchPath') : []
  const folders: string[] = []
  let known = true
  for (const assignment of assignments) {
    for (const part of assignment.value.split(':')) {
      const folder = resolveSpecifiers(part, context)
      known &&= folder.status !== 'unknown'
      // What follows a folder that is no absolute path is not looked at.
      if (folder.status !== 'text' || !folder.text.startsWith('/')) break
      folders.push(simplifyPath(folder.text))
      entries.set('PATH', {value: folders.join(':'), origin: placeOf(assignment), state: 'set'})
    }
  }
  const path = entries.get('PATH')
  if (path && !known) entries.set('PATH', {...path, value: null})
  return {entries, open: null}
}

const SESSION = 'MAIL XDG_SESSION_ID XDG_RUNTIME_DIR XDG_SESSION_TYPE XDG_SESSION_CLASS XDG_SEAT XDG_VTNR'.split(' ')

/**
 * PAM's modules may set variables over all that the unit says; it is asked only where User= is set, too.
 * pam_env reads /etc/environment; what else is in a stack was not looked at.
 */
export function pamLayer(settings: Settings, sources: EnvironmentSources): Layer | null {
  const name = settings.value('PAMName')
  if (name === '' || settings.value('User') === '') return null
  const entries = new Map<string, Entry>()
  for (const variable of SESSION) entries.set(variable, {value: null, origin: SYSTEMD, state: 'conditional'})
  const file = sources.file('/etc/environment')
  for (const [index, line] of (file.status === 'file' ? file.text.split('\n') : []).entries()) {
    const set = /^\s*(?:export\s+)?([A-Za-z_]\w*)=/.exec(line)?.[1]
    const origin = {path: '/etc/environment', line: index + 1}
    if (set !== undefined) entries.set(set, {value: null, origin, state: 'unknown'})
  }
  return {
    entries,
    open: missing('unit-environment', 'not-collected', `what the modules of PAMName=${name} set is not known`),
  }
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
    for (const {text, unknown} of parseNameList(assignment.value, context, true)) {
      if (unknown !== null) {
        unset.push({name: null, value: null})
        continue
      }
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
