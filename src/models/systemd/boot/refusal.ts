import type {Unit, Units} from '../../../facts/units.js'
import {serviceProblem, unitCommands} from '../exec/commands.js'
import {Settings} from '../exec/settings.js'

/** Where it is not known which systemd will boot, its newest one answers. */
const NEWEST = 262

/** Why systemd refuses a unit whose file it can read (service_verify() of src/core/service.c); null: it does not. */
export function refusalOf(unit: Unit, units: Pick<Units, 'version' | 'specifiers'>): string | null {
  if (unit.loadState === 'refused') return unit.loadError ?? 'systemd refuses its file'
  // What a generator will make of an init script has no file yet.
  if (unit.loadState !== 'loaded' || unit.type !== 'service' || unit.fragmentPath === null) return null
  const version = units.version ?? NEWEST
  const context = {unit: unit.name, values: units.specifiers, version, fragmentPath: unit.fragmentPath}
  const {assignments, commands, refused} = unitCommands(unit, 'service', context)
  if (refused) return refused.message
  return serviceProblem(commands, new Settings(assignments, 'Service'), assignments, version)?.message ?? null
}
