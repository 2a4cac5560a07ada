import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {FactResolver} from '../../src/engine/fact-resolver.js'
import type {Fact} from '../../src/facts/define.js'
import {type ProcessTable, processesFact} from '../../src/facts/processes.js'
import {missing} from '../../src/model/missing.js'
import type {Collected} from '../../src/sources/collected.js'
import {memorySource} from '../support/memory-source.js'
import {observer, processRecord, walk} from '../support/process-lines.js'

async function derive(input: string | Collected): Promise<Fact<ProcessTable>> {
  const fact = await new FactResolver(memorySource({processes: input})).get(processesFact)
  return fact as Fact<ProcessTable>
}

async function table(input: string | Collected): Promise<ProcessTable> {
  const fact = await derive(input)
  if (!fact.known) throw new Error(JSON.stringify(fact.missing))
  return fact.value
}

async function gaps(input: string | Collected): Promise<string[]> {
  const fact = await derive(input)
  return (fact.known ? fact.gaps : fact.missing).map(({reason, detail}) => `${reason}: ${detail}`)
}

describe('what is left out', () => {
  test('netdoctor itself', async () => {
    const records = [processRecord(8, {comm: 'node'}), processRecord(2)]
    const {processes} = await table(walk(records, {observer: {pid: 8}}))
    expect(processes.map(({pid}) => pid)).toEqual([2])
    expect(await gaps(walk(records, {observer: {pid: 8}}))).toEqual([])
    expect((await table(walk(records))).processes).toHaveLength(2)
  })

  test('processes of a user namespace that ended while the host was read', async () => {
    const user = '4026532001'
    const processes = walk([processRecord(7, {ns: {...observer.ns, user}}), processRecord(8)])
    const namespace = {ino: user, pid: 7, uidMap: null, gidMap: null, parent: null, ownerUid: null}
    const pids = async (record: object) => {
      const source = memorySource({processes, 'user-namespaces': `${JSON.stringify({...namespace, ...record})}\n`})
      const fact = (await new FactResolver(source).get(processesFact)) as Fact<ProcessTable>
      return fact.known && fact.value.processes.map(({pid}) => pid)
    }
    expect(await pids({ended: true})).toEqual([8])
    expect(await pids({})).toEqual([7, 8])
  })
})

describe('a process', () => {
  test('is what its record says', async () => {
    const record = processRecord(7, {
      uid: [1000, 0, 0, 0],
      threads: 3,
      taskUids: {'1000': 2, '0': 1},
      capEff: '0000000000200000',
      cgroup: '4:cpu,cpuacct:/a:b\n1:name=systemd:/x\n0::/y\n',
    })
    const {byPid, processes} = await table(walk([record]))
    expect(processes).toHaveLength(1)
    expect(byPid.get(7)).toMatchObject({
      pid: 7,
      realUid: 1000,
      effectiveUid: 0,
      tasks: 3,
      tasksByUid: new Map([
        [1000, 2],
        [0, 1],
      ]),
      capEff: 1n << 21n,
      userns: '4026531837',
      nproc: {soft: 100, hard: Infinity},
      startTicks: 1000n,
      kernelThread: false,
      cgroups: [
        {hierarchy: 4, controllers: ['cpu', 'cpuacct'], path: '/a:b'},
        {hierarchy: 1, controllers: ['name=systemd'], path: '/x'},
        {hierarchy: 0, controllers: [], path: '/y'},
      ],
    })
    expect(await gaps(walk([record]))).toEqual([])
  })

  test('without threads of other users has all its tasks under its real UID', async () => {
    const {byPid} = await table(walk([processRecord(7, {threads: 5})]))
    expect(byPid.get(7)?.tasksByUid).toEqual(new Map([[1000, 5]]))
  })
})

describe('a user namespace that cannot be seen', () => {
  const identity = '         0          0 4294967295\n'
  const init = processRecord(1, {uid: [0, 0, 0, 0], ns: {}, uidMap: identity})

  test('is the initial one for kernel threads, and for PID 1 that sees all IDs', async () => {
    const kthread = processRecord(2, {uid: [0, 0, 0, 0], ns: {}, nproc: null, kthread: true})
    const {processes} = await table(walk([init, kthread]))
    expect(processes.map(({userns}) => userns)).toEqual(['4026531837', '4026531837'])
    expect(await gaps(walk([init, kthread]))).toEqual([])
  })

  test('is not known of a PID 1 whose IDs are mapped, or that is not the one of the host', async () => {
    const mapped = {...init, uidMap: '         0     100000      65536\n'}
    const seen = 'denied: user namespace of 1 process (PID 1) could not be seen (/proc/PID/ns/user)'
    expect((await table(walk([mapped]))).byPid.get(1)?.userns).toBeNull()
    expect(await gaps(walk([mapped]))).toEqual([seen])
    expect(await gaps(walk([init], {observer: {ns: {...observer.ns, pid: '4026532000'}}}))).toEqual([
      'unsupported: read inside a PID namespace: processes outside are not seen',
      seen,
    ])
  })

  test('is not known of any other, and is one gap for all of them', async () => {
    const unseen = [7, 8, 9, 10].map((pid) => processRecord(pid, {ns: {}, uidMap: identity}))
    expect((await table(walk(unseen))).processes.map(({userns}) => userns)).toEqual([null, null, null, null])
    expect(await gaps(walk(unseen))).toEqual([
      'denied: user namespace of 4 processes (PIDs 7, 8, 9, ...) could not be seen (/proc/PID/ns/user)',
    ])
  })
})

describe('a limit that could not be read', () => {
  test('is a gap, but of real root, which has none', async () => {
    const root = processRecord(7, {uid: [0, 0, 0, 0], nproc: null})
    expect(await gaps(walk([root]))).toEqual([])
    const limit = 'could not be read (/proc/PID/limits)'
    expect(await gaps(walk([processRecord(7, {nproc: null})]))).toEqual([
      `denied: task limit of 1 process (PID 7) ${limit}`,
    ])
    // Effective root is no root to the limit, nor is a process with a thread of somebody else.
    expect(await gaps(walk([processRecord(7, {uid: [1000, 0, 0, 0], nproc: null})]))).toHaveLength(1)
    expect(await gaps(walk([{...root, threads: 2, taskUids: {'0': 1, '1000': 1}}]))).toHaveLength(1)
  })
})

describe('what the observer could not see', () => {
  const cases = [
    ['a user namespace', {ns: {...observer.ns, user: '4026532000'}}, 'unsupported: read inside a user namespace'],
    ['namespaces not known', {ns: {}}, 'unsupported: read inside a user namespace'],
    ['hidepid', {hidepid: '2', capEff: '0000000000000000', uid: 1000}, 'denied: /proc is mounted with hidepid=2'],
    ['hidepid=invisible', {hidepid: 'invisible', capEff: '0000000000000000'}, 'denied: /proc is mounted with hidepid='],
  ] as const
  test.each(cases)('%s is a gap', async (_, changes, gap) => {
    expect((await gaps(walk([], {observer: changes})))[0]).toContain(gap)
  })

  test('hidepid hides nothing from who may ptrace', async () => {
    expect(await gaps(walk([], {observer: {hidepid: '2'}}))).toEqual([])
    expect((await table(walk([], {observer: {hidepid: '2'}}))).sees.allProcesses).toBe(true)
  })
})

describe('a walk that is not whole', () => {
  test('ended before its time', async () => {
    expect(await gaps(walk([processRecord(7)], {end: null}))).toEqual([
      'truncated: the walk over /proc ended after 1 processes',
    ])
  })

  test('could not read a process', async () => {
    const unread = [{pid: 8, code: 'EACCES'}]
    expect(await gaps(walk([], {end: {unread}}))).toEqual(['denied: 1 process (PID 8) could not be read: EACCES'])
  })

  test('lost a line, or holds one that is none', async () => {
    expect(await gaps(walk([processRecord(7)], {end: {processes: 2}}))).toEqual([
      'invalid: 2 processes were written, 1 are there',
    ])
    expect(await gaps(`${walk([])}{"t":"process","pid":"1"}\n`)).toEqual([
      'invalid: 1 lines are no records, the first is line 3',
    ])
  })

  test('of which nothing is there', async () => {
    expect(await derive(missing('processes', 'timeout', 'x'))).toMatchObject({known: false})
    expect(await gaps('')).toEqual(['invalid: does not begin with its observer'])
  })

  test('a vanished process is none: it has no tasks', async () => {
    expect(await gaps(walk([], {end: {vanished: 3}}))).toEqual([])
  })
})

test('property: whatever a recorded host holds, nothing is thrown, and nothing is lost without a gap', async () => {
  const record = processRecord(7, {taskUids: {'1': 1}, uidMap: 'x'})
  const broken = fc
    .tuple(
      fc.constantFrom(...Object.keys(record)),
      fc.oneof(fc.jsonValue(), fc.constantFrom(-1, 0.5, 1e300, '1'.repeat(50))),
    )
    .map(([key, value]) => JSON.stringify({...record, [key]: value}))
  const seed = process.env.NETDOCTOR_SEED
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(broken, fc.string(), fc.json()), {maxLength: 5}), async (lines) => {
      const text = `${JSON.stringify(observer)}\n${lines.map((line) => `${line.replaceAll('\n', ' ')}\n`).join('')}`
      const fact = await derive(text + JSON.stringify({t: 'end', processes: lines.length, vanished: 0, unread: []}))
      expect(fact.known && (fact.value.processes.length === lines.length || fact.gaps.length > 0)).toBe(true)
    }),
    {numRuns: 300, ...(seed === undefined ? {} : {seed: Number(seed)})},
  )
})
