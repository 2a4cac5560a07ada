import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {defineChecker} from '../../src/checker.js'
import {accept} from '../../src/engine/accepted.js'
import {check} from '../../src/engine/check.js'
import {exitCodeOf, exitCodes} from '../../src/engine/exit-code.js'
import {orderFindings} from '../../src/engine/order.js'
import {type Finding, severities} from '../../src/model/finding.js'
import {memorySource} from '../support/memory-source.js'

function finding(parts: Partial<Finding>): Finding {
  return {
    id: 'c/r',
    checker: 'c',
    rule: 'r',
    severity: 'notice',
    subject: {kind: 'host', name: 'a'},
    confidence: 'certain',
    summary: '',
    why: '',
    evidence: [],
    remediation: [],
    docs: '',
    ...parts,
  }
}

describe('exitCodeOf', () => {
  const ok = {status: 'ok'} as const
  const unknown = {status: 'unknown', missing: [{input: 'i', reason: 'denied', detail: ''}]} as const
  it.each([
    ['clean', [], [ok], exitCodes.clean],
    ['a finding below the threshold', [{severity: 'warning'}], [ok], exitCodes.clean],
    ['a finding at the threshold', [{severity: 'error'}], [ok], exitCodes.findings],
    ['an accepted finding', [{severity: 'error', accepted: {reason: '', until: ''}}], [ok], exitCodes.clean],
    ['something unknown', [], [ok, unknown], exitCodes.unknown],
    ['a finding beside something unknown', [{severity: 'error'}], [unknown], exitCodes.findings],
    ['a bug beside a finding', [{severity: 'error'}], [{status: 'error'}], exitCodes.bug],
  ] as const)('%s', (_, findings, checkers, code) => {
    expect(exitCodeOf(findings, checkers, 'error')).toBe(code)
  })

  it('a lower threshold counts lower findings', () => {
    expect(exitCodeOf([{severity: 'notice'}], [], 'notice')).toBe(exitCodes.findings)
    expect(exitCodeOf([{severity: 'notice'}], [], 'warning')).toBe(exitCodes.clean)
  })
})

describe('orderFindings', () => {
  it('puts the worst first, and a cause with its symptoms where the worst of them belongs', () => {
    const cause = finding({id: 'uid/shared', severity: 'warning', subject: {kind: 'container', name: 'es'}})
    const symptom = finding({
      id: 'fork/blocked',
      severity: 'error',
      causedBy: {id: 'uid/shared', subject: {kind: 'container', name: 'es'}},
    })
    const other = finding({id: 'a/a', severity: 'warning'})
    expect(orderFindings([other, symptom, cause])).toEqual([cause, symptom, other])
  })

  it('loses and doubles nothing, whatever points at what', () => {
    const arbitrary = fc.array(
      fc.record({
        id: fc.constantFrom('a/1', 'a/2', 'b/1'),
        severity: fc.constantFrom(...severities),
        name: fc.constantFrom('x', 'y'),
        cause: fc.option(fc.record({id: fc.constantFrom('a/1', 'a/2', 'b/1'), name: fc.constantFrom('x', 'y')})),
      }),
      {maxLength: 12},
    )
    fc.assert(
      fc.property(arbitrary, (drafts) => {
        const all = drafts.map(({id, severity, name, cause}) =>
          finding({
            id,
            severity,
            subject: {kind: 'host', name},
            ...(cause ? {causedBy: {id: cause.id, subject: {kind: 'host', name: cause.name}}} : {}),
          }),
        )
        const ordered = orderFindings(all)
        expect(new Set(ordered)).toEqual(new Set(all))
        expect(ordered).toHaveLength(all.length)
      }),
      {seed: Number(process.env.NETDOCTOR_SEED ?? 7)},
    )
  })
})

describe('accept', () => {
  const known = finding({id: 'c/r', subject: {kind: 'host', name: 'a'}})
  const entry = {id: 'c/r', reason: 'replaced in spring', until: '2026-03-01'}
  it('accepts until the end of the day named', () => {
    expect(accept([known], [entry], '2026-03-01T23:59:59Z')[0]?.accepted).toEqual({
      reason: 'replaced in spring',
      until: '2026-03-01',
    })
    expect(accept([known], [entry], '2026-03-02T00:00:00Z')[0]?.accepted).toBeUndefined()
  })

  it('accepts only the subject it names', () => {
    expect(accept([known], [{...entry, subject: 'b'}], '2026-01-01T00:00:00Z')[0]?.accepted).toBeUndefined()
    expect(accept([known], [{...entry, subject: 'a'}], '2026-01-01T00:00:00Z')[0]?.accepted).toBeDefined()
  })
})

describe('check', () => {
  const rules = {bad: {severity: 'error', title: 'Bad'}} as const
  const draft = {confidence: 'certain', summary: '', why: '', evidence: [], remediation: []} as const
  const symptomatic = defineChecker({
    id: 'symptom',
    title: '',
    needs: ['kernel'],
    rules,
    *check() {
      yield {
        ...draft,
        rule: 'bad',
        subject: {kind: 'host', name: 'a'},
        causedBy: {id: 'cause/bad', subject: {kind: 'host', name: 'b'}},
      }
    },
  })
  const causal = defineChecker({
    id: 'cause',
    title: '',
    needs: ['kernel'],
    rules,
    *check() {
      yield {...draft, rule: 'bad', subject: {kind: 'host', name: 'b'}}
    },
  })
  const options = {failOn: 'error', wanted: () => true, accepted: [], tool: {name: 'netdoctor', version: '0'}} as const

  it('counts, orders and names the host', async () => {
    const source = memorySource({
      'kernel-release': '6.1.0\n',
      hostname: 'box\n',
      'os-release': 'PRETTY_NAME="Debian"\n',
    })
    const report = await check(source, [symptomatic, causal], options)
    expect(report).toMatchObject({
      schemaVersion: 1,
      host: {hostname: 'box', os: 'Debian', kernel: '6.1.0', source: 'memory', collectedAt: '2026-01-02T03:04:05.000Z'},
      summary: {error: 2, warning: 0, notice: 0, accepted: 0},
      exitCode: 1,
    })
    expect(report.findings.map(({id}) => id)).toEqual(['cause/bad', 'symptom/bad'])
  })

  it('points at no cause that is not in the report', async () => {
    const report = await check(memorySource({'kernel-release': '6.1'}), [symptomatic], options)
    expect(report.findings[0]?.causedBy).toBeUndefined()
  })
})
