import type {EnvironmentSources} from '../../../facts/unit-environment.js'
import {loginOf} from './accounts.js'
import {CommandPredictor} from './command-predictor.js'
import {serviceProblem, socketProblem, type UnitCommands, unitCommands} from './commands.js'
import type {ExecPrediction, Variable} from './prediction.js'
import {Settings} from './settings.js'
import {type ExecQuestion, Surroundings, type VersionedContext} from './surroundings.js'

export type {ExecQuestion} from './surroundings.js'

/** What systemd would execute for each Exec line of a unit, with which environment, and why. Pure. */
export function predictExec(question: ExecQuestion): ExecPrediction {
  const {unit, version, sources} = question
  const base = {unit: unit.name, version, commands: [], environment: [], ignored: [], files: [], unknowns: unit.unread}
  // A line further up may be what systemd stumbles over first.
  const before = unit.loadState === 'refused' ? readUnit(question)?.found.refused : null
  if (before) return {...base, loadState: version >= 240 ? 'bad-setting' : 'error', loadError: before}
  if (unit.loadState !== 'loaded') {
    const loadState = unit.loadState === 'refused' ? 'error' : unit.loadState
    return {...base, loadState, loadError: unit.loadError === null ? null : {message: unit.loadError, at: null}}
  }
  const read = readUnit(question)
  if (read === null) return {...base, loadState: 'loaded', loadError: null}
  const {found, settings, context} = read
  const {commands, ignored} = found
  const problem =
    found.refused ??
    (unit.type === 'service'
      ? serviceProblem(commands, settings, found.assignments, version)
      : socketProblem(found.assignments))
  if (problem !== null) {
    return {...base, ignored, loadState: version >= 240 ? 'bad-setting' : 'error', loadError: problem}
  }
  const surroundings = new Surroundings(question, settings, context, found)
  const main = commands.find(({directive}) => directive === 'ExecStart') ?? commands[0]
  const predictor = new CommandPredictor(surroundings, version, loginOf(settings, sources, version).shell, sources)
  const predicted = predictor.predictAll(commands)
  return {
    ...base,
    loadState: 'loaded',
    loadError: null,
    commands: predicted,
    environment: surroundings.environment(main?.directive ?? 'ExecStart').variables(),
    ignored: [...ignored, ...surroundings.ignored],
    files: surroundings.files.files,
    unknowns: [...unit.unread, ...surroundings.unknowns, ...predictor.unknowns],
  }
}

/**
 * What the commands of one directive get as their environment; also what is only set where something outside of
 * the unit asks for it ($LISTEN_FDS), as conditional.
 */
export function environmentOf(question: ExecQuestion, directive: string): readonly Variable[] {
  const read = readUnit(question)
  if (read === null) return []
  return new Surroundings(question, read.settings, read.context, read.found).environment(directive).variables(true)
}

interface ReadUnit {
  readonly found: UnitCommands
  readonly settings: Settings
  readonly context: VersionedContext
}

/** null: a unit of a type that executes nothing. */
function readUnit({unit, units, sources, version}: ExecQuestion): ReadUnit | null {
  if (unit.type !== 'service' && unit.type !== 'socket') return null
  const {type} = unit
  const context = {unit: unit.name, values: units.specifiers, version, fragmentPath: unit.fragmentPath}
  const found = unitCommands(unit, type, {...context, locate: (name) => locate(name, sources)})
  const settings = new Settings(found.assignments, type === 'service' ? 'Service' : 'Socket')
  return {found, settings, context}
}

/** DEFAULT_PATH of the systemd of most distributions. */
const FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

function locate(name: string, sources: EnvironmentSources): string | 'absent' | 'unknown' {
  for (const folder of FOLDERS) {
    const path = `${folder}/${name}`
    const {status} = sources.program(path)
    if (status === 'missing') return 'unknown'
    if (status !== 'absent') return path
  }
  return 'absent'
}
