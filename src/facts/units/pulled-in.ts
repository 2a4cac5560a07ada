import {expandSpecifiers} from '../systemd/specifiers.js'
import {isTemplate, parseUnitName, unitName, unitNameKind, withInstance} from '../systemd/unit-name.js'
import {parseBoolean} from '../systemd/values.js'
import type {PulledInBy} from '../units.js'
import type {LoadedUnit} from './loader.js'

/** A unit that something pulls in, under the name by which it does. */
export interface Pull {
  readonly name: string
  readonly by: PulledInBy
}

const DEPENDENCIES = new Set(['Wants', 'Requires', 'BindsTo', 'Upholds'])
const TRIGGERS = {socket: 'Service', timer: 'Unit', path: 'Unit'} as const
const SECTIONS = {socket: 'Socket', timer: 'Timer', path: 'Path'} as const

/** What the settings of a unit pull in or trigger. Those of a template count only where they name no instance. */
export function settingPulls(unit: LoadedUnit, version: number | null): Pull[] {
  if (unit.loadState !== 'loaded') return []
  const pulls: Pull[] = []
  for (const {section, key, value, path} of unit.assignments) {
    if (section !== 'Unit' || !DEPENDENCIES.has(key) || (key === 'Upholds' && version !== null && version < 249))
      continue
    for (const word of value.split(/[ \t\n\r]+/)) {
      const name = resolve(word, unit)
      if (name !== null) pulls.push({name, by: {how: 'setting', by: unit.name, path, runtime: isRuntime(path)}})
    }
  }
  return [...pulls, ...triggerPulls(unit)]
}

/** What a socket, timer or path unit starts (systemd.socket(5), systemd.timer(5), systemd.path(5)). */
function triggerPulls(unit: LoadedUnit): Pull[] {
  const {type} = unit
  if (type !== 'socket' && type !== 'timer' && type !== 'path') return []
  const last = (key: string) =>
    unit.assignments.findLast((each) => each.section === SECTIONS[type] && each.key === key && each.value !== '')
  const setting = last(TRIGGERS[type])
  const parsed = parseUnitName(unit.name)
  if (!parsed) return []
  const eachConnection = type === 'socket' && parseBoolean(last('Accept')?.value ?? 'no') === true
  const implicit = unitName({...parsed, type: 'service', ...(eachConnection ? {instance: ''} : {})})
  const name = setting ? resolve(setting.value, unit) : implicit
  const path = setting?.path ?? unit.fragmentPath ?? ''
  return name === null ? [] : [{name, by: {how: type, by: unit.name, path, runtime: isRuntime(path)}}]
}

function resolve(word: string, unit: LoadedUnit): string | null {
  if (word === '' || (unit.isTemplate && word.includes('%'))) return null
  const name = expandSpecifiers(word, unit.name)
  if (name === null || unitNameKind(name) === null) return null
  return instanceFor(name, unit)
}

/** unit_resolve_template(): a template stands for its instance after the unit that names it. */
export function instanceFor(name: string, unit: LoadedUnit): string | null {
  const by = parseUnitName(unit.name)
  return isTemplate(name) && !unit.isTemplate ? withInstance(name, by?.instance ?? by?.prefix ?? '') : name
}

export function isRuntime(path: string): boolean {
  return path.startsWith('/run/')
}
