import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {debianRoot, systemdVersion} from '../../support/lab/debian-root.js'
import {describeLab} from '../../support/lab/requirements.js'
import {brokenModels} from './broken-models.js'
import {edgeBatch, edgeCases} from './cases/index.js'
import {randomBatch} from './generate/units.js'
import {compileRecorder} from './machine.js'
import {predict} from './predict.js'
import {describeDifferences, summarise} from './report.js'
import {judge, type Outcome, observe} from './run.js'

const SEED = Number(process.env.NETDOCTOR_SEED ?? 7)
const UNITS = Number(process.env.NETDOCTOR_CASES ?? 200)
const RELEASES = (process.env.NETDOCTOR_LAB_RELEASES ?? 'bullseye bookworm trixie sid').split(' ')

describeLab(
  'predicted command lines and environments equal the real ones',
  ['root', 'gcc', 'systemd-nspawn', 'debootstrap', 'nsenter'],
  () => {
    let recorder: ReturnType<typeof compileRecorder>
    const outcomes: Outcome[] = []
    beforeAll(async () => {
      recorder = compileRecorder()
      await Promise.all(RELEASES.map((release) => debianRoot(release)))
    }, 900_000)
    afterAll(() => recorder?.remove())

    it.each(RELEASES)(
      `on %s: cases made by hand, and ${UNITS} units of seed ${SEED}`,
      async (release) => {
        const version = systemdVersion(await debianRoot(release))
        const comparisons = []
        for (const batch of [edgeBatch(version), randomBatch(SEED, 0, UNITS)]) {
          const outcome = await observe(release, recorder.path, batch)
          const comparison = judge(outcome, predict)
          comparisons.push(comparison)
          expect(describeDifferences(comparison.differences, batch.files)).toBe('')
          outcomes.push(outcome)
        }
        console.log(summarise(release, version, comparisons))
        expect(comparisons.reduce((sum, {commands}) => sum + commands, 0)).toBeGreaterThan(UNITS)
      },
      600_000,
    )

    describe('and would be found to differ if', () => {
      it.each(brokenModels)('$title', ({predict: broken}) => {
        const found = outcomes.some((outcome) => judge(outcome, broken).differences.length > 0)
        expect(found).toBe(true)
      })
    })
  },
)

it('has a name for each case made by hand', () => {
  const ids = edgeCases.map(({id}) => id)
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([])
})
