import {afterAll, beforeAll, expect, it} from 'vitest'
import {countTasks} from '../../../src/models/task-limits/counts.js'
import {type Dockerd, importImage, startDockerd} from '../../support/lab/docker.js'
import {describeLab} from '../../support/lab/requirements.js'
import {brokenModels} from './broken-models.js'
import {compileSituation} from './conductor.js'
import {model, predict} from './predict.js'
import {describeCase, summarise} from './report.js'
import {type CaseResult, judge, runCases} from './run.js'

const seed = Number(process.env.NETDOCTOR_SEED ?? Date.now() % 1_000_000)
const CASES = 400

describeLab('predicted forks equal real forks', ['root', 'gcc', 'dockerd', 'docker', 'busybox'], () => {
  let program: ReturnType<typeof compileSituation>
  let daemon: Dockerd
  let results: CaseResult[]

  beforeAll(async () => {
    program = compileSituation()
    daemon = await startDockerd()
    const docker = {daemon, image: await importImage(daemon)}
    results = await runCases({seed, cases: CASES, program: program.path, docker})
    console.log(`seed ${seed}: ${summarise(results)}`)
  })

  afterAll(async () => {
    await daemon?.stop()
    program?.remove()
  })

  it('in every situation', () => {
    const different = results.filter((result) => judge(result) === 'different')
    expect(different.map((result) => describeCase(seed, result)).join('\n')).toBe('')
    expect(results).toHaveLength(CASES)
  })

  it('with certainty in at least 300 of them', () => {
    expect(results.filter((result) => judge(result) === 'same').length).toBeGreaterThanOrEqual(300)
  })

  it.each(brokenModels)('tells it from a model in which $title', ({count, model: broken}) => {
    const caught = results.filter((result) => {
      const {snapshot, situation, pid, counted} = result
      const counts = count ? count(snapshot) : countTasks(snapshot.table, snapshot.namespaces, snapshot.kernel)
      const prediction = predict(situation, pid, {counts, cgroups: snapshot.cgroups}, broken ?? model)
      return judge({situation, prediction, counted}) === 'different'
    })
    expect(caught.length).toBeGreaterThan(0)
  })
})
