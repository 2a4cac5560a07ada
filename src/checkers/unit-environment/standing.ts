import type {Unit, Units} from '../../facts/units.js'
import type {Boot} from '../../models/systemd/boot/boot.js'

/** Whether somebody needs a unit to work. */
export interface Standing {
  /** By how many steps what is found about it matters less. */
  readonly lowered: number
  /** Why, as a clause; null: it is not lowered. */
  readonly because: string | null
  /** It was started since boot and ended in failure. */
  readonly failed: boolean
  readonly active: boolean
}

/** Words of is-enabled by which somebody said that it be started. */
const enabled = new Set(['enabled', 'enabled-runtime', 'generated'])
const active = new Set(['active', 'activating', 'reloading', 'refreshing'])

/** A unit that runs, failed, or is started at boot or on demand counts in full. */
export function standingOf(unit: Unit, units: Units, boot: Boot): Standing {
  const state = units.manager?.byName.get(unit.name)?.activeState ?? 'inactive'
  const isActive = active.has(state)
  const failed = state === 'failed'
  const full = {lowered: 0, because: null, failed, active: isActive}
  if (isActive || failed) return full
  if (unit.isTemplate) return {...full, lowered: 2, because: 'it is a template without instances'}
  const startLinks = unit.sysv?.startLinks.length ?? 0
  const wanted = enabled.has(unit.unitFileState) || boot.started.has(unit.name) || boot.onDemand.has(unit.name)
  if (!wanted && startLinks === 0) return {...full, lowered: 1, because: 'nothing starts this unit at present'}
  const condition = unit.assignments.find(
    ({section, key, value}) => section === 'Unit' && /^(?:Condition|Assert)[A-Z]/.test(key) && value !== '',
  )
  return condition === undefined
    ? full
    : {...full, lowered: 1, because: `it is started only if ${condition.key}= holds`}
}
