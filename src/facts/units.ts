import type {Missing} from '../model/missing.js'
import type {Tree} from '../sources/collected.js'
import {specs} from '../sources/specs.js'
import {defineFact, known, unknown} from './define.js'
import {readConfigFile} from './systemd/conf-file.js'
import type {SpecifierValues} from './systemd/specifiers.js'
import type {Assignment} from './systemd/unit-file.js'
import {closureOf} from './units/closure.js'
import {Enablement} from './units/enablement.js'
import {unitFilesFact} from './units/files.js'
import {gapsOfUnit, type LoadedUnit} from './units/loader.js'
import {managerAnswer} from './units/manager.js'
import {busPulls, udevPulls} from './units/on-demand.js'
import {specifierValues} from './units/specifier-values.js'
import {generatedUnit, NO_SYSV_VERSION, sysvScripts} from './units/sysv.js'

export const unitTypes = [
  'service',
  'socket',
  'timer',
  'path',
  'target',
  'mount',
  'automount',
  'swap',
  'slice',
  'scope',
  'device',
] as const
export type UnitType = (typeof unitTypes)[number]

/** Words of `systemctl is-enabled` (unit_file_get_state() of src/shared/install.c). */
export type UnitFileState =
  | 'enabled'
  | 'enabled-runtime'
  | 'linked'
  | 'linked-runtime'
  | 'alias'
  | 'masked'
  | 'masked-runtime'
  | 'static'
  | 'disabled'
  | 'indirect'
  | 'generated'
  | 'transient'
  | 'bad'
  | 'not-found'

/** Something on disk by which a unit is started without anybody asking for it. */
export interface PulledInBy {
  /** `wants`, `requires`, `upholds`: a link in such a folder; `setting`: Wants=, Requires=, BindsTo=, Upholds= of a unit. */
  readonly how: 'wants' | 'requires' | 'upholds' | 'setting' | 'socket' | 'timer' | 'path' | 'dbus' | 'udev'
  /** The unit that pulls it in; for `dbus` the bus name, for `udev` the rules file. */
  readonly by: string
  /** The link, unit file, service file or rules file that says so. */
  readonly path: string
  /** Below /run: gone after a reboot, unless a generator makes it again. */
  readonly runtime: boolean
}

/** A unit as systemd would load it from files: its file, then its drop-ins. */
export interface Unit {
  readonly name: string
  readonly type: UnitType
  /** Its other names, sorted. */
  readonly aliases: readonly string[]
  /** `x@.service` itself, of which only instances run. */
  readonly isTemplate: boolean
  /** Of an instance the template its file is; else null. */
  readonly template: string | null
  /** `not-found`: only named by others (a link in a .wants folder, a drop-in folder). `refused`: a file that systemd does not take. */
  readonly loadState: 'loaded' | 'masked' | 'not-found' | 'refused'
  /** Why it is `refused`. */
  readonly loadError: string | null
  readonly fragmentPath: string | null
  /** Further files of its name, lower in the load path: what it would be if the first one was gone. */
  readonly otherFragments: readonly string[]
  /** Where a link leads that leaves the load path ("linked unit"); else null. */
  readonly linkedTo: string | null
  readonly dropInPaths: readonly string[]
  /** Of all its files, in the order in which they take effect. */
  readonly assignments: readonly Assignment[]
  readonly unitFileState: UnitFileState
  readonly pulledInBy: readonly PulledInBy[]
  /** Init script of the same name, /etc/init.d/NAME, and its start links. The native unit shadows both. */
  readonly sysv: {readonly script: string; readonly startLinks: readonly string[]} | null
  /** Parts that could not be read: nothing that they may say is certain then. */
  readonly unread: readonly Missing[]
}

/** What PID 1 says of a unit that it has loaded. Properties of org.freedesktop.systemd1. */
export interface ManagerUnit {
  readonly id: string
  readonly names: readonly string[]
  readonly loadState: string
  readonly activeState: string
  readonly subState: string
  readonly unitFileState: string
  /** Files have changed since PID 1 read them. */
  readonly needDaemonReload: boolean
  readonly fragmentPath: string
  readonly sourcePath: string
  readonly result: string
  /** All of the properties that were asked for. */
  readonly properties: Readonly<Record<string, string>>
}

export interface Units {
  /** Major version of the installed systemd: 252. null: not known. */
  readonly version: number | null
  /** Sorted by name; each once, under its real name. */
  readonly units: readonly Unit[]
  /** Also under its aliases. */
  readonly byName: ReadonlyMap<string, Unit>
  /** Loads an instance that nothing on disk names: `getty@tty7.service`. null: there is no such unit. */
  readonly load: (name: string) => Unit | null
  /** `[Manager]` of system.conf and its drop-ins. */
  readonly managerAssignments: readonly Assignment[]
  readonly specifiers: SpecifierValues
  /** null: PID 1 is not systemd, or this is no live host. */
  readonly manager: {
    readonly units: readonly ManagerUnit[]
    readonly byName: ReadonlyMap<string, ManagerUnit>
    readonly environment: Readonly<Record<string, string>> | null
  } | null
}

export const unitsFact = defineFact({
  name: 'units',
  inputs: [
    'systemd-system-conf',
    'systemd-manager',
    'sysv-scripts',
    'sysv-links',
    'dbus-services',
    'udev-rules',
    'hostname',
    'os-release',
    'kernel-release',
    'machine-id',
    'boot-id',
  ],
  uses: {files: unitFilesFact},
  derive(inputs, {files}) {
    if (!files.known) return unknown(...files.missing)
    const loader = files.value
    const gaps: Missing[] = [...files.gaps]
    const tree = (input: Tree | Missing): Tree => {
      if (input.status === 'tree') return input
      if (input.reason !== 'absent') gaps.push(input)
      return {status: 'tree', origin: '', entries: []}
    }
    const {manager, version: running, gaps: managerGaps} = managerAnswer(inputs['systemd-manager'])
    const udev = udevPulls(tree(inputs['udev-rules']), specs['udev-rules'].roots)
    const closure = closureOf(loader, [...busPulls(tree(inputs['dbus-services'])), ...udev])
    const sysv = sysvScripts(tree(inputs['sysv-scripts']), tree(inputs['sysv-links']))
    const enablement = new Enablement(loader)
    const version = loader.version ?? running
    // Where generators have run, what they made is there.
    const generates = (unit: LoadedUnit): boolean =>
      unit.loadState === 'not-found' &&
      unit.otherFragments.length === 0 &&
      (version === null || version < NO_SYSV_VERSION) &&
      !loader.hasGenerated()
    const complete = (unit: LoadedUnit): Unit => {
      const script = sysv.get(unit.name) ?? null
      if (script && generates(unit)) {
        const made = generatedUnit(unit.name, script)
        return {...made, pulledInBy: [...made.pulledInBy, ...(closure.pulls.get(unit.name) ?? [])]}
      }
      const {name} = unit
      const unitFileState = enablement.stateOf(name)
      return {...unit, unitFileState, pulledInBy: closure.pulls.get(name) ?? [], sysv: script}
    }
    const units: Unit[] = []
    const byName = new Map<string, Unit>()
    const add = (unit: Unit) => {
      units.push(unit)
      for (const name of [unit.name, ...unit.aliases]) byName.set(name, unit)
    }
    for (const unit of closure.units.values()) {
      add(complete(unit))
      gaps.push(...gapsOfUnit(unit))
    }
    for (const name of sysv.keys()) {
      const unit = byName.has(name) ? null : loader.load(name)
      if (unit) add(complete(unit))
    }
    // Of two units that may have a name PID 1 gives it to the one it loads first: to each its own.
    for (const unit of units) byName.set(unit.name, unit)
    for (const [name, {name: real}] of closure.byName) {
      const unit = byName.get(real)
      if (unit) byName.set(name, unit)
    }
    const conf = inputs['systemd-system-conf']
    const system = readConfigFile(tree(conf), 'systemd-system-conf', 'system.conf')
    const value: Units = {
      version,
      units: units.sort((a, b) => (a.name < b.name ? -1 : 1)),
      byName,
      load: (name) => {
        const unit = byName.has(name) ? null : loader.load(name)
        const loaded = byName.get(unit?.name ?? name)
        return loaded ?? (unit && unit.loadState !== 'not-found' ? complete(unit) : null)
      },
      managerAssignments: system.assignments,
      specifiers: specifierValues(inputs),
      manager,
    }
    return known(value, [...gaps, ...closure.gaps, ...system.unread, ...managerGaps])
  },
})
