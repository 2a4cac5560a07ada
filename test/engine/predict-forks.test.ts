import {expect, it} from 'vitest'
import {predictForks} from '../../src/engine/predict-forks.js'
import {UserError} from '../../src/model/user-error.js'
import {renderForks} from '../../src/renderers/forks-text.js'
import type {Collected, Tree} from '../../src/sources/collected.js'
import type {ProcessesRecord} from '../../src/sources/records.js'
import type {InputName} from '../../src/sources/specs.js'
import {memorySource} from '../support/memory-source.js'

const INITIAL = '4026531837'
const ns = {user: INITIAL, pid: '4026531836', mnt: '1', net: '1', ipc: '1', uts: '1', cgroup: '1'}

interface Made {
  readonly pid: number
  readonly uid: number
  readonly comm: string
  readonly threads?: number
  readonly limit?: string
  readonly cgroup?: string
  readonly mnt?: string
}

function processes(...made: readonly Made[]): string {
  const records: ProcessesRecord[] = [
    {t: 'observer', ns, uid: 0, capEff: '1ffffffffff', hidepid: '0'},
    ...made.map(({pid, uid, comm, threads = 1, limit = '1000', cgroup = '0::/', mnt = '1'}): ProcessesRecord => {
      const ids = [uid, uid, uid, uid] as const
      const inner = mnt === '1' ? ns : {...ns, mnt, pid: mnt}
      const nspid = mnt === '1' ? [pid] : [pid, 1]
      const base = {t: 'process' as const, pid, ppid: 1, comm, state: 'S', uid: ids, gid: ids, threads, nspid}
      return {...base, capEff: '0', ns: inner, cgroup: `${cgroup}\n`, nproc: [limit, limit], start: String(pid)}
    }),
    {t: 'end', processes: made.length, vanished: 0, unread: []},
  ]
  return records.map((record) => `${JSON.stringify(record)}\n`).join('')
}

const es = `/docker/${'e5'.repeat(32)}`
const running = processes(
  {pid: 1, uid: 0, comm: 'systemd', limit: '500'},
  {pid: 300, uid: 105, comm: 'java', threads: 7, cgroup: `1:pids:${es}`, mnt: '77'},
  {pid: 400, uid: 105, comm: 'avahi-daemon', limit: '9', cgroup: '0::/system.slice/avahi-daemon.service'},
  {pid: 500, uid: 106, comm: 'other'},
)

const units: Tree = {
  status: 'tree',
  origin: 'units',
  entries: [
    {
      type: 'file',
      path: '/etc/systemd/system/web.service',
      text: '[Service]\nExecStart=/usr/bin/web\nUser=web\nLimitNPROC=7\nTasksMax=infinity\n',
    },
    {
      type: 'file',
      path: '/etc/systemd/system/own.service',
      text: '[Service]\nExecStart=/x\nUser=web\nPrivateUsers=yes\nLimitNPROC=7\n',
    },
    {type: 'file', path: '/etc/systemd/system/tight.service', text: '[Service]\nExecStart=/x\nUser=web\nTasksMax=2\n'},
  ],
}

const host: Partial<Record<InputName, string | Collected>> = {
  'kernel-release': '6.1.0-50-amd64\n',
  processes: running,
  'user-namespaces': `${JSON.stringify({ino: INITIAL, pid: 1, uidMap: '0 0 4294967295', gidMap: '0 0 4294967295', parent: null, ownerUid: null, note: 'root'})}\n`,
  'container-engines': '[]',
  'container-accounts': '',
  passwd:
    'root:x:0:0::/root:/bin/bash\navahi:x:105:105::/:/bin/false\nweb:x:105:105::/:/bin/sh\nann:x:1000:1000::/home/ann:/bin/bash\n',
  group: 'root:x:0:\n',
  'limits-conf': {
    status: 'tree',
    origin: '',
    entries: [{type: 'file', path: '/etc/security/limits.conf', text: 'ann soft nproc 40\n'}],
  },
  'pids-cgroups': '',
  'threads-max': '100000\n',
  'pid-max': '4194304\n',
  loadavg: '0.00 0.00 0.00 1/200 999\n',
  'systemd-units': units,
  'systemd-system-conf': {status: 'tree', origin: '', entries: []},
}

const ask = (question: Parameters<typeof predictForks>[1], change: typeof host = {}) =>
  predictForks(memorySource({...host, ...change}), question)

it('answers for a UID: whose tasks count, under the lowest limit of its processes', async () => {
  const answer = await ask({uid: 105})
  expect(answer).toMatchObject({
    allowed: 1,
    count: 8,
    limit: 9,
    limitSource: 'lowest soft limit of its processes, /proc/400/limits (avahi-daemon)',
    counter: {userns: INITIAL, kuid: 105},
    exempt: false,
    decidedBy: 'rlimit-nproc',
    certain: true,
    exitCode: 0,
  })
  expect(answer.charged).toMatchObject([
    {container: expect.any(String), tasks: 7, comm: 'java', pids: [300]},
    {pid: 400, tasks: 1, comm: 'avahi-daemon', service: 'avahi-daemon.service'},
  ])
})

it.each([
  [
    {uid: 105, limit: 3},
    {allowed: 0, limit: 3, limitSource: '--limit'},
  ],
  [
    {uid: 105, limit: Infinity},
    {allowed: 'unlimited', limit: 'unlimited', decidedBy: 'unlimited'},
  ],
  [{uid: 0}, {allowed: 'unlimited', exempt: true, decidedBy: 'exempt'}],
  [{uid: 1000}, {allowed: 40, limitSource: 'a new session of ann: /etc/security/limits.conf:1: ann soft nproc 40'}],
  [{uid: 4242}, {allowed: 500, count: 0, limitSource: expect.stringContaining('inherited from PID 1, /proc/1/limits')}],
  [{pid: 400}, {allowed: 1, limitSource: 'soft limit of /proc/400/limits', subject: 'PID 400 (avahi-daemon)'}],
  [{pid: 1}, {allowed: 99800, exempt: true, decidedBy: 'threads-max', certain: true}],
  [{unit: 'avahi-daemon'}, {allowed: 1, subject: 'avahi-daemon.service, PID 400 (avahi-daemon)', start: null}],
  [
    {unit: 'web.service'},
    {allowed: 0, count: 8, limit: 7, start: {outcome: 'fails-at-exec', possible: ['fails-at-exec']}},
  ],
  [
    {unit: 'own'},
    {allowed: 7, count: 0, counter: {userns: null, kuid: 105}, start: {outcome: 'starts', possible: ['starts']}},
  ],
  [
    {unit: 'tight'},
    {allowed: 2, limit: 500, decidedBy: 'pids-cgroup', limitSource: expect.stringContaining('inherited from PID 1')},
  ],
] as const)('answers %j', async (question, expected) => {
  expect(await ask(question)).toMatchObject({...expected, exitCode: 0})
})

it.each([
  [{pid: 4711}, 'There is no process with PID 4711.'],
  [{unit: 'wbe'}, 'There is no service wbe.service.'],
])('refuses %j', async (question, message) => {
  const error = await ask(question).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(UserError)
  expect(error).toMatchObject({message})
})

it('knows nothing without the processes', async () => {
  const denied = {status: 'missing', input: 'processes', reason: 'denied', detail: '/proc: EACCES'} as const
  const answer = await ask({uid: 105}, {processes: denied})
  expect(answer).toMatchObject({allowed: null, count: null, decidedBy: 'unknown', exitCode: 3})
  expect(answer.unknowns).toContainEqual({input: 'processes', reason: 'denied', detail: '/proc: EACCES'})
})

it('does not take a walk that did not end for all there is', async () => {
  const cut = running.slice(0, running.lastIndexOf('{"t":"end"'))
  expect(await ask({uid: 105}, {processes: cut})).toMatchObject({
    allowed: null,
    atMost: 1,
    certain: false,
    exitCode: 3,
    unknowns: [{input: 'processes', reason: 'truncated'}],
  })
  expect(await ask({uid: 105, limit: 3}, {processes: cut})).toMatchObject({allowed: 0, certain: true, exitCode: 0})
})

it('says that it does not know the limit rather than that there is none', async () => {
  const noLimits = running.replaceAll(/"nproc":\[[^\]]*\]/g, '"nproc":null')
  const answer = await ask({uid: 4242}, {processes: noLimits})
  expect(answer).toMatchObject({allowed: null, limit: null, exitCode: 3})
})

it('is JSON as it stands', async () => {
  const answer = await ask({uid: 105, limit: Infinity})
  expect(JSON.parse(JSON.stringify(answer))).toEqual(answer)
})

it('tells a person the same', async () => {
  const terminal = {width: 100, colour: 0} as const
  expect(renderForks(await ask({uid: 105, limit: 3}), terminal)).toMatchInlineSnapshot(`
    "UID 105 (avahi): the next fork() fails with EAGAIN, "Resource temporarily unavailable"

      limit    3   --limit
      count    8   tasks with real UID 105 in the initial user namespace
      decides  rlimit-nproc

      fork() fails with EAGAIN once the tasks of this real UID in this user namespace, threads and
      zombies included, would exceed the soft RLIMIT_NPROC of the process that forks (copy_process(),
      is_rlimit_overlimit()).

    Charged
      7  container java (e5e5e5e5e5e5) (java)
      1  PID 400 avahi-daemon (avahi-daemon.service)
    "
  `)
  expect(renderForks(await ask({unit: 'web'}), terminal)).toMatchInlineSnapshot(`
    "web.service: a start now fails at execve() (systemd: status=203/EXEC, "Resource temporarily unavailable")

      limit    7   /etc/systemd/system/web.service:4: LimitNPROC=7
      count    8   tasks with real UID 105 in the initial user namespace
      decides  rlimit-nproc

      fork() fails with EAGAIN once the tasks of this real UID in this user namespace, threads and
      zombies included, would exceed the soft RLIMIT_NPROC of the process that forks (copy_process(),
      is_rlimit_overlimit()).

    Charged
      7  container java (e5e5e5e5e5e5) (java)
      1  PID 400 avahi-daemon (avahi-daemon.service)

    Other limits
      kernel.threads-max: 200 of 100000, so 99800 more
      kernel.pid_max: 200 of 4194304, so 4193804 more
    "
  `)
  expect(renderForks(await ask({pid: 1}), terminal)).toMatchInlineSnapshot(`
    "PID 1 (systemd): 99800 more tasks, then fork() fails with EAGAIN

      limit    500   soft limit of /proc/1/limits
      count    1   tasks with real UID 0 in the initial user namespace
      decides  threads-max

      fork() fails with EAGAIN once the whole host has kernel.threads-max tasks (copy_process()).

    Other limits
      kernel.threads-max: 200 of 100000, so 99800 more
      kernel.pid_max: 200 of 4194304, so 4193804 more
    "
  `)
})

it('prints nothing of a process name as it is', async () => {
  const hostile = running.replaceAll('avahi-daemon', String.raw`a\u001b[2Jb`)
  const text = renderForks(await ask({uid: 105}, {processes: hostile}), {width: 100, colour: 0})
  expect(text).toContain(String.raw`a\x1b[2Jb`)
  expect(text).not.toContain('\u001b')
})
