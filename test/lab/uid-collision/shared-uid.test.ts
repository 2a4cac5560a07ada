import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {existsSync, statSync} from 'node:fs'
import {rm} from 'node:fs/promises'
import {afterAll, beforeAll, expect, it} from 'vitest'
import uidCollision from '../../../src/checkers/uid-collision/index.js'
import {check} from '../../../src/engine/check.js'
import type {Finding} from '../../../src/model/finding.js'
import {createLiveSource} from '../../../src/sources/live/index.js'
import {type LabAccount, labAccount} from '../../support/lab/account.js'
import {command, eventually, tryCommand} from '../../support/lab/command.js'
import {
  type Dockerd,
  importImage,
  type RunningContainer,
  removeContainer,
  run,
  startDockerd,
} from '../../support/lab/docker.js'
import {guard} from '../../support/lab/guard.js'
import {describeLab} from '../../support/lab/requirements.js'

const sleep = ['sleep', '100000']

describeLab('sharing a UID with a real container', ['root', 'dockerd', 'docker', 'busybox', 'setpriv'], () => {
  let daemon: Dockerd
  let image: string
  let user: LabAccount
  beforeAll(async () => {
    ;[daemon, user] = await Promise.all([startDockerd(), labAccount()])
    image = await importImage(daemon, {passwd: `root:x:0:0::/:/bin/sh\ninside:x:${user.uid}:${user.uid}::/:/bin/sh\n`})
  })
  afterAll(() => Promise.all([daemon?.stop(), user?.remove()]))

  /** What the checker says of one container on this host, as it is now. */
  async function judge({name}: RunningContainer): Promise<Finding[]> {
    process.env.NETDOCTOR_CONTAINER_SOCKETS = daemon.socket
    const report = await check(createLiveSource({timeoutMs: 20_000}), [uidCollision], {
      failOn: 'error',
      wanted: () => true,
      accepted: [],
      tool: {name: 'netdoctor', version: '0.0.0'},
    })
    return report.findings.filter(({subject}) => subject.name === name)
  }

  async function container(uid: number, gid: number, ...args: string[]): Promise<RunningContainer> {
    return run(daemon, {image, args: ['--user', `${uid}:${gid}`, ...args], command: sleep})
  }

  it('is told by the kernel UID, with both names', async () => {
    const es = await container(user.uid, user.uid)
    expect(await judge(es)).toMatchObject([
      {
        id: 'uid-collision/shared-uid',
        severity: 'notice',
        summary: expect.stringContaining(`UID ${user.uid} (${user.name} on the host, inside inside)`),
      },
    ])
    await removeContainer(daemon, es)
  })

  it.each<[string, readonly string[], boolean, boolean, boolean]>([
    ['in one PID namespace, UID and GID the same', ['--pid', 'host'], true, true, true],
    ['in one PID namespace, another GID', ['--pid', 'host'], false, true, false],
    ['in PID namespaces apart', [], true, false, false],
  ])('%s: may signal and trace as predicted', async (_, args, sameGid, signals, traces) => {
    const es = await container(user.uid, sameGid ? user.uid : user.uid + 50_000, ...args)
    const target = await startAs(user)
    try {
      const inside = (script: string) =>
        tryCommand(['docker', '-H', daemon.endpoint, 'exec', es.id, 'sh', '-c', script])
      // Opening /proc/PID/mem asks ptrace_may_access() for PTRACE_MODE_ATTACH, as PTRACE_ATTACH does.
      const killed = (await inside(`kill -0 ${target.pid}`)).code === 0
      const traced = (await inside(`: </proc/${target.pid}/mem`)).code === 0
      const yama = existsSync('/proc/sys/kernel/yama/ptrace_scope')
      const [found, ...more] = await judge(es)
      expect(more).toEqual([])
      expect(found).toMatchObject({id: 'uid-collision/shared-signal', severity: signals ? 'warning' : 'notice'})
      expect({killed, traced}).toEqual({
        killed: found?.severity === 'warning',
        traced: found?.summary.includes('trace') ?? false,
      })
      expect({killed, traced}).toEqual({killed: signals, traced: traces && !yama})
      // From the host it always works.
      const fromHost = ['setpriv', '--reuid', `${user.uid}`, '--regid', `${user.uid}`, '--clear-groups'] as const
      expect((await tryCommand([...fromHost, 'sh', '-c', `kill -0 ${es.pid}`])).code).toBe(0)
    } finally {
      await target.stop()
      await removeContainer(daemon, es)
    }
  })

  it.each<[string, readonly string[], boolean]>([
    ['the IPC namespace of the host', ['--ipc', 'host'], true],
    ['the /dev/shm of the host', ['-v', '/dev/shm:/dev/shm'], true],
    ['IPC of its own', [], false],
  ])('with %s: its files in /dev/shm are the host account’s', async (_, args, reaches) => {
    const es = await container(user.uid, user.uid, ...args)
    const path = `/dev/shm/${es.name}`
    try {
      await daemon.docker('exec', es.id, 'touch', path)
      // The very condition by which clean_posix_shm() of systemd removes it at logout.
      expect(existsSync(path) && statSync(path).uid === user.uid).toBe(reaches)
      // One of a container, which has more than one number in NSpid, does not count.
      const script = "grep -lx 'Name:.systemd-logind' /proc/[0-9]*/status | xargs -r grep -xE 'NSpid:\\s[0-9]+'"
      const logind = (await tryCommand(['sh', '-c', script])).stdout !== ''
      const told = (await judge(es)).some(({id}) => id === 'uid-collision/shared-ipc-removal')
      expect(told).toBe(reaches && logind)
    } finally {
      await removeContainer(daemon, es)
      await rm(path, {force: true})
    }
  })

  it('with the home of the account mounted: may write in it, as told', async () => {
    const es = await container(user.uid, user.uid, '-v', `${user.home}:/mnt/home`)
    await daemon.docker('exec', es.id, 'touch', '/mnt/home/made-inside')
    expect(statSync(`${user.home}/made-inside`).uid).toBe(user.uid)
    expect(await judge(es)).toMatchObject([{id: 'uid-collision/shared-host-path', severity: 'warning'}])
    await removeContainer(daemon, es)
  })
})

describeLab('a range that holds its owner', ['root', 'unshare'], () => {
  it.each([
    ['0 70001 1\n1 70001 10\n', false],
    ['0 70001 1\n1 70000 2\n', false],
    ['0 70001 1\n1 70002 10\n', true],
  ])('makes a map that the kernel takes or refuses: %j', async (map, taken) => {
    const child = spawn('unshare', ['--user', 'sleep', '100'], {stdio: 'ignore'})
    const exited = once(child, 'exit')
    try {
      const path = `/proc/${child.pid}/uid_map`
      await eventually('a user namespace of its own', 5, async () => {
        const [own, ours] = await Promise.all(
          [child.pid, 'self'].map((pid) => command(['readlink', `/proc/${pid}/ns/user`])),
        )
        return own !== ours ? true : null
      })
      const {code, stderr} = await tryCommand(['dd', `of=${path}`, 'status=none'], {input: map})
      expect({code: code === 0, stderr}).toEqual({
        code: taken,
        stderr: taken ? '' : expect.stringContaining('Invalid argument'),
      })
    } finally {
      child.kill('SIGKILL')
      await exited
    }
  })
})

/** A plain process of the account on the host. It ends, whatever happens. */
async function startAs({uid}: LabAccount): Promise<{readonly pid: number; stop(): Promise<void>}> {
  const options = ['--reuid', `${uid}`, '--regid', `${uid}`, '--clear-groups']
  const child = spawn('setpriv', [...options, 'sleep', '100000'], {stdio: 'ignore'})
  const {pid} = child
  if (pid === undefined) throw new Error('setpriv cannot be started')
  const exited = once(child, 'exit')
  const {release} = guard('kill -KILL "$1"', `${pid}`)
  await eventually('sleep runs', 5, async () =>
    (await command(['cat', `/proc/${pid}/comm`])) === 'sleep\n' ? true : null,
  )
  return {
    pid,
    async stop() {
      await release()
      await exited
    },
  }
}
