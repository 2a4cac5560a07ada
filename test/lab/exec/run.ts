import {commonFiles} from './cases/index.js'
import {type Comparison, compare} from './compare.js'
import {conduct, type Observation} from './conductor.js'
import type {LabFiles} from './files.js'
import {bootRecorded, succeed} from './machine.js'
import {type Files, type Predict, readFiles} from './predict.js'

export interface Batch {
  readonly files: LabFiles
  readonly units: readonly string[]
  readonly triggered: readonly string[]
}

/** What a real systemd did with a batch, and what netdoctor reads of the same files. */
export interface Outcome {
  readonly batch: Batch
  readonly observation: Observation
  readonly files: Files
}

/** Boots a machine for a batch, and starts all of it. */
export async function observe(release: string, recorder: string, batch: Batch): Promise<Outcome> {
  const machine = await bootRecorded(release, recorder, {...commonFiles, ...batch.files})
  try {
    await succeed(machine, ['systemctl', 'daemon-reexec'])
    await succeed(machine, ['systemctl', 'daemon-reload'])
    const files = await readFiles(machine.root)
    if (files.units.version !== machine.version) {
      throw new Error(`systemd ${machine.version} was taken for ${files.units.version}`)
    }
    return {batch, files, observation: await conduct(machine, batch.units, batch.triggered)}
  } finally {
    await machine.stop()
  }
}

export function judge({observation, files}: Outcome, predict: Predict): Comparison {
  return compare(observation, files, predict)
}
