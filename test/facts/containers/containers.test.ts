import {describe, expect, it} from 'vitest'
import {missing} from '../../../src/model/missing.js'
import type {EngineContainerRecord, EngineRecord} from '../../../src/sources/records.js'
import {gapsOf, valueOfKnown} from '../derive.js'
import {containersOf, inside, type Made, process} from './host.js'

const a = 'a'.repeat(64)
const b = 'b'.repeat(64)
const docker = (id: string) => ({cgroup: `0::/docker/${id}\n`})

/** `name: pids` of every container found, where everything is known. */
async function found(made: Made): Promise<string[]> {
  const fact = await containersOf(made)
  expect(gapsOf(fact)).toEqual([])
  return valueOfKnown(fact).containers.map(({name, processes}) => `${name}: ${processes.map(({pid}) => pid).join(' ')}`)
}

describe('by the kernel alone', () => {
  it.each<[string, Made, string[]]>([
    ['a host without containers', {processes: [process(1), process(2, {ppid: 0, kthread: true, ns: {}})]}, []],
    [
      'a marked container and its exec',
      {processes: [inside(10, 5, docker(a)), inside(11, 5, docker(a), 7)]},
      [`sleep (${a.slice(0, 12)}): 10 11`],
    ],
    [
      'a marked container in the PID namespace of the host',
      {processes: [process(10, {...docker(a), ns: {mnt: '51'}})]},
      [`sleep (${a.slice(0, 12)}): 10`],
    ],
    ['a host process that was moved into its cgroup', {processes: [process(10, docker(a))]}, []],
    ['no mark at all', {processes: [inside(10, 5)], roots: ['51']}, ['sleep (pid 10): 10']],
    [
      'who entered it from outside',
      {processes: [inside(10, 5, docker(a)), inside(90, 5, {ppid: 80}, 33)]},
      [`sleep (${a.slice(0, 12)}): 10 90`],
    ],
    [
      'two containers of a pod in one PID namespace',
      {
        processes: [
          inside(10, 5, docker(a)),
          inside(20, 5, {...docker(b), ns: {mnt: '99'}}, 8),
          inside(90, 5, {ns: {mnt: '99'}}, 33),
        ],
      },
      [`sleep (${a.slice(0, 12)}): 10`, `sleep (${b.slice(0, 12)}): 20 90`],
    ],
    [
      'one container inside another, which is part of it',
      {
        processes: [
          inside(10, 5, {cgroup: '1:name=systemd:/payload\n'}),
          inside(11, 5, {ppid: 10, comm: 'containerd-shim', cgroup: '1:name=systemd:/payload/docker.service\n'}, 9),
          process(12, {
            ppid: 11,
            nspid: [12, 10, 1],
            ns: {pid: '60', mnt: '61'},
            cgroup: `1:name=systemd:/payload/docker/${a}\n`,
          }),
        ],
        roots: ['51', '61'],
      },
      ['sleep (pid 10): 10 11 12', `sleep (${a.slice(0, 12)}): 12`],
    ],
    [
      'zombies, which have left cgroup and mount namespace, with their parent',
      {
        processes: [
          inside(10, 5, docker(a)),
          {...process(11, {ppid: 10, state: 'Z', nspid: [11, 2]}), ns: {pid: '50', user: '4026531837'}},
          process(20, {...docker(b), ns: {mnt: '61'}}),
          {...process(21, {ppid: 20, state: 'Z'}), ns: {pid: '4026531836', user: '4026531837'}},
        ],
      },
      [`sleep (${a.slice(0, 12)}): 10 11`, `sleep (${b.slice(0, 12)}): 20 21`],
    ],
    [
      'what is left of an ended container',
      {processes: [{...process(11, {state: 'Z', nspid: [11, 1]}), ns: {pid: '50', user: '4026531837'}}]},
      [],
    ],
    ['a service with PrivateTmp= and PrivateUsers=', {processes: [process(10, {ns: {mnt: '51', user: '52'}})]}, []],
    ['a PID namespace with the root of the host', {processes: [inside(10, 5)], roots: []}, []],
    [
      'the sandbox of a browser, in the mount namespace of the host',
      {processes: [process(10, {uidOf: 1000, nspid: [10, 1], ns: {pid: '50', user: '52'}})]},
      [],
    ],
    [
      'a sandbox that maps one ID to its creator',
      {
        processes: [process(9, {uidOf: 1000}), inside(10, 5, {ppid: 9, uidOf: 1000, ns: {user: '52'}})],
        namespaces: [
          {ino: '52', pid: 10, uidMap: '1000 1000 1', gidMap: '1000 1000 1', parent: '4026531837', ownerUid: 1000},
        ],
        roots: ['51'],
      },
      [],
    ],
    [
      'the same with a range of further IDs: a rootless container',
      {
        processes: [process(9, {uidOf: 1000}), inside(10, 5, {ppid: 9, uidOf: 1000, ns: {user: '52'}})],
        namespaces: [
          {
            ino: '52',
            pid: 10,
            uidMap: '0 1000 1\n1 100000 65536',
            gidMap: '0 1000 1',
            parent: '4026531837',
            ownerUid: 1000,
          },
        ],
        roots: ['51'],
      },
      ['sleep (pid 10): 10'],
    ],
    [
      'a virtual machine, whose scope is named like a machine',
      {processes: [process(10, {cgroup: '0::/machine.slice/machine-qemu\\x2d1\\x2dvm.scope\n', ns: {mnt: '51'}})]},
      [],
    ],
  ])('%s', async (_, made, expected) => {
    expect(await found(made)).toEqual(expected)
  })

  it('does not take a cgroup that a container made for the container it names', async () => {
    const forged = inside(20, 6, {cgroup: `0::/docker/${b}/docker/${a}\n`})
    const {containers} = valueOfKnown(await containersOf({processes: [inside(10, 5, docker(a)), forged]}))
    expect(containers.map(({id, initPid}) => [id, initPid])).toEqual([
      [a, 10],
      [`${a} (pid 20)`, 20],
    ])
  })

  it('does not decide where it cannot see', async () => {
    const hidden = {...process(10, {nspid: [10, 1]}), ns: {}}
    const fact = await containersOf({processes: [hidden]})
    expect(valueOfKnown(fact).containers).toEqual([])
    expect(gapsOf(fact)).toContain('processes: denied')
  })

  it('says that accounts were denied where the root could not even be found', async () => {
    const hidden = {...process(10, {nspid: [10, 1], ...docker(a)}), ns: {}}
    const [container] = valueOfKnown(await containersOf({processes: [hidden]})).containers
    expect(container?.accounts).toMatchObject({status: 'missing', reason: 'denied'})
  })

  it('says whose user namespace it is, and that it does not know', async () => {
    const mapped = {
      ino: '52',
      pid: 10,
      uidMap: '0 300000 65536',
      gidMap: '0 300000 65536',
      parent: '4026531837',
      ownerUid: 0,
    }
    const [own] = valueOfKnown(
      await containersOf({processes: [inside(10, 5, {...docker(a), ns: {user: '52'}})], namespaces: [mapped]}),
    ).containers
    expect(own).toMatchObject({
      usernsOfItsOwn: true,
      creatorUid: 0,
      uidMap: [{inside: 0, outside: 300_000, count: 65_536}],
    })
    const blind = inside(10, 5, docker(a))
    const {user: _, ...seen} = blind.ns
    const [unknown] = valueOfKnown(await containersOf({processes: [{...blind, ns: seen}]})).containers
    expect(unknown).toMatchObject({usernsOfItsOwn: null, uidMap: null, creatorUid: null})
  })
})

describe('joined with what engines say', () => {
  const answer = (fields: Partial<EngineContainerRecord>): EngineContainerRecord => ({
    id: a,
    name: 'web',
    image: 'web:1',
    pid: 10,
    user: '',
    privileged: false,
    usernsMode: '',
    pidMode: '',
    ipcMode: '',
    networkMode: '',
    pidsLimit: 9,
    ulimits: [{name: 'nproc', soft: -1, hard: -1}],
    restartPolicy: '',
    mounts: [],
    ...fields,
  })
  const engine = (...containers: readonly EngineContainerRecord[]): EngineRecord => ({
    endpoint: 'unix:///run/docker.sock',
    answered: true,
    product: 'docker',
    version: '28.2.2',
    rootless: false,
    usernsRemap: false,
    containers,
  })

  it('is one container, by its first process or by its ID', async () => {
    for (const pid of [10, 4711]) {
      const fact = await containersOf({
        processes: [inside(10, 5, docker(a))],
        engines: [engine(answer({pid}))],
        roots: ['51'],
      })
      const {containers, engines} = valueOfKnown(fact)
      expect(containers).toMatchObject([
        {
          id: a,
          name: 'web',
          seenBy: ['kernel', 'api'],
          initPid: 10,
          endpoint: 'unix:///run/docker.sock',
          accounts: [{name: 'es', uid: 102}],
          groups: {status: 'missing', reason: 'absent'},
          nprocUlimit: {soft: Number.POSITIVE_INFINITY, hard: Number.POSITIVE_INFINITY},
          pidsLimit: 9,
          restartPolicy: 'no',
        },
      ])
      expect(engines).toHaveLength(1)
      expect(gapsOf(fact)).toEqual([])
    }
  })

  it('gives an unmarked container its ID and name', async () => {
    const fact = await containersOf({processes: [inside(10, 5)], roots: ['51'], engines: [engine(answer({}))]})
    expect(valueOfKnown(fact).containers).toMatchObject([
      {id: a, name: 'web', runtime: 'docker', seenBy: ['kernel', 'api']},
    ])
  })

  it('does not take the PID of another host for one of this', async () => {
    const fact = await containersOf({
      processes: [process(10), inside(11, 5, docker(b))],
      engines: [engine(answer({}), answer({pid: 11, id: 'c'.repeat(64), name: 'far'}))],
    })
    expect(valueOfKnown(fact).containers).toMatchObject([{id: b, seenBy: ['kernel'], endpoint: null}])
    expect(fact.known && fact.gaps).toEqual([
      missing(
        'container-engines',
        'unsupported',
        'unix:///run/docker.sock: container web (PID 10) and 1 more is not among the processes seen here',
      ),
    ])
  })

  it('tells containers of one name apart', async () => {
    const fact = await containersOf({
      processes: [inside(10, 5, docker(a)), inside(20, 6, docker(b))],
      engines: [engine(answer({})), {...engine(answer({id: b, pid: 20})), endpoint: 'unix:///run/user/1/docker.sock'}],
    })
    expect(valueOfKnown(fact).containers.map(({name}) => name)).toEqual(['web (pid 10)', 'web (pid 20)'])
  })

  it.each<[Partial<EngineRecord>, Partial<EngineContainerRecord>, boolean]>([
    [{}, {}, false],
    [{usernsRemap: true}, {}, true],
    [{usernsRemap: true}, {usernsMode: 'host'}, false],
    [{rootless: true}, {}, true],
    [{product: 'podman'}, {usernsMode: 'auto'}, true],
  ])('of one that waits for a restart with %j and %j knows the user namespace: %s', async (says, of, own) => {
    const fact = await containersOf({processes: [process(1)], engines: [{...engine(answer({pid: 0, ...of})), ...says}]})
    expect(valueOfKnown(fact).containers).toMatchObject([
      {initPid: 0, processes: [], seenBy: ['api'], usernsOfItsOwn: own},
    ])
  })

  it.each([
    ['absent', []],
    ['denied', ['container-engines: denied']],
    ['timeout', ['container-engines: timeout']],
    ['invalid', ['container-engines: invalid']],
    ['unsupported', ['container-engines: unsupported']],
  ] as const)('stands on the kernel alone with an engine that is %s', async (reason, gaps) => {
    const fact = await containersOf({
      processes: [inside(10, 5, docker(a))],
      engines: [{endpoint: 'unix:///run/docker.sock', answered: false, reason, detail: 'x'}],
    })
    expect(valueOfKnown(fact).containers).toHaveLength(1)
    expect(gapsOf(fact)).toEqual(gaps)
  })

  it('names inputs that are not there, and what is not what it should be', async () => {
    const late = await containersOf({
      processes: [inside(10, 5, docker(a))],
      engines: missing('container-engines', 'timeout', 'x'),
      roots: missing('container-accounts', 'timeout', 'x'),
    })
    expect(gapsOf(late)).toEqual(['container-accounts: timeout', 'container-engines: timeout'])
    expect(valueOfKnown(late).containers).toMatchObject([{accounts: {status: 'missing', reason: 'timeout'}}])
    const junk = await containersOf({
      processes: [],
      engines: {status: 'raw', origin: 'x', text: '[{"endpoint": 5}]'},
      roots: {status: 'raw', origin: 'x', text: '{"mnt": "1"}\nnot json\n'},
    })
    expect(gapsOf(junk)).toEqual(['container-accounts: invalid', 'container-engines: invalid'])
  })
})
