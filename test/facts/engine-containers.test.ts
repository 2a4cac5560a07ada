import {expect, it} from 'vitest'
import {engineContainersFact} from '../../src/facts/engine-containers.js'
import {derive, gapsOf, valueOfKnown} from './derive.js'

const container = {
  id: 'a'.repeat(64),
  name: 'web',
  image: 'nginx:1',
  pid: 42,
  user: '',
  privileged: false,
  usernsMode: '',
  pidMode: '',
  ipcMode: '',
  networkMode: '',
  pidsLimit: null,
  ulimits: [],
  restartPolicy: 'always',
  mounts: [],
}
const docker = {endpoint: 'unix:///run/docker.sock', answered: true, product: 'docker', version: '26.1.0'} as const
const from = (engines: unknown) => derive(engineContainersFact, {'container-engines': JSON.stringify(engines)})

it('tells containers with the engine that told of them', async () => {
  const {engines, containers} = valueOfKnown(await from([{...docker, containers: [container]}]))
  expect(engines).toEqual([
    {endpoint: docker.endpoint, product: 'docker', version: '26.1.0', rootless: false, usernsRemap: false},
  ])
  expect(containers).toEqual([{...container, engine: engines[0]}])
  expect(containers[0]?.engine).toBe(engines[0])
})

it('knows that there are none where no engine is', async () => {
  const fact = await derive(engineContainersFact, {})
  expect(valueOfKnown(fact)).toEqual({engines: [], containers: []})
  expect(gapsOf(fact)).toEqual([])
  expect(gapsOf(await from([{endpoint: 'unix:///run/x', answered: false, reason: 'absent'}]))).toEqual([])
})

it.each([
  ['was not asked', [{endpoint: 'unix:///run/x', answered: false, reason: 'denied', detail: 'EACCES'}], 'denied'],
  ['said only a part', [{...docker, gaps: [{what: 'web', reason: 'timeout', detail: '5 s'}]}], 'timeout'],
  ['wrote something else', {}, 'invalid'],
])('has a gap for an engine that %s', async (_, engines, reason) => {
  expect(gapsOf(await from(engines))).toEqual([`container-engines: ${reason}`])
})

it('has a gap for what could not be collected', async () => {
  const missing = {status: 'missing', input: 'container-engines', reason: 'timeout', detail: '5 s'} as const
  expect(gapsOf(await derive(engineContainersFact, {'container-engines': missing}))).toEqual([
    'container-engines: timeout',
  ])
})
