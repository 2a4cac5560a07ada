import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {INITIAL_USERNS} from '../../../src/facts/user-namespaces.js'
import {admitStart, type Start} from '../../../src/models/task-limits/start.js'
import {holdsForAll} from '../../support/property.js'
import {countsOf, linux510, linux518, type Task, tasksArbitrary} from './host.js'

const service = (change: Partial<Start> = {}): Start => ({
  kuid: 9,
  limit: 3,
  limitSet: 'before-setuid',
  needs: 2,
  ...change,
})
const others = (tasks: number): Task[] => (tasks === 0 ? [] : [{uid: 9, tasks}])

/** As measured by test/lab/forks/start.test.ts; the column for Linux 5.10 is read from its source. */
describe('limit 3, set before the change of UID', () => {
  it.each([
    [1, 'starts', 'starts'],
    [2, 'fails-at-fork', 'fails-at-fork'],
    [3, 'fails-at-fork', 'fails-at-exec'],
    [4, 'fails-at-exec', 'fails-at-exec'],
    [5, 'fails-at-exec', 'fails-at-exec'],
  ])('with %s tasks of others: %s, on Linux 5.10 %s', (tasks, now, then) => {
    expect(admitStart(countsOf(others(tasks), linux518), service()).outcome).toBe(now)
    expect(admitStart(countsOf(others(tasks), linux510), service()).outcome).toBe(then)
  })

  it('depends on the repairs of Linux 5.15 with exactly 3', () => {
    const counts = countsOf(others(3), {release: '5.15.0-91-generic', major: 5, minor: 15})
    const {outcome, possible, unknowns} = admitStart(counts, service())
    expect([outcome, possible]).toEqual([null, ['fails-at-exec', 'fails-at-fork']])
    expect(unknowns).toHaveLength(1)
  })
})

describe('a limit that avahi-daemon sets itself, after the change of UID', () => {
  it.each([
    [0, 'starts'],
    [1, 'starts'],
    [2, 'fails-at-fork'],
    [9, 'fails-at-fork'],
  ])('with %s tasks of others: %s', (tasks, outcome) => {
    expect(admitStart(countsOf(others(tasks)), service({limitSet: 'after-setuid'})).outcome).toBe(outcome)
  })
})

it('does not count what its running instance leaves free, and counts (sd-pam)', () => {
  const counts = countsOf(others(4))
  expect(admitStart(counts, service({leaving: 3})).outcome).toBe('starts')
  expect(admitStart(counts, service({leaving: 3, companions: 1})).outcome).toBe('fails-at-fork')
})

it('shares a new user namespace with nobody', () => {
  expect(admitStart(countsOf(others(50)), service({userns: 'new'})).outcome).toBe('starts')
  expect(admitStart(countsOf(others(50), linux510), service({userns: 'new'})).outcome).toBe('fails-at-exec')
})

it('is not stopped as real root, and with capabilities only at execve()', () => {
  const counts = countsOf([...others(4), {uid: 0, tasks: 50}])
  expect(admitStart(counts, service({kuid: 0})).outcome).toBe('starts')
  expect(admitStart(counts, service({capEff: 1n << 21n})).outcome).toBe('fails-at-exec')
  expect(admitStart(countsOf(others(3)), service({capEff: 1n << 21n})).outcome).toBe('starts')
})

it('is not known where the tasks are not', () => {
  const counts = countsOf([{uid: 9, userns: null, tasks: 4}])
  expect(admitStart(counts, service())).toMatchObject({
    outcome: null,
    possible: ['fails-at-exec', 'fails-at-fork', 'starts'],
  })
  expect(admitStart(counts, service({limit: 50})).outcome).toBe('starts')
  expect(admitStart(countsOf([...others(4), {uid: 9, userns: null}]), service()).outcome).toBe('fails-at-exec')
})

it('is never stopped without a limit', () => {
  const counts = countsOf([{uid: 9}], undefined, {allProcesses: false})
  expect(admitStart(counts, service({limit: Infinity})).outcome).toBe('starts')
})

it('has an outcome, or several and a reason', () => {
  holdsForAll(
    fc.property(
      tasksArbitrary,
      fc.record({
        kuid: fc.constantFrom(0, 7, 9),
        userns: fc.constantFrom(INITIAL_USERNS, 'r', 's', 't', 'new'),
        limit: fc.constantFrom(0, 1, 3, 8, Infinity),
        limitSet: fc.constantFrom('before-setuid' as const, 'after-setuid' as const),
        needs: fc.integer({min: 1, max: 4}),
      }),
      (tasks, start) => {
        const {outcome, possible, unknowns, tasks: bounds} = admitStart(countsOf(tasks), start)
        expect(possible.length).toBeGreaterThan(0)
        expect(outcome === null).toBe(possible.length > 1)
        expect(bounds.least).toBeLessThanOrEqual(bounds.most)
        if (outcome === null) expect(unknowns.length).toBeGreaterThan(0)
      },
    ),
  )
})
