import {afterAll, beforeAll, expect, it} from 'vitest'
import {rankedRules} from '../../../src/models/destination-order/rank.js'
import {describeLab} from '../../support/lab/requirements.js'
import {type Scratch, scratch} from '../../support/lab/scratch.js'
import {brokenModels} from './broken-models.js'
import {generate} from './generate.js'
import {describeResult, Summary} from './report.js'
import {type CaseResult, judge, runCases} from './run.js'
import {compileResolver} from './worker.js'

const seed = Number(process.env.NETDOCTOR_SEED ?? Date.now() % 1_000_000)
const CONFIGURATIONS = 200

describeLab('the order of destinations is that of getaddrinfo()', ['root', 'gcc', 'ip', 'python3'], () => {
  let folder: Scratch
  const results: CaseResult[] = []
  const summary = new Summary()

  beforeAll(async () => {
    folder = await scratch()
    const cases = Array.from({length: CONFIGURATIONS}, (_, index) => ({index, configuration: generate(seed, index)}))
    results.push(...(await runCases(cases, {program: compileResolver(folder.dir), root: '/'})))
    for (const result of results) summary.add(result)
    console.log(`seed ${seed}: ${summary.text}`)
  })

  afterAll(() => folder?.remove())

  it('in every configuration', () => {
    expect(summary.different.map(describeResult).join('\n')).toBe('')
    expect(results).toHaveLength(CONFIGURATIONS)
  })

  it('with certainty for nine names of ten', () => {
    const all = results.flatMap(({names}) => names)
    expect(all.filter(({verdict}) => verdict === 'same').length).toBeGreaterThan(all.length * 0.9)
  })

  it('by every rule', () => {
    for (const rule of rankedRules) expect(summary.decidedBy.get(rule), rule).toBeGreaterThan(0)
  })

  it.each(brokenModels)('tells it from a model in which $title', ({model}) => {
    const caught = results.some(({configuration, measured}) =>
      judge(configuration, measured, model).some(({verdict}) => verdict === 'different'),
    )
    expect(caught).toBe(true)
  })
})
