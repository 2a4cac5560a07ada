import {describe, expect, it} from 'vitest'
import {accept} from '../../src/engine/accepted.js'
import {finding} from '../support/reports.js'

const es = finding({id: 'a/b', severity: 'error', summary: 'x', subject: {kind: 'container', name: 'es'}})
const web = finding({id: 'a/b', severity: 'error', summary: 'x', subject: {kind: 'container', name: 'web'}})
const now = '2026-06-15T10:00:00.000Z'

function accepted(entry: {subject?: string; until: string}, ...more: {subject?: string; until: string}[]) {
  const entries = [entry, ...more].map((each) => ({id: 'a/b', reason: 'known', ...each}))
  return accept([es, web], entries, now).map((each) =>
    each.accepted ? 'accepted' : each.acceptanceExpired ? 'expired' : 'new',
  )
}

describe('accept', () => {
  it('accepts one subject, or all of a rule', () => {
    expect(accepted({subject: 'es', until: '2026-12-31'})).toEqual(['accepted', 'new'])
    expect(accepted({until: '2026-12-31'})).toEqual(['accepted', 'accepted'])
  })

  it('accepts up to and including the last day', () => {
    expect(accepted({until: '2026-06-15'})).toEqual(['accepted', 'accepted'])
    expect(accepted({until: '2026-06-14'})).toEqual(['expired', 'expired'])
  })

  it('prefers an entry that still holds to one that has expired', () => {
    expect(accepted({until: '2026-01-01'}, {subject: 'es', until: '2026-12-31'})).toEqual(['accepted', 'expired'])
  })
})
