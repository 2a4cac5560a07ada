import {describe, expect, test} from 'vitest'
import {missing} from '../../../../src/model/missing.js'
import type {Collected} from '../../../../src/sources/collected.js'
import {discoverNamespaces, namesOf} from '../../../../src/sources/live/network/discover.js'
import {observer, processRecord, walk} from '../../../support/process-lines.js'

const own = '4026531840'
const initial = {...observer.ns, net: own}
const elsewhere = (pid: number, net: string, more: object = {}) => processRecord(pid, {ns: {...initial, net}, ...more})

async function discover(processes: string | Collected) {
  const collected: Collected = typeof processes === 'string' ? {status: 'raw', origin: 'x', text: processes} : processes
  const {namespaces, ...found} = await discoverNamespaces(own, {timeoutMs: 1000, collect: async () => collected})
  // Mounts of this machine are none of this test's.
  return {...found, namespaces: namespaces.filter(({mountPoints}) => mountPoints.length === 0)}
}

describe('network namespaces', () => {
  test('are found by their processes, of which the oldest are kept', async () => {
    const processes = [
      processRecord(10, {ns: initial}),
      ...[31, 32, 33, 34, 35, 36].map((pid) => elsewhere(pid, '9001', {start: String(100 - pid)})),
      elsewhere(40, '9000'),
    ]
    const {namespaces, unseen, mayEnter} = await discover(walk(processes))
    expect(namespaces).toEqual([
      {inode: '9000', own: false, names: [], pids: [40], mountPoints: []},
      {inode: '9001', own: false, names: [], pids: [36, 35, 34, 33, 32], mountPoints: []},
    ])
    expect([unseen, mayEnter]).toEqual([[], true])
  })

  test('of processes that are hidden are said to be', async () => {
    const hidden = observer.ns
    const processes = [
      processRecord(1, {ns: hidden}),
      processRecord(7, {ns: hidden}),
      processRecord(8, {ns: {}, kthread: true}),
      processRecord(9, {ns: {}, state: 'Z'}),
    ]
    expect((await discover(walk(processes))).unseen).toEqual([
      {reason: 'denied', detail: 'the network namespace of 1 processes could not be seen (/proc/PID/ns/net)'},
    ])
    // PID 1 of another PID namespace may be anywhere.
    const inside = walk(processes, {observer: {ns: {...observer.ns, pid: '4026532999'}}})
    expect((await discover(inside)).unseen).toEqual([
      {reason: 'denied', detail: 'the network namespace of 2 processes could not be seen (/proc/PID/ns/net)'},
    ])
  })

  test('are not all known where the walk ended early, or was not possible', async () => {
    const cut = walk([processRecord(10, {ns: initial})])
      .split('\n')
      .slice(0, -2)
      .join('\n')
    expect((await discover(cut)).unseen).toMatchObject([{reason: 'truncated'}])
    expect((await discover(missing('processes', 'timeout', 'late'))).unseen).toMatchObject([{reason: 'timeout'}])
  })

  test('cannot be entered without CAP_SYS_ADMIN', async () => {
    expect((await discover(walk([], {observer: {capEff: '0000000000000000'}}))).mayEnter).toBe(false)
    expect((await discover(walk([], {observer: {capEff: '0000000000200000'}}))).mayEnter).toBe(true)
  })

  test('have the names that ip netns gave them', () => {
    expect(namesOf(['/run/netns/web', '/var/run/netns/db', '/run/docker/netns/1-abc', '/run/netns/a/b'])).toEqual([
      'web',
      'db',
    ])
  })
})
