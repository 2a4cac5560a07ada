import {type ManagerUnit, type Unit, type Units, type UnitType, unitTypes} from '../../facts/units.js'
import {lastOf} from '../../models/systemd/boot/setting.js'

/** A unit that runs now and is meant to go on running. */
export interface Running {
  readonly name: string
  readonly state: ManagerUnit
  /** As its files say; null: there are none. */
  readonly unit: Unit | null
}

/** These come with what is in them. */
const notJudged: readonly UnitType[] = ['slice', 'scope', 'device']
const judged: ReadonlySet<string> = new Set(unitTypes.filter((type) => !notJudged.includes(type)))
const active = new Set(['active', 'activating', 'reloading', 'refreshing'])

/** What runs under PID 1 and came from a unit file: no transient units, no oneshots. */
export function runningUnits(units: Units): Running[] {
  const found = new Map<string, Running>()
  for (const state of units.manager?.units ?? []) {
    if (!active.has(state.activeState) || state.subState === 'exited') continue
    const type = state.id.slice(state.id.lastIndexOf('.') + 1)
    if (!judged.has(type) || isTransient(state)) continue
    const unit =
      [state.id, ...state.names].map((name) => units.byName.get(name)).find((each) => each) ?? units.load(state.id)
    // Of a mount or swap that was made by hand, or a unit of a generator that is no file.
    if ((unit === null || unit.loadState === 'not-found') && state.fragmentPath === '') continue
    const serviceType = (unit && lastOf(unit, 'Service', 'Type')?.value) ?? state.properties.Type
    if (type === 'service' && serviceType === 'oneshot') continue
    const name = unit?.name ?? state.id
    found.set(name, {name, state, unit})
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

function isTransient({fragmentPath, properties, unitFileState}: ManagerUnit): boolean {
  return (
    unitFileState === 'transient' ||
    properties.Transient === 'yes' ||
    /^\/run\/systemd\/(transient|generator(\.early|\.late)?)\//.test(fragmentPath)
  )
}
