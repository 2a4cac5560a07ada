import type {EnvironmentSources} from '../../../facts/unit-environment.js'
import type {Unit} from '../../../facts/units.js'
import {loginOf} from './accounts.js'
import {CommandPredictor} from './command-predictor.js'
import {serviceProblem, socketProblem, type UnitCommands, unitCommands} from './commands.js'
import type {ExecPrediction, Variable} from './prediction.js'
import {Settings} from './settings.js'
import {type ExecHost, ManagerSurroundings, Surroundings, type VersionedContext} from './surroundings.js'

export type {ExecHost} from './surroundings.js'

export interface ExecQuestion extends ExecHost {
  readonly unit: Unit
}

/** What systemd would execute for each Exec line of a unit, with which environment, and why. Pure. */
export function predictExec(question: ExecQuestion): ExecPrediction {
  return execPredictor(question)(question.unit)
}

/** Answers for many units of one host. */
export function execPredictor(host: ExecHost): (unit: Unit) => ExecPrediction {
  const manager = new ManagerSurroundings(host)
  return (unit) => predict(unit, manager)
}

function predict(unit: Unit, manager: ManagerSurroundings): ExecPrediction {
  const {version, sources} = manager
  const base = {unit: unit.name, version, commands: [], environment: [], ignored: [], files: [], unknowns: unit.unread}
  // A line further up may be what systemd stumbles over first.
  const before = unit.loadState === 'refused' ? readUnit(unit, manager)?.found.refused : null
  if (before) return {...base, loadState: version >= 240 ? 'bad-setting' : 'error', loadError: before}
  if (unit.loadState !== 'loaded') {
    const loadState = unit.loadState === 'refused' ? 'error' : unit.loadState
    return {...base, loadState, loadError: unit.loadError === null ? null : {message: unit.loadError, at: null}}
  }
  const read = readUnit(unit, manager)
  if (read === null) return {...base, loadState: 'loaded', loadError: null}
  const {type, found, settings, context} = read
  const {commands, ignored} = found
  const problem =
    found.refused ??
    (type === 'service'
      ? serviceProblem(commands, settings, found.assignments, version)
      : socketProblem(found.assignments))
  if (problem !== null) {
    return {...base, ignored, loadState: version >= 240 ? 'bad-setting' : 'error', loadError: problem}
  }
  const surroundings = new Surroundings(type, manager, settings, context, found)
  const main = commands.find(({directive}) => directive === 'ExecStart') ?? commands[0]
  const predictor = new CommandPredictor(
    surroundings,
    version,
    () => loginOf(settings, manager.accounts, version).shell,
    sources,
  )
  const predicted = predictor.predictAll(commands)
  let environment: readonly Variable[] | null = null
  return {
    unit: unit.name,
    version,
    loadState: 'loaded',
    loadError: null,
    commands: predicted,
    // Few ask for it, and of many units it is much.
    get environment() {
      environment ??= surroundings.environment(main?.directive ?? 'ExecStart').variables()
      return environment
    },
    ignored: [...ignored, ...surroundings.ignored],
    files: surroundings.files.files,
    unknowns: [...unit.unread, ...surroundings.unknowns, ...predictor.unknowns],
  }
}

/**
 * What the commands of one directive get as their environment; also what is only set where something outside of
 * the unit asks for it ($LISTEN_FDS), as conditional.
 */
export function environmentOf({unit, ...host}: ExecQuestion, directive: string): readonly Variable[] {
  const manager = new ManagerSurroundings(host)
  const read = readUnit(unit, manager)
  if (read === null) return []
  const {type, found, settings, context} = read
  return new Surroundings(type, manager, settings, context, found).environment(directive).variables(true)
}

interface ReadUnit {
  readonly type: 'service' | 'socket'
  readonly found: UnitCommands
  readonly settings: Settings
  readonly context: VersionedContext
}

/** null: a unit of a type that executes nothing. */
function readUnit(unit: Unit, {specifiers, sources, version}: ManagerSurroundings): ReadUnit | null {
  const {type} = unit
  if (type !== 'service' && type !== 'socket') return null
  const context = {unit: unit.name, values: specifiers, version, fragmentPath: unit.fragmentPath}
  const found = unitCommands(unit, type, {...context, locate: (name) => locate(name, sources)})
  const settings = new Settings(found.assignments, type === 'service' ? 'Service' : 'Socket')
  return {type, found, settings, context}
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
