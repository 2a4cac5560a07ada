import {beforeAll, expect, it} from 'vitest'
import {describeLab} from '../../support/lab/requirements.js'
import {brokenModels} from './broken-models.js'
import {fixedConfigurations} from './fixed.js'
import {generate} from './generate.js'
import {describeResult, Summary} from './report.js'
import {type ConfigurationResult, compareWith, runConfigurations} from './run.js'

const seed = Number(process.env.NETDOCTOR_SEED ?? Date.now() % 1_000_000)
const CONFIGURATIONS = 120

describeLab('predicted source addresses equal those of the kernel', ['root', 'ip', 'python3'], () => {
  const results: ConfigurationResult[] = []
  const summary = new Summary()

  beforeAll(async () => {
    const random = Array.from({length: CONFIGURATIONS}, (_, index) => ({
      index: String(index),
      configuration: generate(seed, index),
    }))
    const fixed = Object.entries(fixedConfigurations).map(([index, configuration]) => ({index, configuration}))
    const configurations = [...fixed, ...random]
    await runConfigurations(configurations, (result) => {
      results.push(result)
      summary.add(result)
    })
    console.log(`seed ${seed}: ${summary.text}`)
  })

  it('in every configuration', () => {
    expect(summary.different.map(describeResult).join('\n')).toBe('')
    expect(results).toHaveLength(CONFIGURATIONS + Object.keys(fixedConfigurations).length)
  })

  it('with certainty in nearly all of them', () => {
    expect(summary.unknownShare).toBeLessThan(0.05)
  })

  it.each(brokenModels)('and tell the model from one in which $title', (broken) => {
    const caught = results.some(
      ({configuration, measured, network}) =>
        compareWith(broken, configuration, measured, network).differences.length > 0,
    )
    expect(caught).toBe(true)
  })
})
