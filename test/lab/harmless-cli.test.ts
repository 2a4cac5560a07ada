import {existsSync, writeFileSync} from 'node:fs'
import {chmod, mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {InstalledPackage} from '../support/cli.js'
import {command, tryCommand} from '../support/lab/command.js'
import {type Dockerd, importImage, run, startDockerd} from '../support/lab/docker.js'
import {changesBy} from '../support/lab/host-state.js'
import {type LxcContainer, startLxc} from '../support/lab/lxc.js'
import {describeLab} from '../support/lab/requirements.js'
import {type Scratch, scratch} from '../support/lab/scratch.js'
import {trespassesOf} from '../support/lab/system-calls.js'

/** Itself, what asks the kernel who made a user namespace, what a network namespace has or the firewall, and what reads the journal. */
const KNOWN_PROGRAMS = /\/(node|perl|python3(\.\d+)?|journalctl|ip|tc|nsenter|grep|nft|ip6?tables-(nft|legacy)-save)$/
/** Where a program that keeps something for later would put it. */
const FOLDERS = ['/etc', '/run', '/var', '/usr/local', '/root']
const built = existsSync('dist/program.cjs') ? null : 'first: npm run build'

describeLab(
  'netdoctor on a host with containers',
  ['root', 'strace', 'dockerd', 'docker', 'busybox', 'lxc-start', 'sysctl', 'unshare', {lacking: built}],
  () => {
    let space: Scratch
    let netdoctor: InstalledPackage
    let daemon: Dockerd
    let lxc: LxcContainer
    let container: string

    beforeAll(async () => {
      space = await scratch()
      netdoctor = new InstalledPackage()
      daemon = await startDockerd()
      const passwd = 'root:x:0:0::/:/bin/sh\nes:x:61873:61873::/:/bin/sh\n'
      const image = await importImage(daemon, {passwd, user: 'es'})
      container = (await run(daemon, {image, args: ['-v', `${space.dir}:/host`], command: ['sleep', '100000']})).name
      lxc = await startLxc({idmap: {start: 1_300_000, count: 65_536}})
    })
    afterAll(async () => {
      await lxc?.stop()
      await daemon?.stop()
      netdoctor?.remove()
      await space?.remove()
    })

    /** The command line of netdoctor as an administrator has it, save that one engine is asked only: ours. */
    async function traced(args: readonly string[], allowed?: RegExp) {
      const folder = join(space.dir, `trace-${Math.random().toString(36).slice(2)}`)
      await mkdir(folder)
      const home = join(folder, 'home')
      await mkdir(home)
      await chmod(folder, 0o755)
      const env = {NETDOCTOR_CONTAINER_SOCKETS: daemon.socket, HOME: home}
      return trespassesOf([process.execPath, netdoctor.bin, ...args], folder, allowed, {env, cwd: '/'})
    }

    const nothing = {writes: [], modules: [], sockets: [], others: []}

    test.each([
      ['check', ['check'], [0, 1, 3]],
      ['check --verbose', ['check', '--verbose'], [0, 1, 3]],
      ['check --json', ['check', '--json'], [0, 1, 3]],
      ['predict forks', ['predict', 'forks', '--uid', '61873'], [0]],
      ['list', ['list'], [0]],
      ['explain', ['explain', 'fork-limit'], [0]],
    ])('%s changes nothing', async (_, args, codes) => {
      const {stdout, stderr, code, programs, connections, ...trespasses} = await traced(args)
      expect(trespasses).toEqual(nothing)
      expect([codes, stderr]).toEqual([expect.arrayContaining([code]), ''])
      expect(stdout).not.toBe('')
      expect(programs.filter((each) => !KNOWN_PROGRAMS.test(each))).toEqual([])
      // Asked through a descriptor that holds it: whoever owns its folder could swap it meanwhile.
      expect(connections.filter((path) => !/^\/proc\/self\/fd\/\d+$/.test(path))).toEqual([])
      if (args[0] === 'check') expect(connections).not.toEqual([])
    })

    test('bundle create writes to its folder only, and its containers are in it', async () => {
      const bundle = join(space.dir, 'bundle')
      const below = new RegExp(`^${bundle}(/|$)`)
      const args = ['bundle', 'create', '--unpacked', bundle]
      const {stdout, stderr, code, programs, connections: _, ...trespasses} = await traced(args, below)
      expect(trespasses).toEqual(nothing)
      expect([code, stderr, stdout]).toEqual([0, '', expect.stringContaining(bundle)])
      expect(programs.filter((each) => !KNOWN_PROGRAMS.test(each))).toEqual([])
      expect(await command(['cat', join(bundle, 'inputs/container-engines.json')])).toContain(container)
      // What was allowed here would have been seen otherwise.
      const seen = await traced(['bundle', 'create', '--unpacked', `${bundle}2`], below)
      expect(seen.writes).toContainEqual(expect.stringContaining(`${bundle}2`))
    })

    test('the host is the same before and after', async () => {
      const env = {NETDOCTOR_CONTAINER_SOCKETS: daemon.socket, HOME: '/root'}
      const netdoctorRun = async () => {
        for (const args of [['check'], ['predict', 'forks', '--uid', '61873']]) {
          // Its exit code says what is wrong with the host.
          await command(
            ['sh', '-c', '"$@" >/dev/null || [ $? -le 3 ]', 'sh', process.execPath, netdoctor.bin, ...args],
            {
              env,
            },
          )
        }
      }
      expect(await changesBy(netdoctorRun, FOLDERS)).toEqual([])
    })

    test('what harms a host is seen', async () => {
      const mark = `/run/${space.id}`
      const changes = await changesBy(async () => writeFileSync(mark, String(Math.random())), FOLDERS).finally(() =>
        command(['rm', '-f', mark]),
      )
      expect(changes.filter((line) => line.includes(mark))).not.toEqual([])

      const folder = join(space.dir, 'harm')
      await mkdir(folder)
      const harm = `mkdir ${folder}/x; mount -t tmpfs none ${folder}/x; kill -TERM ${lxc.pid + 4_000_000}; modprobe lab
        setpriv --reuid 61873 --clear-groups true; prlimit --nproc=10000:10000 true`
      const argv = ['unshare', '--mount', '--propagation=private', 'sh', '-c', harm] as const
      const {writes, others, modules, programs} = await trespassesOf(argv, folder)
      expect(writes).toContainEqual(expect.stringMatching(/^mkdir/))
      for (const call of ['unshare', 'mount', 'kill', 'setresuid', 'setgroups', 'prlimit64']) {
        expect(others, call).toContainEqual(expect.stringMatching(new RegExp(`^${call}\\(`)))
      }
      expect(modules).toContainEqual(expect.stringContaining('modprobe'))
      expect(programs.filter((each) => !KNOWN_PROGRAMS.test(each))).not.toEqual([])
    })
  },
)

describeLab('a disk that is full', ['root', 'unshare', 'mount', {lacking: built}], () => {
  test('is reported, and leaves no bundle that could be taken for whole', async () => {
    const space = await scratch()
    const netdoctor = new InstalledPackage()
    try {
      // Sizes at which some files fit, all but the last, or all but its end: each must be refused.
      for (const size of ['8k', '64k', '128k']) {
        const script = `mount -t tmpfs -o size=${size} none "$1" && shift && dir=$1 && shift
          "$@" bundle create --unpacked "$dir"; echo "exit $?" >&2
          "$@" check --from "$dir"; echo "exit $?" >&2`
        const argv = ['unshare', '--mount', '--propagation=private', 'sh', '-c', script, 'sh'] as const
        const {stdout, stderr} = await tryCommand(
          [...argv, space.dir, `${space.dir}/bundle`, process.execPath, netdoctor.bin],
          {env: {NETDOCTOR_CONTAINER_SOCKETS: ''}},
        )
        expect(stdout).toBe('')
        expect(stderr.split('\n')).toEqual([
          `Error: Cannot write the bundle to ${space.dir}/bundle: ENOSPC`,
          'exit 2',
          expect.stringMatching(/^Error: .*bundle.* is not (a bundle|JSON)/),
          ...(stderr.includes('Try:') ? ['Try:', '  Record a host with: netdoctor bundle create --unpacked DIR'] : []),
          'exit 2',
          '',
        ])
      }
    } finally {
      netdoctor.remove()
      await space.remove()
    }
  })
})
