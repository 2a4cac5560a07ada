import {parseArgs} from 'node:util'
import {debianRoot, systemdVersion} from '../../support/lab/debian-root.js'
import {whyNot} from '../../support/lab/requirements.js'
import {edgeBatch, edgeCases} from './cases/index.js'
import type {Comparison} from './compare.js'
import {randomBatch} from './generate/units.js'
import {compileRecorder} from './machine.js'
import {predict} from './predict.js'
import {describeDifferences, summarise} from './report.js'
import {type Batch, judge, observe} from './run.js'

const usage = `npm run lab -- exec [--seed N] [--units N] [--release NAME] [--edge] [--only NAME]

Predicted command lines and environments of units, held against those that a booted systemd gives them.

  --seed N        of the units that are made up; each seed gives others
  --units N       how many of them (default 300)
  --release NAME  of Debian: bullseye, bookworm, trixie, sid; may be given several times (default: all of these)
  --edge          units made by hand only
  --only NAME     only units whose names hold this`

const RELEASES = ['bullseye', 'bookworm', 'trixie', 'sid']
/** Of one boot. */
const BATCH = 250

/** Gives the exit code: 1 if a prediction was wrong. */
export async function execLab(argv: readonly string[]): Promise<number> {
  const {values} = parseArgs({
    args: [...argv],
    options: {
      seed: {type: 'string', default: String(Date.now() % 1_000_000)},
      units: {type: 'string', default: '300'},
      release: {type: 'string', multiple: true, default: RELEASES},
      edge: {type: 'boolean', default: false},
      only: {type: 'string'},
      help: {type: 'boolean', default: false},
    },
  })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const lacking = whyNot('root', 'gcc', 'systemd-nspawn', 'debootstrap', 'nsenter')
  if (lacking !== null) throw new Error(lacking)
  const seed = Number(values.seed)
  const units = values.edge ? 0 : Number(values.units)
  const {only} = values
  console.log(
    values.edge
      ? `${edgeCases.length} cases made by hand`
      : `seed ${seed}, ${units} units, ${edgeCases.length} cases made by hand`,
  )
  const recorder = compileRecorder()
  let wrong = 0
  try {
    for (const release of values.release) {
      const comparisons: Comparison[] = []
      let version = 0
      for (const batch of batches(seed, units, systemdVersion(await debianRoot(release)))) {
        const outcome = await observe(
          release,
          recorder.path,
          only === undefined ? batch : {...batch, units: batch.units.filter((name) => name.includes(only))},
        )
        const comparison = judge(outcome, predict)
        if (comparison.differences.length > 0) console.log(describeDifferences(comparison.differences, batch.files))
        version = outcome.observation.version
        comparisons.push(comparison)
      }
      console.log(summarise(release, version, comparisons))
      wrong += comparisons.reduce((sum, {differences}) => sum + differences.length, 0)
    }
  } finally {
    recorder.remove()
  }
  return wrong === 0 ? 0 : 1
}

/** The cases made by hand, then those made up, each batch with a seed of its own. */
function* batches(seed: number, units: number, version: number): Generator<Batch> {
  yield edgeBatch(version)
  for (let done = 0; done < units; done += BATCH) yield randomBatch(seed, done, Math.min(BATCH, units - done))
}
