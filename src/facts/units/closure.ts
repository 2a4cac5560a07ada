import {type Missing, missing} from '../../model/missing.js'
import {unitNameKind} from '../systemd/unit-name.js'
import type {PulledInBy} from '../units.js'
import {DependencyLinks} from './dependency-links.js'
import type {LoadedUnit, UnitLoader} from './loader.js'
import {mayTemplate} from './name-map.js'
import {type Pull, settingPulls} from './pulled-in.js'

export interface Closure {
  /** By real name. */
  readonly units: ReadonlyMap<string, LoadedUnit>
  /** By every name that was asked for. */
  readonly byName: ReadonlyMap<string, LoadedUnit>
  readonly pulls: ReadonlyMap<string, readonly PulledInBy[]>
  readonly gaps: readonly Missing[]
}

/** Instances that settings of instances name may go on for ever. */
const MAX_NAMED_INSTANCES = 3000

/** All units that files know of, those included that settings of others are the first to name, and what pulls each in. */
export function closureOf(loader: UnitLoader, onDemand: readonly Pull[]): Closure {
  const links = new DependencyLinks(loader)
  const units = new Map<string, LoadedUnit>()
  const byName = new Map<string, LoadedUnit>()
  const pulls = new Map<string, PulledInBy[]>()
  const gaps: Missing[] = []
  const queue: LoadedUnit[] = []
  const add = (name: string): LoadedUnit | null => {
    const unit = loader.load(name)
    if (unit) byName.set(name, unit)
    if (unit && !units.has(unit.name)) {
      units.set(unit.name, unit)
      queue.push(unit)
    }
    return unit
  }
  const pull = (unit: LoadedUnit, by: PulledInBy) => {
    const list = pulls.get(unit.name)
    if (list) list.push(by)
    else pulls.set(unit.name, [by])
  }
  for (const name of loader.knownNames()) add(name)
  for (const {name, by} of onDemand) {
    const unit = loader.load(name)
    if (unit && (units.has(unit.name) || unit.loadState !== 'not-found')) {
      add(name)
      pull(unit, by)
    }
  }
  let named = 0
  for (let unit = queue.pop(); unit; unit = queue.pop()) {
    // Also of what is masked or not there: its folders are, and what they say may come to count.
    for (const {name, by} of [...links.of(unit), ...settingPulls(unit, loader.version)]) {
      if (unitNameKind(name) !== 'plain' && !mayTemplate(name)) continue
      const other = loader.load(name)
      if (!other || other === unit || (by.how === 'setting' && other.loadState === 'not-found')) continue
      if (!units.has(other.name)) {
        named += unitNameKind(other.name) === 'instance' ? 1 : 0
        if (named > MAX_NAMED_INSTANCES) {
          gaps.push(missing('systemd-units', 'truncated', 'settings of units name more instances than are ever loaded'))
          return {units, byName, pulls, gaps}
        }
        add(name)
      }
      pull(other, by)
    }
  }
  return {units, byName, pulls, gaps}
}
