import type {SpecifierContext} from '../../../facts/systemd/specifiers.js'
import type {EnvironmentSources} from '../../../facts/unit-environment.js'
import type {Units} from '../../../facts/units.js'
import type {Missing} from '../../../model/missing.js'
import {Accounts} from './accounts.js'
import type {PlacedCommand, UnitCommands} from './commands.js'
import {Environment, hasLong} from './environment.js'
import {type Appearance, type LoadedFiles, loadEnvironmentFiles} from './environment-files.js'
import type {Entry, Layer} from './layer.js'
import {initVariables, managerLayer} from './manager-environment.js'
import {ownVariables} from './own-variables.js'
import {phaseVariables} from './phase-variables.js'
import type {ExecPrediction} from './prediction.js'
import type {Settings} from './settings.js'
import {environmentLayer, pamLayer, passedLayer, searchPathLayer, unsetNames} from './unit-layers.js'

/** What all units of a host have in common. */
export interface ExecHost {
  readonly units: Pick<Units, 'managerAssignments' | 'specifiers'>
  readonly sources: EnvironmentSources
  /** Major version of systemd to answer for. */
  readonly version: number
}

export type VersionedContext = SpecifierContext & {readonly version: number}

/** PID 1's own: no specifier that `[Manager]` settings know depends on a unit. */
const MANAGER_UNIT = 'init.scope'

/** The same, with what follows from it for each of them. */
export class ManagerSurroundings {
  readonly sources: EnvironmentSources
  readonly version: number
  readonly specifiers: Units['specifiers']
  readonly accounts: Accounts
  readonly layer: Layer
  readonly init: ReadonlyMap<string, Entry>

  constructor({units: {managerAssignments, specifiers}, sources, version}: ExecHost) {
    const context = {unit: MANAGER_UNIT, values: specifiers, version}
    this.sources = sources
    this.version = version
    this.specifiers = specifiers
    this.accounts = new Accounts(sources)
    this.layer = managerLayer(managerAssignments, sources, context)
    this.init = initVariables(managerAssignments, context)
  }
}

/** The environments of a unit's commands, which differ by what systemd sets itself. */
export class Surroundings {
  readonly files: LoadedFiles
  readonly ignored: ExecPrediction['ignored']
  readonly unknowns: readonly Missing[]
  readonly #environments = new Map<string, Environment>()
  readonly #make: (directive: string) => Environment
  readonly #layers: readonly Layer[]
  #mayBeTooLong: boolean | null = null

  constructor(
    type: 'service' | 'socket',
    manager: ManagerSurroundings,
    settings: Settings,
    context: VersionedContext,
    {commands}: UnitCommands,
  ) {
    const {version} = context
    const {sources} = manager
    const passed = passedLayer(settings, sources, manager.init, context)
    const own = environmentLayer(settings.list('Environment'), context)
    const {unset, ignored} = unsetNames(settings, context)
    const pam = pamLayer(settings, sources)
    const makers = pathsOfMakers(commands)
    this.files = loadEnvironmentFiles(settings.list('EnvironmentFile'), sources, context, (path, optional) =>
      whyItMayAppear(path, optional, makers),
    )
    this.ignored = [...own.ignored, ...passed.ignored, ...ignored, ...this.files.ignored]
    const last = pam ? [pam] : []
    const above: Layer[] = [searchPathLayer(settings, context), passed.layer, own.layer]
    const {layers} = this.files
    this.unknowns = [manager.layer, ...above, ...layers, ...last].flatMap(({open}) => (open ? [open] : []))
    const below = [manager.layer, ownVariables(settings, type, context, manager.accounts)]
    this.#layers = [...below, ...above, ...layers, ...last]
    this.#make = (directive) => {
      const phase = phaseVariables(settings, {directive, type}, version)
      const files = layers.filter(({notYetFor}) => !notYetFor.includes(directive))
      return new Environment([...below, phase, ...above, ...files, ...last], unset, version)
    }
  }

  /** Of the commands of one directive: `ExecStart`. */
  environment(directive: string): Environment {
    const made = this.#environments.get(directive) ?? this.#make(directive)
    this.#environments.set(directive, made)
    return made
  }

  /** One of the variables of a directive's commands is more than execve() takes. */
  isTooLong(directive: string, limit: number): boolean {
    this.#mayBeTooLong ??= this.#layers.some(({entries}) => hasLong(entries, limit))
    return this.#mayBeTooLong && this.environment(directive).isTooLong(limit)
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
