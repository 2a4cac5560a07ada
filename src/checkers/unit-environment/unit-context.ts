import type {EnvironmentSources} from '../../facts/unit-environment.js'
import type {Unit, Units} from '../../facts/units.js'
import type {Remediation} from '../../model/finding.js'
import type {ExecPrediction} from '../../models/systemd/exec/prediction.js'
import {run} from './edits.js'
import type {Standing} from './standing.js'

/** A unit, what it would execute, and whether anybody needs it. */
export interface UnitContext {
  readonly unit: Unit
  readonly units: Units
  readonly prediction: ExecPrediction
  readonly sources: EnvironmentSources
  readonly standing: Standing
}

/** What makes an edit take effect. */
export function takeEffect({unit, standing}: UnitContext, unitFilesChanged: boolean): Remediation[] {
  const reload = unitFilesChanged ? [run('Have systemd read the unit again', ['systemctl', 'daemon-reload'])] : []
  if (unit.isTemplate) return reload
  return [
    ...reload,
    run(
      `Then start ${unit.name} anew`,
      unit.name.startsWith('-') ? ['systemctl', 'restart', '--', unit.name] : ['systemctl', 'restart', unit.name],
      standing.active,
    ),
  ]
}
