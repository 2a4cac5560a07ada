import type {Missing} from '../model/missing.js'
import type {Tree} from '../sources/collected.js'
import {defineFact, known, unknown} from './define.js'
import type {Limit} from './processes.js'
import {type ConfigFile, readConfigFile} from './systemd/conf-file.js'
import {serviceOf, tasksMaxOf} from './systemd/task-settings.js'
import {lastSetting} from './systemd/unit.js'
import {unitTypeOf} from './systemd/unit-name.js'
import {parseResourceLimit} from './systemd/values.js'
import {linkedNames} from './units/dependency-links.js'
import {unitFilesFact} from './units/files.js'
import {gapsOfUnit} from './units/loader.js'

/** Where a setting comes from: the unit file or drop-in that decides, or a default. */
export interface Origin {
  readonly path: string
  readonly line: number | null
  readonly text: string
}

export interface Setting<T> {
  readonly value: T
  readonly origin: Origin
}

/** What of a systemd service decides about its tasks. Read from files: no PID 1 needed. */
export interface Service {
  /** `avahi-daemon.service` */
  readonly name: string
  readonly masked: boolean
  /** A .wants, .requires or .upholds link names it or one of its aliases. */
  readonly enabled: boolean
  readonly fragmentPath: string
  /** User=, as written after specifiers; null = root. */
  readonly user: Setting<string> | null
  readonly dynamicUser: boolean
  readonly privateUsers: boolean
  /** Its ExecStart= has a prefix (`+`, `!`) with which systemd does not change to User=. */
  readonly ignoresUser: boolean
  /** PAMName= is set: a `(sd-pam)` process stays beside it under its UID. */
  readonly pamName: boolean
  readonly limitNproc: Setting<{readonly soft: Limit; readonly hard: Limit}> | null
  /** TasksMax=; Infinity for `infinity`. null: not set, or a share of a number that is not known. */
  readonly tasksMax: Setting<number> | null
  readonly slice: string
  readonly execStart: readonly string[]
  /** ExecStart binary's basename. */
  readonly program: string
}

export interface Services {
  readonly services: readonly Service[]
  /** Also under its aliases. */
  readonly byName: ReadonlyMap<string, Service>
  /** null: not set, so services start with the soft and hard limit of PID 1. */
  readonly defaultLimitNproc: Setting<{readonly soft: Limit; readonly hard: Limit}> | null
  readonly defaultTasksMax: Setting<number> | null
  /** TasksMax= of slices. */
  readonly slices: ReadonlyMap<string, Setting<number> | null>
}

export const servicesFact = defineFact({
  name: 'services',
  inputs: ['systemd-system-conf', 'threads-max', 'pid-max'],
  uses: {files: unitFilesFact},
  derive(inputs, {files}) {
    if (!files.known) return unknown(...files.missing)
    const loader = files.value
    const systemTasksMax = systemTasksMaxOf(inputs['threads-max'], inputs['pid-max'])
    const manager = managerConfig(inputs['systemd-system-conf'])
    const wanted = linkedNames(loader)
    const gaps: Missing[] = [...manager.unread, ...files.gaps]
    const services: Service[] = []
    const byName = new Map<string, Service>()
    const slices = new Map<string, Setting<number> | null>()
    for (const name of [...loader.knownNames()].sort()) {
      const type = unitTypeOf(name)
      if ((type !== 'service' && type !== 'slice') || byName.has(name) || slices.has(name)) continue
      const unit = loader.load(name)
      if (!unit || unit.isTemplate || unit.loadState === 'not-found' || byName.has(unit.name)) continue
      gaps.push(...gapsOfUnit(unit))
      if (type === 'slice') {
        slices.set(unit.name, tasksMaxOf(unit.assignments, 'Slice', systemTasksMax))
        continue
      }
      const names = [unit.name, ...unit.aliases]
      const service = serviceOf(
        unit,
        names.some((each) => wanted.has(each)),
        systemTasksMax,
      )
      services.push(service)
      for (const each of [...names, name]) byName.set(each, service)
    }
    const value: Services = {
      services: services.sort((a, b) => (a.name < b.name ? -1 : 1)),
      byName,
      defaultLimitNproc: lastSetting(
        manager.assignments,
        'Manager',
        'DefaultLimitNPROC',
        (text) => parseResourceLimit(text) ?? undefined,
      ),
      defaultTasksMax: defaultTasksMaxOf(manager, systemTasksMax),
      slices,
    }
    return known(value, gaps)
  },
})

function managerConfig(input: Tree | Missing): ConfigFile {
  if (input.status === 'tree') return readConfigFile(input, 'systemd-system-conf', 'system.conf')
  return {assignments: [], unread: input.reason === 'absent' ? [] : [input]}
}

/** DEFAULT_TASKS_MAX of src/core/manager.c: 15 % of what the system can have. */
function defaultTasksMaxOf(manager: ConfigFile, systemTasksMax: number | null): Setting<number> | null {
  const set = tasksMaxOf(manager.assignments, 'Manager', systemTasksMax, 'DefaultTasksMax')
  if (set || systemTasksMax === null) return set
  return {
    value: Math.floor((systemTasksMax * 15) / 100),
    origin: {path: 'systemd-system.conf(5)', line: null, text: 'DefaultTasksMax=15%'},
  }
}

/** system_tasks_max() of src/basic/limits-util.c, without a limit on the root cgroup, which has none on a host. */
function systemTasksMaxOf(...inputs: readonly ({status: 'raw'; text: string} | {status: 'missing'})[]): number | null {
  const [threads, pids] = inputs.map((input) => (input.status === 'raw' ? Number.parseInt(input.text, 10) : Number.NaN))
  // PIDs stay below pid_max, so there is one task fewer than it says.
  const least = Math.min(threads ?? Number.NaN, (pids ?? Number.NaN) - 1)
  return Number.isNaN(least) ? null : least
}
