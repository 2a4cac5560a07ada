import {basename, dirname} from '../systemd/file-tree.js'
import {dependencyFolder} from '../systemd/load-path.js'
import {expandSpecifiers} from '../systemd/specifiers.js'
import {instanceOf, isTemplate, parseUnitName, unitName, unitNameKind, withInstance} from '../systemd/unit-name.js'
import {parseBoolean} from '../systemd/values.js'
import type {PulledInBy} from '../units.js'
import {UPHOLDS_VERSION} from './install-section.js'
import type {LoadedUnit, UnitLoader} from './loader.js'

/** A unit that something pulls in, under the name by which it does. */
export interface Pull {
  readonly name: string
  readonly by: PulledInBy
}

const DEPENDENCIES = new Set(['Wants', 'Requires', 'BindsTo', 'Upholds'])
const TRIGGERS = {socket: 'Service', timer: 'Unit', path: 'Unit'} as const
const SECTIONS = {socket: 'Socket', timer: 'Timer', path: 'Path'} as const

/**
 * Links in folders such as `multi-user.target.wants` (process_deps() of systemd's src/core/load-dropin.c): the first
 * folder of the load path that has the name counts, and a link to /dev/null takes it back.
 */
export function linkPulls({tree, loadPath, version}: UnitLoader): Pull[] {
  const pulls: Pull[] = []
  const seen = new Set<string>()
  const order = new Map(loadPath.roots.map((root, at) => [root, at]))
  const rank = (folder: string) => order.get(dirname(folder)) ?? -1
  const folders = [...tree.folders()].filter((folder) => rank(folder) >= 0).sort((a, b) => rank(a) - rank(b))
  for (const folder of folders) {
    const dependency = dependencyFolder(folder)
    if (!dependency || (dependency.how === 'upholds' && version !== null && version < UPHOLDS_VERSION)) continue
    const {unit, how} = dependency
    for (const name of tree.list(folder)) {
      const key = `${basename(folder)}/${name}`
      if (seen.has(key)) continue
      seen.add(key)
      const path = `${folder}/${name}`
      const entry = tree.entry(path)
      if (entry?.type !== 'symlink' || unitNameKind(name) === null) continue
      const target = tree.follow(path)
      if (target !== null && !('status' in target) && target.text === '') continue
      pulls.push({name, by: {how, by: unit, path, runtime: isRuntime(path)}})
    }
  }
  return pulls
}

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
  // unit_resolve_template(): a template stands for the instance of the same name.
  const instance = instanceOf(unit.name)
  return isTemplate(name) && instance ? (withInstance(name, instance) ?? name) : name
}

export function isRuntime(path: string): boolean {
  return path.startsWith('/run/')
}
