import {expect, it} from 'vitest'
import type {Container} from '../../../src/facts/containers.js'
import {missing} from '../../../src/model/missing.js'
import type {ContainerMountsRecord, EngineContainerRecord, EngineRecord} from '../../../src/sources/records.js'
import {gapsOf, valueOfKnown} from '../derive.js'
import {containersOf, inside, type Made} from './host.js'

const id = 'a'.repeat(64)
const box = inside(10, 5, {cgroup: `0::/docker/${id}\n`})

const host: ContainerMountsRecord = {
  t: 'host',
  mountinfo: '27 1 254:0 / / rw - ext4 none rw\n28 27 0:27 / /dev/shm rw - tmpfs none rw\n',
}
const table = (lines: readonly string[], of: {mnt: string | null; pid: number} = {mnt: '51', pid: 11}) => {
  const text = ['100 99 0:50 / / rw - overlay none rw', ...lines].map((line) => `${line}\n`).join('')
  return {t: 'mounts', ...of, mountinfo: {text}} satisfies ContainerMountsRecord
}
const owner = (path: string, uid: number): ContainerMountsRecord => ({t: 'owner', path, owner: {uid, gid: uid}})
const bind = (id: number, root: string, point: string, options = 'rw') =>
  `${id} 100 254:0 ${root} ${point} ${options} - ext4 none rw`

async function oneOf(made: Omit<Made, 'processes'> & Partial<Made>): Promise<Container> {
  const fact = await containersOf({processes: [box], ...made})
  expect(gapsOf(fact)).toEqual([])
  const [container, ...others] = valueOfKnown(fact).containers
  expect(others).toEqual([])
  if (!container) throw new Error('no container')
  return container
}

const mount = (type: string, source: string, destination: string, ownerUid: number | null, given: object = {}) => ({
  type,
  source,
  destination,
  readWrite: true,
  ownerUid,
  ownerGid: ownerUid,
  idmapped: false,
  ...given,
})

it('are what the kernel shows, and of the host only', async () => {
  const volume = '/var/lib/docker/volumes/db/_data'
  const {mounts, mountsSeenBy} = await oneOf({
    mounts: [
      host,
      table([
        bind(101, '/srv/data', '/data'),
        bind(102, '/srv/map', '/map', 'ro,idmapped'),
        bind(103, volume, '/db'),
        bind(104, '/srv/new', '/new'),
        '105 100 0:27 / /dev/shm rw - tmpfs none rw',
        '106 100 0:80 / /tmp rw - tmpfs none rw',
      ]),
      owner('/srv/data', 1000),
      owner('/srv/map', 0),
      owner(volume, 999),
      owner('/dev/shm', 0),
      {t: 'owner', path: '/srv/new', owner: {reason: 'denied', detail: 'EACCES'}},
    ],
  })
  expect(mountsSeenBy).toBe('kernel')
  expect(mounts).toEqual([
    mount('bind', '/srv/data', '/data', 1000),
    mount('bind', '/srv/map', '/map', 0, {readWrite: false, idmapped: true}),
    mount('volume', volume, '/db', 999),
    mount('bind', '/srv/new', '/new', null, {ownerUnseen: 'denied'}),
    mount('bind', '/dev/shm', '/dev/shm', 0),
  ])
})

it('hold its root, by another type, where the host has that mounted', async () => {
  const {mounts} = await oneOf({
    mounts: [
      host,
      {
        t: 'mounts',
        mnt: '51',
        pid: 10,
        mountinfo: {text: `${bind(100, '/var/lib/lxc/box', '/')}\n${bind(101, '/var/lib/lxc/box/srv', '/x')}\n`},
      },
    ],
  })
  expect(mounts).toEqual([mount('rootfs', '/var/lib/lxc/box', '/', null)])
})

it('are found by the process where no namespace was seen', async () => {
  const {mnt: _, ...ns} = box.ns
  const records = [host, table([bind(101, '/srv', '/data')], {mnt: null, pid: 10})]
  expect((await oneOf({processes: [{...box, ns}], mounts: records})).mounts).toHaveLength(1)
  expect((await oneOf({mounts: records})).mountsSeenBy).toMatchObject({reason: 'not-collected'})
})

const engine = (mounts: EngineContainerRecord['mounts']): EngineRecord => ({
  endpoint: 'unix:///run/docker.sock',
  answered: true,
  product: 'docker',
  version: '28.2.2',
  rootless: false,
  usernsRemap: false,
  containers: [
    {
      id,
      name: 'web',
      image: 'web:1',
      pid: 10,
      user: '',
      privileged: false,
      usernsMode: '',
      pidMode: '',
      ipcMode: '',
      networkMode: '',
      pidsLimit: null,
      ulimits: [],
      restartPolicy: '',
      mounts,
    },
  ],
})

const listed = {type: 'bind', source: '/srv/data', destination: '/data', rw: true, uid: 1000, gid: 1000}

it('are what the kernel shows, whatever an engine lists', async () => {
  const {mounts, seenBy} = await oneOf({
    engines: [engine([listed, {...listed, type: 'plugin', source: '/srv/x', destination: '/x'}])],
    mounts: [host, table([bind(101, '/srv/x', '/x')]), owner('/srv/x', 7)],
  })
  expect(seenBy).toEqual(['kernel', 'api'])
  expect(mounts).toEqual([mount('plugin', '/srv/x', '/x', 7)])
})

it.each<[string, Made['mounts'], object]>([
  ['nobody looked', undefined, {reason: 'not-collected'}],
  ['it was another container’s', [host, table([], {mnt: '77', pid: 77})], {reason: 'not-collected'}],
  ['the input is missing', missing('container-mounts', 'timeout', 'late'), {reason: 'timeout'}],
  [
    'the table was too long',
    [host, {t: 'mounts', mnt: '51', pid: 10, mountinfo: {reason: 'truncated', detail: 'long'}}],
    {reason: 'truncated', detail: 'long'},
  ],
  [
    'a line is no record',
    {status: 'raw', origin: 'test', text: `${JSON.stringify(host)}\n{"t":"mounts"}\n`},
    {reason: 'invalid'},
  ],
  ['there are no mounts of the host', [table([bind(101, '/srv', '/data')])], {reason: 'invalid'}],
])('are not known to the kernel where %s: an engine’s list stands, or a reason', async (_, mounts, expected) => {
  const given = mounts === undefined ? {} : {mounts}
  const alone = await oneOf(given)
  expect(alone.mounts).toEqual([])
  expect(alone.mountsSeenBy).toMatchObject({status: 'missing', input: 'container-mounts', ...expected})
  const asked = await oneOf({...given, engines: [engine([listed])]})
  expect(asked.mountsSeenBy).toBe('api')
  expect(asked.mounts).toEqual([mount('bind', '/srv/data', '/data', 1000)])
})
