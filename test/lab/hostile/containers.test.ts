import {spawn} from 'node:child_process'
import {existsSync} from 'node:fs'
import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {afterAll, beforeAll, expect, it} from 'vitest'
import type {Container} from '../../../src/facts/containers.js'
import {type InputName, inputNames} from '../../../src/sources/specs.js'
import {eventually} from '../../support/lab/command.js'
import {
  type Dockerd,
  importImage,
  type RunningContainer,
  removeContainer,
  run,
  startDockerd,
} from '../../support/lab/docker.js'
import {liveHost} from '../../support/lab/host.js'
import {describeLab} from '../../support/lab/requirements.js'
import {scratch} from '../../support/lab/scratch.js'

const CANARY = 'canary-9c1f7e'

describeLab('a hostile container', ['root', 'dockerd', 'docker', 'busybox'], () => {
  let daemon: Dockerd
  let image: string
  let canary: string
  beforeAll(async () => {
    daemon = await startDockerd()
    image = await importImage(daemon)
    canary = join(daemon.dir, 'canary')
    await mkdir(canary)
    for (const name of ['passwd', 'group']) await writeFile(join(canary, name), `${CANARY}:x:1:1::/:/bin/sh\n`)
  })
  afterAll(() => daemon?.stop())

  /** Runs shell commands in a container, then looks at it, and sees to it that nothing of the host leaked. */
  async function lookAt(script: string, args: readonly string[] = []): Promise<Container> {
    const container = await run(daemon, {image, args, command: ['sh', '-c', `${script}\ntouch /ready; sleep 100000`]})
    try {
      // Not by docker exec: that reads passwd, and hangs itself.
      await eventually(
        'the container is ready',
        30,
        async () => existsSync(`/proc/${container.pid}/root/ready`) || null,
      )
      return await look(container)
    } finally {
      await removeContainer(daemon, container)
    }
  }

  async function look({pid}: RunningContainer): Promise<Container> {
    const host = liveHost([daemon.socket], 10_000)
    const fact = await host.fact('containers')
    if (!fact.known) throw new Error(JSON.stringify(fact.missing))
    const names: readonly InputName[] = inputNames.filter((name) => name !== 'passwd')
    const collected = await Promise.all(names.map((name) => host.collect(name)))
    expect(JSON.stringify(collected)).not.toContain(CANARY)
    const found = fact.value.containers.find(({initPid}) => initPid === pid)
    if (!found) throw new Error(`container ${pid} was not found`)
    return found
  }

  it.each([
    ['an absolute link', () => `ln -sf ${canary}/passwd /etc/passwd`, 'absent'],
    ['a link up and out', () => `ln -sf ../../../../../../../..${canary}/passwd /etc/passwd`, 'absent'],
    ['a link through /proc/1/root', () => `ln -sf /proc/1/root${canary}/passwd /etc/passwd`, 'absent'],
    ['a link through /proc/self/root', () => `ln -sf /proc/self/root/..${canary}/passwd /etc/passwd`, 'absent'],
    ['a link at /etc', () => `mv /etc /old; ln -s ${canary} /etc`, 'absent'],
    ['a loop of links', () => 'ln -sf passwd /etc/passwd', 'invalid'],
    ['a FIFO', () => 'rm /etc/passwd; mkfifo /etc/passwd', 'invalid'],
    ['a directory', () => 'rm /etc/passwd; mkdir /etc/passwd', 'invalid'],
    ['a device without end', () => 'rm /etc/passwd; mknod /etc/passwd c 1 5', 'invalid'],
    ['1 GiB long', () => 'dd if=/dev/zero of=/etc/passwd bs=1 count=1 seek=1073741823', 'truncated'],
    ['not there', () => 'rm /etc/passwd', 'absent'],
  ])('whose passwd is %s: nothing leaks, nothing hangs', async (_, script, reason) => {
    const {accounts, groups} = await lookAt(script())
    expect(accounts).toMatchObject({status: 'missing', input: 'container-accounts', reason})
    if (!script().includes('mv /etc')) expect(groups).toEqual([{name: 'root', gid: 0, members: []}])
  })

  it('whose passwd is full of control characters keeps its sane lines', async () => {
    const {accounts} = await lookAt(
      "printf '\\033[31mred\\a:x:5:5::/:\\nes:x:6:6::/\\033]0;t\\a:\\n\\000\\377:x:7:7::/:\\n' >/etc/passwd",
    )
    expect(accounts).toMatchObject([{uid: 5}, {name: 'es', uid: 6}, {uid: 7}])
  })

  it('whose process has a name of escape sequences is found all the same', async () => {
    const {processes} = await lookAt(
      'evil=$(printf \'/tmp/busybox\\033[2J\'); cp /bin/busybox "$evil"; "$evil" sleep 100000 &',
    )
    expect(processes.map(({comm}) => comm)).toContain('busybox\u001b[2J')
  })

  it('that forks and ends all the time is found, without an end of time', async () => {
    const args = ['--pids-limit', '60', '--cpus', '0.5', '--user', '61999']
    const container = await run(daemon, {
      image,
      args,
      command: ['sh', '-c', 'while :; do (sleep 0 & sleep 0 &) ; done'],
    })
    try {
      for (let round = 0; round < 5; round++) {
        const found = await look(container)
        expect(found.processes.every(({realUid}) => realUid === 61_999)).toBe(true)
        expect(found.accounts).toEqual([expect.objectContaining({name: 'root'})])
      }
    } finally {
      await removeContainer(daemon, container)
    }
  })
})

describeLab(
  'a container whose root does not answer',
  ['root', 'python3', {lacking: existsSync('/dev/fuse') ? null : '/dev/fuse is missing'}],
  () => {
    it('costs its own deadline only', async () => {
      const work = await scratch()
      const folder = join(work.dir, 'root')
      await mkdir(folder)
      const script = new URL('hung-root.py', import.meta.url).pathname
      const child = spawn('python3', [script, folder], {stdio: ['pipe', 'pipe', 'inherit']})
      const ended = new Promise((resolve) => child.on('close', resolve))
      try {
        const {value} = await createInterface({input: child.stdout})[Symbol.asyncIterator]().next()
        const fact = await liveHost([], 2000).fact('containers')
        if (!fact.known) throw new Error(JSON.stringify(fact.missing))
        const hung = fact.value.containers.find(({initPid}) => initPid === Number(value))
        expect(hung).toMatchObject({usernsOfItsOwn: false, accounts: {status: 'missing', reason: 'timeout'}})
      } finally {
        child.stdin.end()
        await ended
        await work.remove()
      }
    })
  },
)
