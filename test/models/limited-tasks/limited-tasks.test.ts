import {describe, expect, it} from 'vitest'
import type {Account, HostAccounts} from '../../../src/facts/accounts.js'
import type {Container} from '../../../src/facts/containers.js'
import type {Process, ProcessTable} from '../../../src/facts/processes.js'
import type {Service, Services} from '../../../src/facts/services.js'
import {INITIAL_USERNS} from '../../../src/facts/user-namespaces.js'
import {ownersOf, serviceOf} from '../../../src/models/limited-tasks/owners.js'
import {type LimitedTaskInputs, limitedTasks} from '../../../src/models/limited-tasks/verdicts.js'

const process = (
  pid: number,
  uid: number,
  more: Partial<Process> & {tasks?: number; cgroup?: string} = {},
): Process => {
  const {cgroup = '/', tasks = 1, ...rest} = more
  return {
    pid,
    ppid: 1,
    comm: 'x',
    state: 'S',
    realUid: uid,
    effectiveUid: uid,
    realGid: uid,
    tasks,
    tasksByUid: new Map([[uid, tasks]]),
    nspid: [pid],
    capEff: 0n,
    ns: {},
    userns: INITIAL_USERNS,
    cgroups: [{hierarchy: 0, controllers: [], path: cgroup}],
    nproc: {soft: 1000, hard: 1000},
    startTicks: BigInt(pid),
    kernelThread: false,
    ...rest,
  }
}

const table = (processes: readonly Process[]): ProcessTable => ({
  processes,
  byPid: new Map(processes.map((each) => [each.pid, each])),
  observer: {uid: 0, ns: {}},
  sees: {initialUserns: true, initialPidns: true, allProcesses: true},
})

const account = (name: string, uid: number): Account => ({name, uid, gid: uid, home: '/', shell: '/usr/sbin/nologin'})

const accountsOf = (accounts: readonly Account[], otherServices: readonly string[] = []): HostAccounts => ({
  accounts,
  groups: [],
  byUid: new Map(accounts.map((each) => [each.uid, [each]])),
  byName: new Map(accounts.map((each) => [each.name, each])),
  groupsByGid: new Map(),
  otherServices,
  sysUidMax: 999,
})

const container = (name: string, processes: readonly Process[], more: Partial<Container> = {}): Container => ({
  id: name,
  name,
  runtime: 'docker',
  seenBy: ['kernel'],
  endpoint: null,
  image: null,
  initPid: processes[0]?.pid ?? 0,
  processes,
  userns: INITIAL_USERNS,
  usernsOfItsOwn: false,
  uidMap: null,
  gidMap: null,
  creatorUid: null,
  ns: {},
  accounts: [],
  groups: [],
  mounts: [],
  mountsSeenBy: 'kernel',
  nprocUlimit: null,
  pidsLimit: null,
  privileged: null,
  restartPolicy: null,
  ...more,
})

const service = (name: string, user: string, limit: number | null, more: Partial<Service> = {}): Service => ({
  name,
  masked: false,
  enabled: true,
  fragmentPath: `/${name}`,
  user: {value: user, origin: {path: `/${name}`, line: 1, text: `User=${user}`}},
  dynamicUser: false,
  privateUsers: false,
  ignoresUser: false,
  pamName: false,
  limitNproc: limit === null ? null : {value: {soft: limit, hard: limit}, origin: {path: '/u', line: 2, text: 'L'}},
  tasksMax: null,
  slice: 'system.slice',
  execStart: ['/bin/x'],
  program: 'x',
  ...more,
})

const servicesOf = (services: readonly Service[], more: Partial<Services> = {}): Services => ({
  services,
  byName: new Map(services.map((each) => [each.name, each])),
  defaultLimitNproc: null,
  defaultTasksMax: null,
  slices: new Map(),
  ...more,
})

const es = account('es', 105)
const judge = (inputs: Partial<LimitedTaskInputs> & {all: readonly Process[]}) =>
  limitedTasks({
    processes: table(inputs.all),
    userNamespaces: new Map(),
    kernel: {release: '6.12.0', major: 6, minor: 12},
    containers: {containers: [], engines: [], hostNs: {}},
    hostAccounts: accountsOf([es, account('avahi', 102)]),
    services: servicesOf([]),
    avahi: null,
    pamLimits: [],
    ...inputs,
  })

describe('serviceOf', () => {
  it.each([
    ['/system.slice/cron.service', 'cron.service'],
    ['/system.slice/system-pg.slice/pg@14.service/worker', 'pg@14.service'],
    ['/user.slice/user-1000.slice/user@1000.service/app.slice/x.service', 'user@1000.service'],
    ['/system.slice/docker-abc.scope/system.slice/cron.service', null],
    ['/lxc.payload.c1/system.slice/cron.service', null],
    ['/user.slice/user-1000.slice/session-1.scope', null],
    ['/', null],
  ])('%s', (cgroup, expected) => expect(serviceOf(process(9, 0, {cgroup}))).toBe(expected))
})

describe('ownersOf', () => {
  it('gives a process to the innermost container, and to it before any service', () => {
    const inner = process(11, 105, {cgroup: '/system.slice/docker.service'})
    const outer = container('outer', [process(10, 0), inner])
    const ownerOf = ownersOf(
      {containers: [container('inner', [inner]), outer], engines: [], hostNs: {}},
      accountsOf([]),
    )
    expect(ownerOf(inner)).toMatchObject({kind: 'container', name: 'inner'})
    expect(ownerOf(process(12, 7))).toEqual({kind: 'account', name: 'UID 7'})
    expect(ownerOf(process(12, 7))).toBe(ownerOf(process(13, 7)))
  })
})

describe('limitedTasks', () => {
  const foreign = (tasks: number) => process(20, 105, {tasks})
  const outcomeOf = (inputs: Partial<LimitedTaskInputs> & {all: readonly Process[]}) =>
    judge(inputs).starts.map(({limited, admission}) => [limited.name, admission.outcome])

  it('fails a start at exec from one task more than its limit', () => {
    const services = servicesOf([service('es.service', 'es', 3)])
    expect(outcomeOf({all: [foreign(3)], services})).toEqual([['es.service', 'starts']])
    expect(outcomeOf({all: [foreign(4)], services})).toEqual([['es.service', 'fails-at-exec']])
  })

  it('does not count what the service itself has running', () => {
    const own = process(30, 105, {tasks: 9, cgroup: '/system.slice/es.service'})
    const services = servicesOf([service('es.service', 'es', 3)])
    const [verdict] = judge({all: [own, foreign(2)], services}).starts
    expect(verdict).toMatchObject({admission: {outcome: 'starts', others: {least: 2}}})
    expect(verdict?.others.map(({tasks}) => tasks)).toEqual([2])
  })

  it.each([
    ['masked', {masked: true}],
    ['not changed to its user', {ignoresUser: true}],
    ['root', {user: null}],
  ])('has no say on a service that is %s', (_, more) => {
    expect(outcomeOf({all: [foreign(9)], services: servicesOf([service('es.service', 'es', 3, more)])})).toEqual([])
  })

  it('takes the default limit, and else that of a systemd as PID 1', () => {
    const services = servicesOf([service('es.service', 'es', null)])
    const manager = process(1, 0, {comm: 'systemd', nproc: {soft: 5, hard: 5}})
    const limitOf = (inputs: Partial<LimitedTaskInputs> & {all: readonly Process[]}) =>
      judge(inputs).starts.map(({limited}) => limited.start.limit)
    const set = {value: {soft: 7, hard: 7}, origin: {path: '/s', line: 1, text: ''}}
    expect(limitOf({all: [manager], services: servicesOf(services.services, {defaultLimitNproc: set})})).toEqual([7])
    expect(limitOf({all: [manager], services})).toEqual([5])
    expect(limitOf({all: [process(1, 0, {comm: 'init'})], services})).toEqual([])
  })

  it('does not know the UID of an account from elsewhere', () => {
    const services = servicesOf([service('ldap.service', 'ldap-user', 3)])
    expect(judge({all: [], services}).unknowns).toEqual([])
    const {unknowns} = judge({all: [], services, hostAccounts: accountsOf([], ['sss'])})
    expect(unknowns.map(({input, detail}) => `${input}: ${detail}`)).toEqual([
      'passwd: ldap.service: account ldap-user is not in /etc/passwd',
    ])
  })

  it('tells avahi-daemons of the host, which leave, from those of containers, which stay', () => {
    const host = [process(40, 102, {comm: 'avahi-daemon'}), process(41, 102, {comm: 'avahi-daemon'})]
    const other = [process(50, 102, {comm: 'avahi-daemon'}), process(51, 102, {comm: 'avahi-daemon'})]
    const avahi = {rlimitNproc: 3, path: '/etc/avahi/avahi-daemon.conf', line: 4, text: 'rlimit-nproc=3'}
    const containers = {containers: [container('c', other)], engines: [], hostNs: {}}
    expect(outcomeOf({all: host, avahi})).toEqual([['avahi-daemon.service', 'starts']])
    expect(outcomeOf({all: [...host, ...other], avahi, containers})).toEqual([
      ['avahi-daemon.service', 'fails-at-fork'],
    ])
    const unlimited = servicesOf([service('avahi-daemon.service', '', null, {execStart: ['/x -s --no-rlimits']})])
    expect(outcomeOf({all: other, avahi, containers, services: unlimited})).toEqual([])
  })

  it('has one verdict for processes that are alike, and none for those that no limit holds', () => {
    const nproc = {soft: 5, hard: 5}
    const all = [
      ...[60, 61, 62].map((pid) => process(pid, 105, {nproc})),
      process(63, 105, {nproc, capEff: 1n << 21n}),
      process(64, 0, {nproc}),
      process(65, 105, {nproc, state: 'Z'}),
    ]
    const {forks} = judge({all})
    expect(forks.map(({processes, admission}) => [processes.length, admission.allowed])).toEqual([[3, 0]])
  })
})
