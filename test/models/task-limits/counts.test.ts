import fc from 'fast-check'
import {expect, it} from 'vitest'
import {INITIAL_USERNS} from '../../../src/facts/user-namespaces.js'
import {countBounds, type TaskCounts, taskCount} from '../../../src/models/task-limits/counts.js'
import {holdsForAll} from '../../support/property.js'
import {countsOf, kernelArbitrary, linux510, taskArbitrary, tasksArbitrary, uidArbitrary} from './host.js'

const count = (counts: TaskCounts, userns: string, kuid: number) => taskCount(counts, {userns, kuid}).tasks

it('counts threads by their own real UID, in their own user namespace', () => {
  const counts = countsOf([
    {uid: 9, tasks: 3},
    {
      uid: 9,
      byUid: [
        [9, 1],
        [8, 2],
      ],
    },
    {uid: 9, userns: 'r', tasks: 5},
  ])
  expect([count(counts, INITIAL_USERNS, 9), count(counts, INITIAL_USERNS, 8), count(counts, 'r', 9)]).toEqual([4, 2, 5])
  expect(counts.unknowns).toEqual([])
})

it('charges a task to the creator of each namespace around it', () => {
  const counts = countsOf([{uid: 9, userns: 't', tasks: 2}, {uid: 8, userns: 's'}, {uid: 7}])
  expect(count(counts, 't', 9)).toBe(2)
  expect(count(counts, 's', 8)).toBe(3)
  expect(count(counts, INITIAL_USERNS, 7)).toBe(4)
  expect(taskCount(counts, {userns: INITIAL_USERNS, kuid: 7}).charged).toEqual([
    {pid: 100, tasks: 2, own: false},
    {pid: 101, tasks: 1, own: false},
    {pid: 102, tasks: 1, own: true},
  ])
})

it('counts by UID alone before Linux 5.14', () => {
  const counts = countsOf([{uid: 9, userns: 't'}, {uid: 9, userns: null}, {uid: 9}], linux510)
  expect(taskCount(counts, {userns: 's', kuid: 9})).toMatchObject({tasks: 3, possible: 0, counter: {userns: null}})
  expect(count(counts, INITIAL_USERNS, 7)).toBe(0)
})

it('does not place a task whose namespace is not known', () => {
  const counts = countsOf([{uid: 9, userns: null, tasks: 2}, {uid: 8, userns: null}, {uid: 9}])
  const found = taskCount(counts, {userns: INITIAL_USERNS, kuid: 9})
  expect(found).toMatchObject({tasks: 1, probable: 2, possible: 1})
  expect(countBounds(found)).toEqual({least: 1, most: 4})
  expect(counts.unknowns.map(({input}) => input)).toEqual(['processes'])
})

it('does not know whom a namespace of unknown origin is charged to, but knows its own counters', () => {
  const counts = countsOf([{uid: 9, userns: 'u', tasks: 2}])
  expect(countBounds(taskCount(counts, {userns: 'u', kuid: 9}))).toEqual({least: 2, most: 2})
  expect(countBounds(taskCount(counts, {userns: INITIAL_USERNS, kuid: 7}))).toEqual({least: 0, most: 2})
})

it.each(['allProcesses', 'initialPidns', 'initialUserns'] as const)('has no upper bound without %s', (sees) => {
  const counts = countsOf([{uid: 9}], undefined, {[sees]: false})
  expect(countBounds(taskCount(counts, {userns: INITIAL_USERNS, kuid: 9}))).toEqual({least: 1, most: Infinity})
  expect(counts.unknowns).toHaveLength(1)
})

it('does not depend on the order of processes', () => {
  holdsForAll(
    fc.property(tasksArbitrary, uidArbitrary, kernelArbitrary, (tasks, kuid, kernel) => {
      const counter = {userns: INITIAL_USERNS, kuid}
      const {charged: _, ...forwards} = taskCount(countsOf(tasks, kernel), counter)
      const {charged: __, ...backwards} = taskCount(countsOf(tasks.toReversed(), kernel), counter)
      expect(backwards).toEqual(forwards)
    }),
  )
})

it('names exactly the tasks that it counts', () => {
  holdsForAll(
    fc.property(tasksArbitrary, uidArbitrary, kernelArbitrary, (tasks, kuid, kernel) => {
      const found = taskCount(countsOf(tasks, kernel), {userns: INITIAL_USERNS, kuid})
      expect(found.charged.reduce((sum, each) => sum + each.tasks, 0)).toBe(found.tasks + found.probable)
    }),
  )
})

it('widens, and never moves, when a task of unknown namespace is added', () => {
  holdsForAll(
    fc.property(tasksArbitrary, taskArbitrary, uidArbitrary, (tasks, more, kuid) => {
      const counter = {userns: INITIAL_USERNS, kuid}
      const before = countBounds(taskCount(countsOf(tasks), counter))
      const after = countBounds(taskCount(countsOf([...tasks, {...more, userns: null}]), counter))
      expect(after.least).toBe(before.least)
      expect(after.most).toBe(before.most + (more.tasks ?? 1))
    }),
  )
})

it('has bounds around what any whereabouts of the unknown tasks would give', () => {
  holdsForAll(
    fc.property(tasksArbitrary, uidArbitrary, fc.constantFrom(INITIAL_USERNS, 'r', 's', 't'), (tasks, kuid, place) => {
      const counter = {userns: INITIAL_USERNS, kuid}
      const {least, most} = countBounds(taskCount(countsOf(tasks), counter))
      const placed = tasks.map((task) => (task.userns === null ? {...task, userns: place} : task))
      const truth = countBounds(taskCount(countsOf(placed), counter))
      expect(least).toBeLessThanOrEqual(truth.least)
      expect(most).toBeGreaterThanOrEqual(truth.most)
    }),
  )
})
