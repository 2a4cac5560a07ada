import {randomUUID} from 'node:crypto'
import {mkdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {writeUnpacked} from '../../../src/bundle/write.js'
import {FactResolver} from '../../../src/engine/fact-resolver.js'
import {type Containers, containersFact, type Mount} from '../../../src/facts/containers.js'
import type {Fact} from '../../../src/facts/define.js'
import {openDirectory} from '../../../src/sources/directory/index.js'
import {createLiveSource} from '../../../src/sources/live/index.js'
import {inputNames} from '../../../src/sources/specs.js'
import {tryCommand} from '../../support/lab/command.js'
import {type Dockerd, importImage, run, startDockerd} from '../../support/lab/docker.js'
import {startLxc} from '../../support/lab/lxc.js'
import {startNspawn} from '../../support/lab/nspawn.js'
import {startPodman} from '../../support/lab/podman.js'
import {describeLab} from '../../support/lab/requirements.js'
import {type Scratch, scratch} from '../../support/lab/scratch.js'
import {asEs, findContainer, group, passwd} from './expectations.js'

const OWNER = 102

/** What the tests mount: a folder and a file that `es` owns, and /dev/shm. */
interface Lent {
  readonly folder: string
  readonly file: string
  remove(): Promise<void>
}

async function lend(): Promise<Lent> {
  const {dir, remove}: Scratch = await scratch()
  const folder = join(dir, 'a folder')
  const file = join(dir, 'file')
  await tryCommand([
    'sh',
    '-c',
    'chmod 711 "$1"; mkdir "$2"; echo >"$3"; chown 102:103 "$2" "$3"',
    'sh',
    dir,
    folder,
    file,
  ])
  return {folder, file, remove}
}

/** The container's mounts, each held against the real thing: written through its root, read on the host. */
async function realMounts(pid: number, sockets: readonly string[] = []): Promise<Map<string, Mount>> {
  const {mounts, mountsSeenBy} = await findContainer(pid, sockets)
  expect(mountsSeenBy).toBe('kernel')
  for (const mount of mounts) expectToBeReal(pid, mount)
  return new Map(mounts.map((mount) => [mount.destination, mount]))
}

function expectToBeReal(
  pid: number,
  {source, destination, readWrite, type, ownerUid, ownerGid, idmapped}: Mount,
): void {
  const inside = join(`/proc/${pid}/root`, destination)
  const [there, here] = [statSync(inside), statSync(source)]
  expect([here.dev, here.ino], source).toEqual([there.dev, there.ino])
  if (type === 'bind') expect([ownerUid, ownerGid], source).toEqual([here.uid, here.gid])
  // Through an ID map that does not hold it, nobody writes: EOVERFLOW.
  if (idmapped || !readWrite || type === 'rootfs' || !(here.isDirectory() || source.startsWith('/tmp/'))) return
  const canary = randomUUID()
  const name = here.isDirectory() ? `/nd-${canary}` : ''
  writeFileSync(`${inside}${name}`, canary)
  expect(readFileSync(`${source}${name}`, 'utf8')).toBe(canary)
  if (name !== '') rmSync(`${source}${name}`)
}

/** What is recorded says the same of a container as what is live. */
async function expectSameFromBundle(pid: number): Promise<void> {
  const {dir, remove} = await scratch()
  try {
    const live = createLiveSource({timeoutMs: 20_000})
    await writeUnpacked(join(dir, 'bundle'), live, inputNames, {name: 'netdoctor', version: '0.0.0'})
    const [there, recorded] = await Promise.all(
      [live, await openDirectory(join(dir, 'bundle'))].map(async (source) => {
        const fact = (await new FactResolver(source).get(containersFact)) as Fact<Containers>
        if (!fact.known) throw new Error(JSON.stringify(fact.missing))
        return fact.value.containers.find(({initPid}) => initPid === pid)
      }),
    )
    expect(there?.mounts.length).toBeGreaterThan(3)
    expect(recorded).toEqual(there)
  } finally {
    await remove()
  }
}

const writable = {type: 'bind', readWrite: true, idmapped: false}

describeLab('mounts of Docker', ['root', 'dockerd', 'docker', 'busybox'], () => {
  let daemon: Dockerd
  let image: string
  let lent: Lent
  beforeAll(async () => {
    daemon = await startDockerd()
    image = await importImage(daemon, {passwd, group, user: 'es'})
    lent = await lend()
  })
  afterAll(async () => {
    await daemon?.stop()
    await lent?.remove()
  })

  describe.each([
    ['with its API', true],
    ['by the kernel alone', false],
  ])('%s', (_, ask) => {
    it('are what is really mounted', async () => {
      const args = [`${lent.folder}:/lent`, `${lent.folder}:/read:ro`, `${lent.file}:/etc/one`, '/dev/shm:/dev/shm']
      const {pid} = await run(daemon, {
        image,
        args: [...args.flatMap((arg) => ['-v', arg]), '-v', 'named:/mnt/volume', '--tmpfs', '/scratch'],
        command: ['sleep', '100000'],
      })
      const mounts = await realMounts(pid, ask ? [daemon.socket] : [])
      expect(mounts.get('/lent')).toMatchObject({...writable, source: lent.folder, ownerUid: OWNER})
      expect(mounts.get('/read')).toMatchObject({source: lent.folder, readWrite: false})
      expect(mounts.get('/etc/one')).toMatchObject({...writable, source: lent.file, ownerUid: OWNER})
      expect(mounts.get('/dev/shm')).toMatchObject({...writable, source: '/dev/shm', ownerUid: 0})
      expect(mounts.get('/mnt/volume')).toMatchObject({
        type: 'volume',
        source: join(daemon.dir, 'data/volumes/named/_data'),
      })
      for (const own of ['/scratch', '/proc', '/sys', '/dev', '/dev/pts']) expect(mounts.has(own), own).toBe(false)
    })

    it('are those of this moment', async () => {
      const {pid} = await run(daemon, {
        image,
        args: ['-v', `${lent.folder}:/gone`, '-v', `${lent.folder}:/hidden`],
        command: ['sleep', '100000'],
      })
      const enter = ['nsenter', '-t', String(pid), '-m', '/bin/busybox'] as const
      expect((await tryCommand([...enter, 'umount', '/gone'])).code).toBe(0)
      expect((await tryCommand([...enter, 'mount', '-t', 'tmpfs', 'none', '/hidden'])).code).toBe(0)
      const mounts = await realMounts(pid, ask ? [daemon.socket] : [])
      expect([...mounts.keys()]).not.toContain('/gone')
      expect([...mounts.keys()]).not.toContain('/hidden')
    })
  })

  it('lead nowhere on the host once their source is deleted', async () => {
    const doomed = join(lent.folder, 'doomed')
    mkdirSync(doomed)
    const {pid} = await run(daemon, {image, args: ['-v', `${doomed}:/lent`], command: ['sleep', '100000']})
    expect((await realMounts(pid)).get('/lent')?.source).toBe(doomed)
    rmSync(doomed, {recursive: true})
    expect((await realMounts(pid)).has('/lent')).toBe(false)
  })

  it('are found with a private IPC namespace, and with /dev as a whole', async () => {
    const {pid} = await run(daemon, {image, args: ['-v', '/dev:/dev'], command: ['sleep', '100000']})
    expect((await realMounts(pid)).get('/dev/shm')).toMatchObject({...writable, source: '/dev/shm'})
  })
})

describeLab('mounts of LXC', ['root', 'lxc-start', 'unshare', 'setpriv', 'busybox'], () => {
  it.each([
    ['a privileged container', {}],
    ['a mapped container', {idmap: {start: 200_000, count: 65_536}}],
  ])('are known without an API, of %s', async (_, given) => {
    const lent = await lend()
    // fstab(5): a blank is \040.
    const entry = (source: string, to: string, options: string) =>
      `lxc.mount.entry = ${source.replaceAll(' ', '\\040')} ${to} none ${options}`
    const config = [
      entry(lent.folder, 'lent', 'bind,create=dir 0 0'),
      entry(lent.file, 'etc/one', 'bind,create=file 0 0'),
      entry('/dev/shm', 'dev/shm', 'bind,create=dir 0 0'),
    ]
    const {pid, stop} = await startLxc({passwd, group, user: [102, 103], config, ...given})
    try {
      const mounts = await realMounts(pid)
      expect(mounts.get('/lent')).toMatchObject({...writable, source: lent.folder, ownerUid: OWNER})
      expect(mounts.get('/etc/one')).toMatchObject({...writable, source: lent.file, ownerUid: OWNER})
      expect(mounts.get('/dev/shm')).toMatchObject({...writable, source: '/dev/shm'})
      expect(mounts.get('/')).toMatchObject({type: 'rootfs'})
      await expectSameFromBundle(pid)
    } finally {
      await stop()
      await lent.remove()
    }
  })
})

describeLab('mounts of systemd-nspawn', ['root', 'systemd-nspawn', 'busybox'], () => {
  it.each([
    ['without a user namespace', []],
    ['with one', ['--private-users=pick']],
  ])('are known without an API, %s', async (_, given) => {
    const lent = await lend()
    const binds = [`--bind=${lent.folder}:/lent`, `--bind-ro=${lent.folder}:/read`, `--bind=${lent.file}:/one`]
    const {pid, stop} = await startNspawn({
      passwd,
      group,
      args: [...given, ...binds, '--bind=/dev/shm:/host-shm'],
      command: ['/bin/sh', '-c', `${asEs} sleep 100000; true`],
    })
    try {
      const mounts = await realMounts(pid)
      expect(mounts.get('/lent')).toMatchObject({...writable, source: lent.folder, ownerUid: OWNER})
      expect(mounts.get('/read')).toMatchObject({source: lent.folder, readWrite: false})
      expect(mounts.get('/one')).toMatchObject({...writable, source: lent.file, ownerUid: OWNER})
      expect(mounts.get('/host-shm')).toMatchObject({...writable, source: '/dev/shm'})
      expect(mounts.has('/dev/shm')).toBe(false)
    } finally {
      await stop()
      await lent.remove()
    }
  })
})

describeLab('mounts of Podman', ['root', 'podman', 'conmon', 'crun', 'unshare', 'setpriv', 'busybox'], () => {
  it('are known without its API, and which of them have an ID map', async () => {
    const lent = await lend()
    const podman = await startPodman({runtime: 'crun'})
    try {
      const image = await podman.importImage({passwd, group, user: 'es'})
      const maps = ['--uidmap', '0:400000:65536', '--gidmap', '0:400000:65536']
      const volumes = ['-v', `${lent.folder}:/lent`, '-v', `${lent.folder}:/mapped:idmap`, '-v', 'named:/volume']
      const {pid} = await podman.run({image, args: [...maps, ...volumes], command: ['sleep', '100000']})
      const mounts = await realMounts(pid)
      expect(mounts.get('/lent')).toMatchObject({...writable, source: lent.folder, ownerUid: OWNER})
      expect(mounts.get('/mapped')).toMatchObject({idmapped: true, source: lent.folder, ownerUid: OWNER})
      // To the container the owner is its own UID 102: the map is undone.
      expect(statSync(`/proc/${pid}/root/mapped`).uid).toBe(400_000 + OWNER)
      expect(mounts.get('/volume')).toMatchObject({type: 'volume'})
    } finally {
      await podman.stop()
      await lent.remove()
    }
  })
})
