import {beforeAll, expect, it} from 'vitest'
import {describeLab} from '../../support/lab/requirements.js'
import {brokenEvaluators} from './broken-evaluators.js'
import {compare} from './compare.js'
import {describeResult, evaluate, type Result, runCases, summarise} from './run.js'

const seed = Number(process.env.NETDOCTOR_SEED ?? Date.now() % 1_000_000)
const CASES = 150

describeLab('what a script is said to run is what dash and bash run', ['dash', 'bash'], () => {
  let results: Result[]

  beforeAll(async () => {
    results = await runCases({seed, cases: CASES})
    console.log(`seed ${seed}: ${summarise(results)}`)
  })

  it('in every script', () => {
    const different = results.filter(({judgement}) => judgement.verdict === 'different')
    expect(different.map((result) => describeResult(seed, result)).join('\n')).toBe('')
    expect(new Set(results.map(({script}) => script.index)).size).toBe(CASES)
  })

  it('to the letter and with certainty in a third of what they ran', () => {
    const ran = results.reduce((sum, each) => sum + (each.ran === 'timeout' ? 0 : each.ran.length), 0)
    const known = results.reduce((sum, each) => sum + each.known, 0)
    expect(ran).toBeGreaterThan(500)
    expect(known / ran).toBeGreaterThan(1 / 3)
  })

  it.each(brokenEvaluators)('tells it from an evaluation in which $title', ({text, change}) => {
    const isCaught = results.some(({script, ran}) => {
      if (ran === 'timeout') return false
      const evaluation = evaluate(text ? text(script.text) : script.text)
      return compare(change ? change(evaluation) : evaluation, ran).verdict === 'different'
    })
    expect(isCaught).toBe(true)
  })
})
