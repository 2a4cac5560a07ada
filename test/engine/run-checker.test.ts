import {describe, expect, it} from 'vitest'
import {type AnyChecker, type CannotJudge, defineChecker, type Skipped} from '../../src/checker.js'
import {FactResolver, inputsBehind} from '../../src/engine/fact-resolver.js'
import {runChecker} from '../../src/engine/run-checker.js'
import type {FindingDraft} from '../../src/model/finding.js'
import {missing} from '../../src/model/missing.js'
import {memorySource} from '../support/memory-source.js'

const finding = {
  rule: 'too-old',
  subject: {kind: 'host', name: 'a'},
  confidence: 'certain',
  summary: 's',
  why: 'w',
  evidence: [],
  remediation: [],
} as const

const rules = {'too-old': {severity: 'warning', title: 'The kernel is old'}} as const

// biome-ignore lint/suspicious/noConfusingVoidType: a generator that just ends returns void
type Verdicts = Generator<FindingDraft | CannotJudge, Skipped | undefined | void>

/** A checker of one rule that judges as it is told; not held to its rules by the compiler, as a plugin is not. */
function checker(check: () => Verdicts): AnyChecker {
  return {
    id: 'kernel-age',
    title: 't',
    needs: ['kernel'],
    wants: [],
    rules,
    *check() {
      return (yield* check()) ?? undefined
    },
  }
}

const run = (subject: AnyChecker, inputs: Parameters<typeof memorySource>[0], wanted = (_: string) => true) =>
  runChecker(subject, new FactResolver(memorySource(inputs)), {collectedAt: '2026-01-02T00:00:00Z'}, wanted)

describe('runChecker', () => {
  it('is ok when the checker yields nothing and nothing is missing', async () => {
    const {result} = await run(
      checker(function* () {}),
      {'kernel-release': '6.1.0\n'},
    )
    expect(result).toMatchObject({id: 'kernel-age', status: 'ok'})
    expect(result.missing).toBeUndefined()
  })

  it('is unknown, and does not run, when a needed fact is missing', async () => {
    let ran = false
    // biome-ignore lint/correctness/useYield: it must not even start
    const subject = checker(function* () {
      ran = true
    })
    const {result} = await run(subject, {})
    expect(result).toMatchObject({
      status: 'unknown',
      missing: [{input: 'kernel-release', reason: 'not-collected', detail: 'not in this source'}],
    })
    expect(ran).toBe(false)
  })

  it('is unknown when a wanted fact is missing, although it ran', async () => {
    const subject = defineChecker({
      id: 'kernel-age',
      title: 't',
      needs: ['host'],
      wants: ['kernel'],
      rules,
      *check() {},
    })
    const {result} = await run(subject, {})
    expect(result.status).toBe('unknown')
  })

  it('reports findings and what it could not judge side by side', async () => {
    const subject = checker(function* () {
      yield finding
      yield {unknown: missing('docker', 'timeout', 'no answer in 5 s')}
    })
    const {result, findings} = await run(subject, {'kernel-release': '4.4'})
    expect(result).toMatchObject({status: 'findings', missing: [{input: 'docker', reason: 'timeout'}]})
    expect(findings).toEqual([
      {
        ...finding,
        id: 'kernel-age/too-old',
        checker: 'kernel-age',
        severity: 'warning',
        docs: 'netdoctor explain kernel-age/too-old',
      },
    ])
  })

  it('is not skipped when something could not be judged', async () => {
    // biome-ignore lint/correctness/useYield: it yields nothing on purpose
    const skipping = checker(function* () {
      return {skipped: 'no kernel here'}
    })
    expect((await run(skipping, {'kernel-release': '4.4'})).result).toMatchObject({
      status: 'skipped',
      reason: 'no kernel here',
    })
    const unsure = checker(function* () {
      yield {unknown: missing('docker', 'timeout', '')}
      return {skipped: 'no kernel here'}
    })
    expect((await run(unsure, {'kernel-release': '4.4'})).result.status).toBe('unknown')
  })

  it('leaves out rules that were not asked for', async () => {
    const subject = checker(function* () {
      yield finding
    })
    const {result, findings} = await run(subject, {'kernel-release': '4.4'}, () => false)
    expect(findings).toEqual([])
    expect(result.status).toBe('ok')
  })

  it('ends in error, with what was found before, when a checker throws or yields an undeclared rule', async () => {
    const throwing = checker(function* () {
      yield finding
      throw new Error('boom')
    })
    const broken = await run(throwing, {'kernel-release': '4.4'})
    expect(broken.result).toMatchObject({status: 'error', reason: expect.stringContaining('boom')})
    expect(broken.findings).toHaveLength(1)
    const undeclared = checker(function* () {
      yield {...finding, rule: 'no-such-rule'}
    })
    expect((await run(undeclared, {'kernel-release': '4.4'})).result.status).toBe('error')
  })
})

describe('FactResolver', () => {
  it('collects each input once, however many facts use it', async () => {
    const source = memorySource({'kernel-release': '6.1.0'})
    const resolver = new FactResolver(source)
    const subject = defineChecker({id: 'a', title: 't', needs: ['host', 'kernel'], rules, *check() {}})
    await runChecker(subject, resolver, {collectedAt: ''}, () => true)
    await runChecker(subject, resolver, {collectedAt: ''}, () => true)
    expect(source.asked.filter((name) => name === 'kernel-release')).toHaveLength(1)
  })

  it('names all inputs behind a fact', () => {
    expect(inputsBehind(['host'])).toEqual(['hostname', 'os-release', 'kernel-release'])
  })
})
