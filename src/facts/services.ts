import type {Missing} from '../model/missing.js'
import type {Tree, TreeEntry} from '../sources/collected.js'
import {unitLoadPath} from '../sources/specs.js'
import {defineFact, known, unknown} from './define.js'
import type {Limit} from './processes.js'
import {type ConfigFile, readConfigFile} from './systemd/conf-file.js'
import {FileTree} from './systemd/file-tree.js'
import {findFragment, unitNames} from './systemd/load-path.js'
import {serviceOf, tasksMaxOf} from './systemd/task-settings.js'
import {lastSetting, loadUnit} from './systemd/unit.js'
import {isTemplate, parseUnitName} from './systemd/unit-name.js'
import {parseResourceLimit} from './systemd/values.js'

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
  inputs: ['systemd-units', 'systemd-system-conf', 'threads-max', 'pid-max'],
  derive(inputs) {
    const units = inputs['systemd-units']
    if (units.status === 'missing' && units.reason !== 'absent') return unknown(units)
    const systemTasksMax = systemTasksMaxOf(inputs['threads-max'], inputs['pid-max'])
    const manager = managerConfig(inputs['systemd-system-conf'])
    // A host without any unit folder has no services.
    const tree = new FileTree(units.status === 'tree' ? units : noFiles, 'systemd-units')
    const {all, wanted} = unitNames(tree, unitLoadPath)
    const aliases = aliasesByName(tree, all)

    // Folders that could not be read: any unit may have had something in there.
    const folders = [...unitLoadPath.map((root) => tree.entry(root)), ...wantsFolders(tree)]
    const gaps: Missing[] = [
      ...manager.unread,
      ...folders.flatMap((each) => (each?.type === 'unread' ? [each.missing] : [])),
    ]
    const services: Service[] = []
    const byName = new Map<string, Service>()
    const slices = new Map<string, Setting<number> | null>()
    for (const name of [...all].sort()) {
      const type = parseUnitName(name)?.type
      if ((type !== 'service' && type !== 'slice') || isTemplate(name)) continue
      const unit = loadUnit(tree, unitLoadPath, name, aliases.get(name) ?? [])
      if (!unit) continue
      for (const {input, reason, detail} of unit.unread) {
        gaps.push({status: 'missing', input, reason, detail: `${name}: ${detail}`})
      }
      if (type === 'slice') {
        slices.set(name, tasksMaxOf(unit.assignments, 'Slice', systemTasksMax))
        continue
      }
      const names = [name, ...(aliases.get(name) ?? [])]
      const service = serviceOf(
        unit,
        names.some((each) => wanted.has(each)),
        systemTasksMax,
      )
      services.push(service)
      for (const each of names) byName.set(each, service)
    }
    const value: Services = {
      services,
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

const noFiles: Tree = {status: 'tree', origin: '', entries: []}

function wantsFolders(tree: FileTree): (TreeEntry | undefined)[] {
  return unitLoadPath.flatMap((root) =>
    tree
      .list(root)
      .filter((name) => /\.(wants|requires|upholds)$/.test(name))
      .map((name) => tree.entry(`${root}/${name}`)),
  )
}

/** Real name -> its aliases. A chain of links, and a loop of them, ends at the first name that is no alias. */
function aliasesByName(tree: FileTree, names: Iterable<string>): Map<string, string[]> {
  const aliases = new Map<string, string[]>()
  for (const name of names) {
    let target = name
    let fragment = findFragment(tree, unitLoadPath, target)
    for (let hops = 0; fragment?.kind === 'alias' && hops < 40; hops++) {
      target = fragment.target
      fragment = findFragment(tree, unitLoadPath, target)
    }
    if (target !== name && fragment && fragment.kind !== 'alias') {
      aliases.set(target, [...(aliases.get(target) ?? []), name])
    }
  }
  return aliases
}

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
