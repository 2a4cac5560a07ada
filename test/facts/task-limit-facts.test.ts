import {describe, expect, test} from 'vitest'
import {FactResolver} from '../../src/engine/fact-resolver.js'
import type {AnyFact, Fact} from '../../src/facts/define.js'
import {forkFailuresFact} from '../../src/facts/fork-failures.js'
import {pidsCgroupsFact} from '../../src/facts/pids-cgroups.js'
import {systemTaskLimitsFact} from '../../src/facts/system-task-limits.js'
import {parseIdMap, userNamespacesFact} from '../../src/facts/user-namespaces.js'
import {missing} from '../../src/model/missing.js'
import type {Collected} from '../../src/sources/collected.js'
import type {ForkFailureRecord, PidsCgroupRecord, UserNamespaceRecord} from '../../src/sources/records.js'
import type {InputName} from '../../src/sources/specs.js'
import {memorySource} from '../support/memory-source.js'
import {observer, processRecord, walk} from '../support/process-lines.js'

function derive(fact: AnyFact, inputs: Partial<Record<InputName, string | Collected>>): Promise<Fact<unknown>> {
  return new FactResolver(memorySource(inputs)).get(fact)
}

const lines = (records: readonly unknown[]) => records.map((record) => `${JSON.stringify(record)}\n`).join('')

describe('user namespaces', () => {
  const remapped: UserNamespaceRecord = {
    ino: '4026532001',
    pid: 7,
    uidMap: '         0     100000      65536\n',
    gidMap: '         0     200000      65536\n',
    parent: '4026531837',
    ownerUid: 1000,
  }
  const namespaces = (records: readonly UserNamespaceRecord[], processes = walk([])) =>
    derive(userNamespacesFact, {processes, 'user-namespaces': lines(records)})

  test('the initial one is known without being read', async () => {
    const fact = await namespaces([])
    expect(fact).toEqual({
      known: true,
      gaps: [],
      value: new Map([
        [
          '4026531837',
          {
            ino: '4026531837',
            pid: 1,
            uidMap: [{inside: 0, outside: 0, count: 4294967295}],
            gidMap: [{inside: 0, outside: 0, count: 4294967295}],
            parent: null,
            ownerUid: null,
            ownership: 'initial',
          },
        ],
      ]),
    })
  })

  test('another has maps, a parent and a creator', async () => {
    const fact = await namespaces([remapped])
    expect(fact.known && fact.gaps).toEqual([])
    expect(fact.known && (fact.value as Map<string, unknown>).get('4026532001')).toEqual({
      ino: '4026532001',
      pid: 7,
      uidMap: [{inside: 0, outside: 100000, count: 65536}],
      gidMap: [{inside: 0, outside: 200000, count: 65536}],
      parent: '4026531837',
      ownerUid: 1000,
      ownership: 'known',
    })
  })

  test('without a creator or maps are a gap each, however many', async () => {
    const unknown = {...remapped, parent: null, ownerUid: null, uidMap: null, note: 'EACCES'}
    const inhabitants = walk(
      ['4026532001', '4026532002'].map((user, index) => processRecord(7 + index, {ns: {...observer.ns, user}})),
    )
    const fact = await namespaces([unknown, {...unknown, ino: '4026532002', pid: 8}], inhabitants)
    expect(fact.known && fact.gaps.map(({reason, detail}) => `${reason}: ${detail}`)).toEqual([
      'denied: creator of user namespace 4026532001 (PID 7) and of 1 more could not be seen: EACCES',
      'denied: ID maps of user namespace 4026532001 (PID 7) and of 1 more could not be seen: EACCES',
    ])
  })

  test('without a process of its own it needs no map', async () => {
    const fact = await namespaces([{...remapped, uidMap: null, gidMap: null}])
    expect(fact.known && fact.gaps).toEqual([])
  })

  test('whose processes have ended is no more', async () => {
    const ended = {...remapped, parent: null, ownerUid: null, uidMap: null, note: 'ended', ended: true} as const
    const fact = await namespaces([ended])
    expect(fact.known && fact.gaps).toEqual([])
    expect(fact.known && [...(fact.value as Map<string, unknown>).keys()]).toEqual(['4026531837'])
  })

  test('read from inside another say nothing of kernel IDs', async () => {
    const inside = walk([], {observer: {ns: {...observer.ns, user: '4026532005'}}})
    const fact = await namespaces([remapped], inside)
    expect(fact.known && (fact.value as Map<string, unknown>).get('4026532001')).toMatchObject({
      uidMap: null,
      ownerUid: null,
      ownership: 'unknown',
    })
  })

  test('a map is three numbers a line', () => {
    expect(parseIdMap('0 1000 1\n1 100000 65536\n')).toEqual([
      {inside: 0, outside: 1000, count: 1},
      {inside: 1, outside: 100000, count: 65536},
    ])
    expect(parseIdMap('')).toEqual([])
    for (const none of ['0 1000\n', '0 -1 1\n', '0 1000 1 1\n', 'a b c\n', null]) expect(parseIdMap(none)).toBeNull()
  })
})

describe('pids cgroups', () => {
  const cgroup = (path: string, changes: Partial<PidsCgroupRecord> = {}): PidsCgroupRecord => ({
    version: 2,
    path,
    max: '10',
    current: '3',
    events: '1',
    eventsLocal: null,
    ...changes,
  })
  const root = cgroup('/', {max: null, current: null, events: null})

  test('have a limit, a count, refusals, and the nearest cgroup above them that counts', async () => {
    const fact = await derive(pidsCgroupsFact, {
      'pids-cgroups': lines([root, cgroup('/a.slice', {max: 'max'}), cgroup('/a.slice/between/b.scope')]),
    })
    expect(fact).toEqual({
      known: true,
      gaps: [],
      value: {
        version: 2,
        byPath: new Map([
          ['/', {path: '/', max: Infinity, current: 0, refused: null, refusedLocal: null, parent: null}],
          ['/a.slice', {path: '/a.slice', max: Infinity, current: 3, refused: 1, refusedLocal: null, parent: '/'}],
          [
            '/a.slice/between/b.scope',
            {path: '/a.slice/between/b.scope', max: 10, current: 3, refused: 1, refusedLocal: null, parent: '/a.slice'},
          ],
        ]),
      },
    })
  })

  test('no controller is an answer; a number that is none, or was not read, is a gap', async () => {
    const absent = missing('pids-cgroups', 'absent', 'x')
    expect(await derive(pidsCgroupsFact, {'pids-cgroups': absent})).toMatchObject({known: true, value: {version: null}})
    const denied = missing('pids-cgroups', 'denied', 'x')
    expect(await derive(pidsCgroupsFact, {'pids-cgroups': denied})).toEqual({known: false, missing: [denied]})
    const broken = lines([root, cgroup('/a', {max: '-1'}), cgroup('/b', {current: null}), 'x'])
    const fact = await derive(pidsCgroupsFact, {'pids-cgroups': broken})
    expect(fact.known && fact.gaps.map(({reason}) => reason)).toEqual(['invalid', 'invalid', 'denied'])
  })
})

describe('limits on all tasks', () => {
  const inputs = {'threads-max': '192729\n', 'pid-max': '32768\n', loadavg: '0.08 0.04 0.00 2/90 9782\n'}

  test('are numbers', async () => {
    const fact = await derive(systemTaskLimitsFact, inputs)
    expect(fact).toEqual({known: true, gaps: [], value: {threadsMax: 192729, pidMax: 32768, tasks: 90}})
  })

  test.each(['threads-max', 'pid-max', 'loadavg'] as const)('%s must be there and be one', async (name) => {
    const lost = await derive(systemTaskLimitsFact, {...inputs, [name]: missing(name, 'denied', 'x')})
    expect(lost).toEqual({known: false, missing: [missing(name, 'denied', 'x')]})
    const broken = await derive(systemTaskLimitsFact, {...inputs, [name]: 'many\n'})
    expect(broken).toMatchObject({known: false, missing: [{input: name, reason: 'invalid'}]})
  })
})

describe('fork failures', () => {
  const failure = (message: string, from: ForkFailureRecord['from'] = 'journal') => ({
    from,
    at: null,
    unit: 'a',
    message,
  })
  const cases = [
    ['cgroup: fork rejected by pids controller in /docker/a b', 'pids-controller', '/docker/a b'],
    ['Failed at step EXEC spawning /usr/bin/x: Resource temporarily unavailable', 'exec', null],
    ['a.service: Failed to execute /usr/bin/x: Resource temporarily unavailable', 'exec', null],
    ['exec /bin/sh: resource temporarily unavailable', 'exec', null],
    ['chroot.c: fork() failed: Resource temporarily unavailable', 'fork', null],
    ['a.service: Failed to fork: Resource temporarily unavailable', 'fork', null],
    ['sh: 1: Cannot fork', 'fork', null],
  ] as const
  test.each(cases)('%s', async (message, step, cgroup) => {
    const fact = await derive(forkFailuresFact, {'fork-failures': lines([failure(message)])})
    expect(fact).toMatchObject({known: true, gaps: [], value: [{message, step, cgroup}]})
  })

  test('a failed start is one failure, though systemd says it twice', async () => {
    const first = 'a.service: Failed to execute /usr/bin/x: Resource temporarily unavailable'
    const second = 'a.service: Failed at step EXEC spawning /usr/bin/x: Resource temporarily unavailable'
    const others = [
      {...failure(first), unit: 'b'},
      failure('a.service: Failed to execute /usr/bin/y: Resource temporarily unavailable'),
    ]
    const text = lines([failure(second), failure(first), ...others, failure(first), failure(second), failure(second)])
    const fact = await derive(forkFailuresFact, {'fork-failures': text})
    const kept = [second, ...others.map(({message}) => message), second, second]
    expect(fact).toMatchObject({known: true, value: kept.map((message) => ({message}))})
  })

  test('the last one is the newest, in whatever order the journal gave them', async () => {
    const at = (second: number) => ({...failure(`${second}: Cannot fork`), at: `2026-01-02T03:04:0${second}.000Z`})
    const fact = await derive(forkFailuresFact, {'fork-failures': lines([at(3), at(1), failure('?'), at(2)])})
    const messages = ['?', '1: Cannot fork', '2: Cannot fork', '3: Cannot fork']
    expect(fact).toMatchObject({known: true, value: messages.map((message) => ({message}))})
  })

  test('gaps of the input and lines that are none travel on', async () => {
    const gap = missing('fork-failures', 'denied', '/dev/kmsg: EPERM')
    const text = lines([failure('x'), {from: 'rumour', at: null, unit: null, message: 'x'}])
    const raw = {status: 'raw' as const, origin: 'x', text, gaps: [gap]}
    const fact = await derive(forkFailuresFact, {'fork-failures': raw})
    expect(fact).toMatchObject({known: true, value: [{message: 'x'}], gaps: [gap, {reason: 'invalid'}]})
  })
})
