import type {Service, Setting} from '../services.js'
import type {LoadedUnit} from '../units/loader.js'
import {basename} from './file-tree.js'
import {expandSpecifiers} from './specifiers.js'
import {lastSetting, originOf} from './unit.js'
import type {Assignment} from './unit-file.js'
import {parseUnitName} from './unit-name.js'
import {parseBoolean, parseResourceLimit, parseTasksMax} from './values.js'

/** What a loaded service says about its tasks (systemd.exec(5), systemd.resource-control(5)). */
export function serviceOf(unit: LoadedUnit, enabled: boolean, systemTasksMax: number | null): Service {
  const {assignments} = unit
  const yes = (key: string) => lastSetting(assignments, 'Service', key, (v) => parseBoolean(v) ?? undefined)?.value
  const execStart = listSetting(assignments, 'Service', 'ExecStart')
  const first = execStart[0] ?? ''
  const prefixes = /^[-@:+!|]*/.exec(first)?.[0] ?? ''
  return {
    name: unit.name,
    masked: unit.loadState === 'masked',
    enabled,
    fragmentPath: unit.fragmentPath ?? '',
    user: userOf(unit),
    dynamicUser: yes('DynamicUser') ?? false,
    privateUsers: yes('PrivateUsers') ?? false,
    // `+` runs with full privileges, `!` without setuid(); `!!` does nothing where ambient capabilities exist (4.3).
    ignoresUser: prefixes.includes('+') || prefixes.replace('!!', '') !== prefixes.replace(/!/g, ''),
    pamName: (lastSetting(assignments, 'Service', 'PAMName', (value) => value)?.value ?? '') !== '',
    limitNproc: lastSetting(assignments, 'Service', 'LimitNPROC', (v) => parseResourceLimit(v) ?? undefined),
    tasksMax: tasksMaxOf(assignments, 'Service', systemTasksMax),
    slice: sliceOf(unit),
    execStart,
    program: basename(firstWord(first.slice(prefixes.length))),
  }
}

/** `TasksMax=` in a section; an empty assignment goes back to the default. */
export function tasksMaxOf(
  assignments: readonly Assignment[],
  section: string,
  systemTasksMax: number | null,
  key = 'TasksMax',
): Setting<number> | null {
  let setting: Setting<number> | null = null
  for (const assignment of assignments) {
    if (assignment.section !== section || assignment.key !== key) continue
    const value = assignment.value === '' ? null : parseTasksMax(assignment.value, systemTasksMax)
    if (value !== 'ignored') setting = value === null ? null : {value, origin: originOf(assignment)}
  }
  return setting
}

function userOf(unit: LoadedUnit): Setting<string> | null {
  const setting = lastSetting(unit.assignments, 'Service', 'User', (value) => value)
  // An empty User= goes back to root.
  if (!setting || setting.value === '') return null
  return {...setting, value: expandSpecifiers(setting.value, unit.name) ?? setting.value}
}

function sliceOf(unit: LoadedUnit): string {
  // An empty one, or one that is no slice, is ignored (config_parse_unit_slice()).
  const slice = lastSetting(unit.assignments, 'Service', 'Slice', (value) => {
    const expanded = expandSpecifiers(value, unit.name)
    return expanded?.endsWith('.slice') ? expanded : undefined
  })
  if (slice) return slice.value
  const name = parseUnitName(unit.name)
  // unit_set_default_slice(): instances of a template share a slice, dashes of the prefix are escaped in it.
  if (name?.instance) return `system-${name.prefix.replaceAll('-', '\\x2d')}.slice`
  return 'system.slice'
}

/** A list to which every assignment adds, and which an empty one clears. */
function listSetting(assignments: readonly Assignment[], section: string, key: string): string[] {
  let list: string[] = []
  for (const assignment of assignments) {
    if (assignment.section !== section || assignment.key !== key) continue
    if (assignment.value === '') list = []
    else list.push(assignment.value)
  }
  return list
}

function firstWord(line: string): string {
  const quoted = /^(?:"([^"]*)"|'([^']*)'|(\S*))/.exec(line)
  return quoted?.[1] ?? quoted?.[2] ?? quoted?.[3] ?? ''
}
