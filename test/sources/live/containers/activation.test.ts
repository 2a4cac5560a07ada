import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {wouldStart} from '../../../../src/sources/live/containers/activation.js'
import {type FakeEngine, rawServer} from '../../../support/fake-engine.js'

const UID = 61_234

let engine: FakeEngine
let other: ReturnType<typeof spawn>
beforeAll(async () => {
  engine = await rawServer(() => {})
  other = spawn('sleep', ['1000'], {stdio: 'ignore'})
  await once(other, 'spawn')
})
afterAll(async () => {
  other.kill('SIGKILL')
  await engine.close()
})

const record = (pid: number | undefined, comm: string, uid = UID) =>
  JSON.stringify({t: 'process', pid, comm, uid: [uid]})

// This very process listens at the socket: it plays systemd, or an engine.
it.each([
  ['systemd listens, and no engine runs', () => [record(process.pid, 'systemd')], true],
  ['the engine runs, too', () => [record(process.pid, 'systemd'), record(7, 'dockerd')], false],
  ['the engine of someone else runs', () => [record(process.pid, 'systemd'), record(7, 'dockerd', 1)], true],
  ['someone else than systemd listens', () => [record(other.pid, 'systemd'), record(process.pid, 'proxy')], false],
  ['there is no systemd', () => [record(process.pid, 'init')], false],
])('would connecting start an engine where %s', async (_, lines, expected) => {
  const text = lines().join('\n')
  const context = {timeoutMs: 1000, collect: async () => ({status: 'raw', origin: 'test', text}) as const}
  expect(await wouldStart(context, engine.socket, UID)).toBe(expected)
})
