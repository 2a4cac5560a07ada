import type {EnvironmentSources} from '../../../facts/unit-environment.js'
import type {Unit, Units} from '../../../facts/units.js'
import type {ExecPrediction} from './prediction.js'

export interface ExecQuestion {
  readonly unit: Unit
  readonly units: Pick<Units, 'managerAssignments' | 'specifiers'>
  readonly sources: EnvironmentSources
  /** Major version of systemd to answer for. */
  readonly version: number
}

/** What systemd would execute for each Exec line of a unit, with which environment, and why. Pure. */
export function predictExec({unit, version}: ExecQuestion): ExecPrediction {
  return {
    unit: unit.name,
    version,
    loadState: 'error',
    loadError: {message: 'not built yet', at: null},
    commands: [],
    environment: [],
    ignored: [],
    files: [],
    unknowns: [],
  }
}
