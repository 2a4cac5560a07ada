import {beforeAll, expect, it} from 'vitest'
import {describeLab} from '../../support/lab/requirements.js'
import {brokenModels} from './broken-models.js'
import {compare} from './compare.js'
import type {Step} from './conductor.js'
import {Summary} from './report.js'
import {runSequences} from './run.js'

const seed = Number(process.env.NETDOCTOR_SEED ?? Date.now() % 1_000_000)
const SEQUENCES = 300

describeLab('predicted answers to commands of tc equal those of the kernel', ['root', 'ip', 'tc'], () => {
  const played: (readonly Step[])[] = []
  const differences: string[] = []
  const summary = new Summary()

  beforeAll(async () => {
    await runSequences(seed, 0, SEQUENCES, (index, steps, comparison) => {
      played.push(steps)
      summary.add(index, comparison)
      if (comparison.difference !== null) differences.push(`case ${index}:\n${comparison.difference}`)
    })
    console.log(`seed ${seed}: ${summary.text}`)
  })

  it('after every command of every sequence', () => {
    expect(differences.join('\n')).toBe('')
    expect(played).toHaveLength(SEQUENCES)
  })

  it('with an answer to nearly all', () => {
    expect(summary.undecidedShare).toBeLessThan(0.02)
  })

  it.each([
    'protocol-mismatch',
    'kind-mismatch',
    'priorities-exhausted',
    'filter-exists',
    'class-in-use',
    'block-is-shared',
    'no-such-class',
    'qdisc-exists',
  ])('with %s among the answers', (reason) => {
    expect(summary.reasons.get(reason) ?? 0).toBeGreaterThan(0)
  })

  it.each(brokenModels)('tells it from a model in which $title', ({twist}) => {
    expect(played.filter((steps) => compare(steps, twist).difference !== null).length).toBeGreaterThan(0)
  })
})
