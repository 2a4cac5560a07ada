import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import type {PidsCgroup, PidsCgroups} from '../../../src/facts/pids-cgroups.js'
import {INITIAL_USERNS} from '../../../src/facts/user-namespaces.js'
import {admitFork} from '../../../src/models/task-limits/fork.js'
import {admitTask, cgroupLimits, systemLimits} from '../../../src/models/task-limits/task.js'
import {holdsForAll} from '../../support/property.js'
import {countsOf, forkerArbitrary, tasksArbitrary} from './host.js'

/** `[path, max, current]`, parents first. */
function cgroups(version: 1 | 2, ...listed: readonly (readonly [string, number, number])[]): PidsCgroups {
  const parentOf = (path: string) => (path === '/' ? null : path.slice(0, path.lastIndexOf('/')) || '/')
  const byPath = new Map<string, PidsCgroup>(
    listed.map(([path, max, current]) => {
      return [path, {path, max, current, refused: 0, refusedLocal: null, parent: parentOf(path)}]
    }),
  )
  return {version, byPath}
}

describe('pids cgroups', () => {
  const all = cgroups(1, ['/', Infinity, 0], ['/a', 10, 8], ['/a/b', Infinity, 5], ['/a/b/c', 4, 6])

  it('asks every ancestor', () => {
    const {limits, unknowns} = cgroupLimits(all, '/a/b/c')
    expect(limits.map(({cgroup, allowed}) => [cgroup, allowed])).toEqual([
      ['/a/b/c', 0],
      ['/a', 2],
    ])
    expect(unknowns).toEqual([])
    expect(cgroupLimits(all, '/').limits).toEqual([])
  })

  it('does not take a cgroup that is not listed for one without a limit', () => {
    expect(cgroupLimits(all, '/a/x').unknowns).toHaveLength(1)
    expect(cgroupLimits(cgroups(1, ['/a/b', 3, 1]), '/a/b').unknowns).toHaveLength(1)
  })

  it('counts in the nearest cgroup that has the controller, in version 2', () => {
    const {limits, unknowns} = cgroupLimits(cgroups(2, ['/', Infinity, 0], ['/a', 10, 8]), '/a/x/y')
    expect([limits.map(({cgroup}) => cgroup), unknowns]).toEqual([['/a'], []])
    expect(cgroupLimits(cgroups(2, ['/', Infinity, 0]), '/x')).toEqual({limits: [], unknowns: []})
  })
})

describe('all limits together', () => {
  const system = systemLimits({threadsMax: 1000, pidMax: 32768, tasks: 990})
  const fork = (limit: number, kuid = 9) =>
    admitFork(countsOf([{uid: 9}, {uid: 0}]), {userns: INITIAL_USERNS, kuid, capEff: 0n, limit})
  const full = cgroupLimits(cgroups(1, ['/', Infinity, 0], ['/a', 3, 3]), '/a').limits

  it.each([
    ['RLIMIT_NPROC', fork(6), system, 5, 'rlimit-nproc'],
    ['threads-max', fork(500), system, 10, 'threads-max'],
    ['a cgroup', fork(6), [...system, ...full], 0, 'pids-cgroup'],
    ['RLIMIT_NPROC, which is asked first', fork(1), [...system, ...full], 0, 'rlimit-nproc'],
    ['threads-max, from which root is not exempt', fork(1, 0), system, 10, 'threads-max'],
    ['nothing', fork(Infinity), [], Infinity, null],
  ])('%s decides', (_, admission, others, allowed, decidedBy) => {
    expect(admitTask(admission, others)).toMatchObject({allowed, decidedBy, certain: true, unknowns: []})
  })

  it('is not certain where a limit is unknown, unless another refuses anyway', () => {
    const gap = {status: 'missing', input: 'pids-cgroups', reason: 'denied', detail: ''} as const
    expect(admitTask(fork(6), system, [gap])).toMatchObject({
      certain: false,
      bounds: {least: 0, most: 5},
      unknowns: [gap],
    })
    expect(admitTask(fork(1), system, [gap])).toMatchObject({certain: true, allowed: 0, unknowns: []})
  })

  it('knows the room below pid_max only roughly', () => {
    const [, pids] = systemLimits({threadsMax: 100_000, pidMax: 32768, tasks: 1000})
    expect(pids).toMatchObject({allowed: 31468, bounds: {least: 29468, most: 31767}})
  })
})

it('never allows more than each limit does', () => {
  holdsForAll(
    fc.property(tasksArbitrary, forkerArbitrary, fc.nat(20), fc.nat(20), (tasks, who, threadsMax, running) => {
      const fork = admitFork(countsOf(tasks), who)
      const others = systemLimits({threadsMax, pidMax: 32768, tasks: running})
      const {bounds} = admitTask(fork, others)
      for (const each of [fork, ...others]) {
        expect(bounds.least).toBeLessThanOrEqual(each.bounds.least)
        expect(bounds.most).toBeLessThanOrEqual(each.bounds.most)
      }
    }),
  )
})
