import type {SpecifierContext} from '../../../facts/systemd/specifiers.js'
import type {EnvironmentSources} from '../../../facts/unit-environment.js'
import type {Unit, Units} from '../../../facts/units.js'
import type {Missing} from '../../../model/missing.js'
import type {PlacedCommand, UnitCommands} from './commands.js'
import {Environment} from './environment.js'
import {type Appearance, type LoadedFiles, loadEnvironmentFiles} from './environment-files.js'
import type {Layer} from './layer.js'
import {initVariables, managerLayer} from './manager-environment.js'
import {ownVariables} from './own-variables.js'
import type {ExecPrediction} from './prediction.js'
import type {Settings} from './settings.js'
import {environmentLayer, pamLayer, passedLayer, searchPathLayer, unsetNames} from './unit-layers.js'

export interface ExecQuestion {
  readonly unit: Unit
  readonly units: Pick<Units, 'managerAssignments' | 'specifiers'>
  readonly sources: EnvironmentSources
  /** Major version of systemd to answer for. */
  readonly version: number
}

export type VersionedContext = SpecifierContext & {readonly version: number}

/** The environments of a unit's commands, which differ by what systemd sets itself. */
export class Surroundings {
  readonly files: LoadedFiles
  readonly ignored: ExecPrediction['ignored']
  readonly unknowns: readonly Missing[]
  readonly #environments = new Map<string, Environment>()
  readonly #make: (directive: string) => Environment

  constructor(
    {unit, units, sources}: ExecQuestion,
    settings: Settings,
    context: VersionedContext,
    {commands}: UnitCommands,
  ) {
    const {version} = context
    const type = unit.type === 'socket' ? 'socket' : 'service'
    const manager = managerLayer(units.managerAssignments, sources, context)
    const passed = passedLayer(settings, sources, initVariables(units.managerAssignments, context), context)
    const own = environmentLayer(settings.list('Environment'), context)
    const {unset, ignored} = unsetNames(settings, context)
    const pam = pamLayer(settings, sources)
    const makers = pathsOfMakers(commands)
    this.files = loadEnvironmentFiles(settings.list('EnvironmentFile'), sources, context, (path, optional) =>
      whyItMayAppear(path, optional, makers),
    )
    this.ignored = [...own.ignored, ...passed.ignored, ...ignored, ...this.files.ignored]
    const above: Layer[] = [searchPathLayer(settings, context), passed.layer, own.layer]
    const last = pam ? [pam] : []
    const {layers} = this.files
    this.unknowns = [manager, ...above, ...layers, ...last].flatMap(({open}) => (open ? [open] : []))
    this.#make = (directive) => {
      const phase = ownVariables(settings, {directive, type}, context, sources)
      const files = layers.filter(({notYetFor}) => !notYetFor.includes(directive))
      return new Environment([manager, phase, ...above, ...files, ...last], unset, version)
    }
  }

  /** Of the commands of one directive: `ExecStart`. */
  environment(directive: string): Environment {
    const made = this.#environments.get(directive) ?? this.#make(directive)
    this.#environments.set(directive, made)
    return made
  }
}

/** Something suggests that the file is made at run time; null: nothing does. */
function whyItMayAppear(path: string, optional: boolean, makers: ReadonlyMap<string, string>): Appearance | null {
  if (/^\/(?:var\/)?run\/|^\/dev\/shm\//.test(path)) {
    return {why: 'not there now, but it lies where programs put files at run time', notYetFor: []}
  }
  // Without it the command that would make it does not run either.
  if (!optional) return null
  const maker = makers.get(path)
  if (!maker) return null
  const notYetFor = MAKERS.slice(0, MAKERS.indexOf(maker))
  return {why: `not there now, but ${maker}= of the unit names it`, notYetFor}
}

const MAKERS = ['ExecCondition', 'ExecStartPre']
const PATHS = /\/[^\s"'`=;:,<>|&()]+/g

/** Paths that stand in commands which run before the unit's main process, and the first of these directives. */
function pathsOfMakers(commands: readonly PlacedCommand[]): ReadonlyMap<string, string> {
  const paths = new Map<string, string>()
  for (const directive of MAKERS) {
    for (const command of commands) {
      if (command.directive !== directive) continue
      for (const {text} of command.words) {
        for (const [path] of text.matchAll(PATHS)) if (!paths.has(path)) paths.set(path, directive)
      }
    }
  }
  return paths
}
