import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {INITIAL_USERNS} from '../../../src/facts/user-namespaces.js'
import {admitFork, type Forker} from '../../../src/models/task-limits/fork.js'
import {holdsForAll} from '../../support/property.js'
import {countsOf, forkerArbitrary, kernelArbitrary, linux510, taskArbitrary, tasksArbitrary} from './host.js'

const SYS_ADMIN = 1n << 21n
const SYS_RESOURCE = 1n << 24n
const forker = (change: Partial<Forker>): Forker => ({userns: INITIAL_USERNS, kuid: 9, capEff: 0n, limit: 3, ...change})

describe('below the limit', () => {
  it.each([
    [0, 3, 3],
    [1, 3, 2],
    [3, 3, 0],
    [8, 3, 0],
    [1, 0, 0],
    [5, Infinity, Infinity],
  ])('%s tasks under a limit of %s leave %s', (tasks, limit, allowed) => {
    const admission = admitFork(countsOf(tasks === 0 ? [] : [{uid: 9, tasks}]), forker({limit}))
    expect(admission).toMatchObject({allowed, certain: true, exempt: null, unknowns: []})
  })
})

describe('exempt', () => {
  const full = [
    {uid: 0, tasks: 50},
    {uid: 9, tasks: 50},
    {uid: 0, userns: 'r', tasks: 50},
    {uid: 9, userns: 'r', tasks: 50},
  ]
  it.each([
    ['real root without capabilities', {kuid: 0}, 'root'],
    ['kuid 0 mapped into another user namespace', {kuid: 0, userns: 'r'}, 'root'],
    ['CAP_SYS_ADMIN', {capEff: SYS_ADMIN}, 'capability'],
    ['CAP_SYS_RESOURCE', {capEff: SYS_RESOURCE}, 'capability'],
    ['another capability', {capEff: 1n << 20n}, null],
    ['CAP_SYS_ADMIN in another user namespace', {capEff: SYS_ADMIN | SYS_RESOURCE, userns: 'r'}, null],
  ])('%s', (_, change, exempt) => {
    const admission = admitFork(countsOf(full), forker(change))
    expect(admission).toMatchObject({exempt, allowed: exempt === null ? 0 : Infinity, certain: true})
  })

  it('is not known where the user namespace of the capability is not', () => {
    const admission = admitFork(countsOf(full), forker({capEff: SYS_ADMIN, userns: null}))
    expect(admission).toMatchObject({exempt: null, certain: false, bounds: {least: 0, most: Infinity}})
  })
})

describe('in user namespaces', () => {
  it('is limited by the creator’s count in the parent too, under a limit that can only be guessed', () => {
    const counts = countsOf([
      {uid: 9, userns: 's', limit: 6},
      {uid: 7, tasks: 3},
    ])
    const admission = admitFork(counts, forker({userns: 's', limit: 100}))
    expect(admission).toMatchObject({allowed: 2, certain: false, bounds: {least: 0, most: 99}})
    expect(admission.decidedBy?.limitOf).toEqual({creatorOf: 's'})
    expect(admission.unknowns[0]?.detail).toContain('PID 100, the oldest process in it, suggests 6')
  })

  it('takes the oldest process for the guess', () => {
    const counts = countsOf([
      {uid: 9, userns: 's', limit: 6, start: 9},
      {uid: 9, userns: 's', limit: 4, start: 3},
    ])
    expect(admitFork(counts, forker({userns: 's', limit: 100})).allowed).toBe(2)
  })

  it('is certain where real root made the namespace', () => {
    const counts = countsOf([
      {uid: 9, userns: 'r'},
      {uid: 0, tasks: 500},
      {uid: 9, tasks: 10},
    ])
    expect(admitFork(counts, forker({userns: 'r'}))).toMatchObject({allowed: 2, certain: true})
  })

  it('is certain where its own limit is reached, whatever the creator’s', () => {
    const counts = countsOf([{uid: 9, userns: 's', tasks: 3}])
    expect(admitFork(counts, forker({userns: 's'}))).toMatchObject({allowed: 0, certain: true, unknowns: []})
  })

  it('does not matter before Linux 5.14', () => {
    const counts = countsOf(
      [
        {uid: 9, userns: 's', limit: 1},
        {uid: 9, userns: 'r'},
      ],
      linux510,
    )
    expect(admitFork(counts, forker({userns: 's'}))).toMatchObject({allowed: 1, certain: true})
  })
})

it('lets one more in, perhaps, on a kernel that may lack the repairs', () => {
  const counts = countsOf([{uid: 9, tasks: 2}], {release: '5.15.0-91-generic', major: 5, minor: 15})
  const admission = admitFork(counts, forker({}))
  expect(admission).toMatchObject({allowed: 1, certain: false, bounds: {least: 1, most: 2}})
  expect(admission.unknowns.map(({input}) => input)).toEqual(['kernel-release'])
})

it('guesses nothing where tasks are hidden', () => {
  const counts = countsOf([{uid: 9}], undefined, {allProcesses: false})
  expect(admitFork(counts, forker({}))).toMatchObject({allowed: null, certain: false, bounds: {least: 0, most: 2}})
})

it('allows no more when a task is added', () => {
  holdsForAll(
    fc.property(tasksArbitrary, taskArbitrary, forkerArbitrary, kernelArbitrary, (tasks, more, who, kernel) => {
      const before = admitFork(countsOf(tasks, kernel), who).bounds
      // The youngest: an older one may change the guess, and so `allowed`, but never the bounds.
      const after = admitFork(countsOf([...tasks, {...more, start: 99}], kernel), who).bounds
      expect(after.least).toBeLessThanOrEqual(before.least)
      expect(after.most).toBeLessThanOrEqual(before.most)
    }),
  )
})

it('allows no less under a higher limit', () => {
  holdsForAll(
    fc.property(tasksArbitrary, forkerArbitrary, fc.nat(20), fc.nat(20), (tasks, who, limit, more) => {
      const counts = countsOf(tasks)
      const low = admitFork(counts, {...who, limit})
      const high = admitFork(counts, {...who, limit: limit + more})
      expect(high.bounds.least).toBeGreaterThanOrEqual(low.bounds.least)
      expect(high.bounds.most).toBeGreaterThanOrEqual(low.bounds.most)
    }),
  )
})

it('keeps its guess within its bounds, says why it is not certain, and exempts without any limit', () => {
  holdsForAll(
    fc.property(tasksArbitrary, forkerArbitrary, kernelArbitrary, (tasks, who, kernel) => {
      const {allowed, bounds, certain, exempt, unknowns} = admitFork(countsOf(tasks, kernel), who)
      expect(bounds.least).toBeLessThanOrEqual(bounds.most)
      expect(certain).toBe(bounds.least === bounds.most)
      expect(unknowns.length > 0).toBe(!certain)
      if (allowed !== null) {
        expect(allowed).toBeGreaterThanOrEqual(bounds.least)
        expect(allowed).toBeLessThanOrEqual(bounds.most)
      }
      if (exempt) expect(bounds).toEqual({least: Infinity, most: Infinity})
    }),
  )
})
