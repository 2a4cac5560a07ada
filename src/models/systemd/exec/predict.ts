import type {SpecifierContext} from '../../../facts/systemd/specifiers.js'
import type {EnvironmentSources} from '../../../facts/unit-environment.js'
import type {Unit, Units} from '../../../facts/units.js'
import type {Missing} from '../../../model/missing.js'
import {type PlacedCommand, serviceProblem, unitCommands} from './commands.js'
import {Environment} from './environment.js'
import {type LoadedFiles, loadEnvironmentFiles} from './environment-files.js'
import {type Expansion, expandWord, untouchedWord} from './expand.js'
import type {Layer} from './layer.js'
import {initVariables, managerLayer} from './manager-environment.js'
import {ownVariables} from './own-variables.js'
import type {Blocked, ExecPrediction, PredictedCommand} from './prediction.js'
import {Settings} from './settings.js'
import {environmentLayer, pamLayer, passedLayer, searchPathLayer, unsetNames} from './unit-layers.js'

export interface ExecQuestion {
  readonly unit: Unit
  readonly units: Pick<Units, 'managerAssignments' | 'specifiers'>
  readonly sources: EnvironmentSources
  /** Major version of systemd to answer for. */
  readonly version: number
}

type Context = SpecifierContext & {readonly version: number}

/** What systemd would execute for each Exec line of a unit, with which environment, and why. Pure. */
export function predictExec(question: ExecQuestion): ExecPrediction {
  const {unit, units, version} = question
  const base = {unit: unit.name, version, commands: [], environment: [], ignored: [], files: [], unknowns: unit.unread}
  if (unit.loadState !== 'loaded') {
    const loadState = unit.loadState === 'refused' ? 'error' : unit.loadState
    return {...base, loadState, loadError: unit.loadError === null ? null : {message: unit.loadError, at: null}}
  }
  if (unit.type !== 'service' && unit.type !== 'socket') return {...base, loadState: 'loaded', loadError: null}
  const type = unit.type
  const settings = new Settings(unit.assignments, type === 'service' ? 'Service' : 'Socket')
  const context = {unit: unit.name, values: units.specifiers, version, fragmentPath: unit.fragmentPath}
  const {commands, ignored, refused} = unitCommands(unit, type, context)
  const problem = refused ?? (type === 'service' ? serviceProblem(commands, settings, unit, version) : null)
  if (problem !== null) {
    return {...base, ignored, loadState: version >= 240 ? 'bad-setting' : 'error', loadError: problem}
  }
  const surroundings = new Surroundings(question, settings, context, commands)
  const main =
    commands.find(({directive}) => directive === 'ExecStart')?.directive ?? commands[0]?.directive ?? 'ExecStart'
  return {
    ...base,
    loadState: 'loaded',
    loadError: null,
    commands: commands.map((command) => predictCommand(command, surroundings, context)),
    environment: surroundings.environment(main).variables(),
    ignored: [...ignored, ...surroundings.ignored],
    files: surroundings.files.files,
    unknowns: [...unit.unread, ...surroundings.unknowns],
  }
}

/** The environments of a unit's commands, which differ by what systemd sets itself. */
class Surroundings {
  readonly files: LoadedFiles
  readonly ignored: ExecPrediction['ignored']
  readonly unknowns: readonly Missing[]
  readonly #environments = new Map<string, Environment>()
  readonly #make: (directive: string) => Environment

  constructor(
    {unit, units, sources}: ExecQuestion,
    settings: Settings,
    context: Context,
    commands: readonly PlacedCommand[],
  ) {
    const {version} = context
    const type = unit.type === 'socket' ? 'socket' : 'service'
    const manager = managerLayer(units.managerAssignments, sources, context)
    const passed = passedLayer(settings, sources, initVariables(units.managerAssignments, context), context)
    const own = environmentLayer(settings.list('Environment'), context)
    const {unset, ignored} = unsetNames(settings, context)
    const pam = pamLayer(settings)
    this.files = loadEnvironmentFiles(settings.list('EnvironmentFile'), sources, context, (path) =>
      whyItMayAppear(path, commands),
    )
    this.ignored = [...own.ignored, ...passed.ignored, ...ignored, ...this.files.ignored]
    const above = [searchPathLayer(settings, context), passed.layer, own.layer, ...this.files.layers]
    const layers: Layer[] = [manager, ...above, ...(pam ? [pam] : [])]
    this.unknowns = layers.flatMap(({open}) => (open ? [open] : []))
    this.#make = (directive) => {
      const phase = ownVariables(settings, {directive, type}, context)
      return new Environment([manager, phase, ...above, ...(pam ? [pam] : [])], unset, version)
    }
  }

  environment(directive: string): Environment {
    const made = this.#environments.get(directive) ?? this.#make(directive)
    this.#environments.set(directive, made)
    return made
  }
}

/** Something in the unit suggests that the file is made at run time. */
function whyItMayAppear(path: string, commands: readonly PlacedCommand[]): string | null {
  if (/^\/(?:var\/)?run\/|^\/dev\/shm\//.test(path))
    return 'not there now, but it lies where programs put files at run time'
  const makers = ['ExecCondition', 'ExecStartPre']
  const maker = commands.find(
    ({directive, words}) => makers.includes(directive) && words.some(({text}) => text.includes(path)),
  )
  return maker ? `not there now, but ${maker.directive}= of the unit names it` : null
}

function predictCommand(command: PlacedCommand, surroundings: Surroundings, context: Context): PredictedCommand {
  const {directive, index, at, prefixes} = command
  const {lookup} = surroundings.environment(directive)
  const expansions = command.words.map((word) => {
    if (word.unknown !== null) return unknownSpecifier(word.text, word.unknown)
    return prefixes.includes(':') ? untouchedWord(word.text) : expandWord(word.text, lookup, context.version)
  })
  const known = expansions.every(({became}) => became !== null)
  const argv = known ? expansions.flatMap(({became}) => became ?? []) : null
  return {
    directive,
    index,
    at,
    prefixes,
    path: command.path ?? '',
    blocked: surroundings.files.blocked ?? executableProblem(command),
    argv,
    unset: sorted(expansions.flatMap(({unset}) => unset)),
    invalid: sorted(expansions.flatMap(({invalid}) => invalid)),
    words: expansions.map(({unset: _unset, invalid: _invalid, ...word}) => word),
  }
}

function unknownSpecifier(text: string, letter: string): Expansion {
  const why = `The value of %${letter} on this host is not known.`
  return {text, became: null, fate: 'unknown', why, references: [], unset: [], invalid: []}
}

function executableProblem({path, at}: PlacedCommand): Blocked | null {
  if (path === null || !path.includes('$')) return null
  return {kind: 'executable', message: `Unable to locate executable '${path}'`, at}
}

/** strv_uniq(strv_sort()): by bytes, each once. */
function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}
