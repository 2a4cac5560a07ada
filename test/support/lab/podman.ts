import {spawn} from 'node:child_process'
import {mkdir, mkdtemp, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {LabAccount} from './account.js'
import {command, eventually, tryCommand} from './command.js'
import {guard} from './guard.js'
import {buildRootfs, type ImageContent} from './image.js'
import {UNMOUNT_BELOW} from './scratch.js'

/** Podman with storage of its own, so that nobody else's containers are touched. */
export interface Podman {
  readonly dir: string
  /** `podman ARGS`; rejects unless it exits with 0. */
  podman(...args: readonly string[]): Promise<string>
  importImage(options?: ImageContent & {readonly user?: string}): Promise<string>
  run(options: {
    readonly image: string
    readonly name?: string
    readonly args?: readonly string[]
    readonly command: readonly string[]
  }): Promise<{readonly id: string; readonly name: string; readonly pid: number}>
  /** Serves the Docker-compatible API; gives the path of its socket. */
  serve(): Promise<string>
  stop(): Promise<void>
}

export interface PodmanOptions {
  readonly runtime?: 'runc' | 'crun'
  /** Rootless, as this login account. */
  readonly as?: LabAccount
  /** `--cgroups=disabled`: no cgroup, and so no marker, of its own. Needs crun. */
  readonly withoutCgroups?: boolean
}

// Containers outlive podman: conmon holds them. All of them are below the folder, which is in its command line.
const STOP = `${UNMOUNT_BELOW}
[ -s "$1/server" ] && kill "$(cat "$1/server")" 2>/dev/null
sh "$1/podman" rm -fa >/dev/null 2>&1
for pidfile in $(find "$1" -name conmon.pid -o -name pidfile -o -name pause.pid 2>/dev/null); do kill -KILL "$(cat "$pidfile")" 2>/dev/null; done
sleep 0.2
unmount_below "$1"
rm -rf --one-file-system "$1"`

/** Limits that podman may set although it cannot raise any: a machine may withhold CAP_SYS_RESOURCE. */
const ULIMITS = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1000:1000']

export async function startPodman(options: PodmanOptions = {}): Promise<Podman> {
  const dir = await mkdtemp('/tmp/nd-pod-')
  const id = dir.slice('/tmp/'.length).toLowerCase()
  const {as, runtime = 'runc', withoutCgroups = false} = options
  for (const name of ['storage', 'run', 'tmp', 'home', 'xdg']) await mkdir(join(dir, name), {mode: 0o700})
  const stay = ['--root', join(dir, 'storage'), '--runroot', join(dir, 'run'), '--tmpdir', join(dir, 'tmp')]
  const user = as ? `setpriv --reuid ${as.name} --regid ${as.name} --init-groups` : ''
  // crun refuses a host with both cgroup hierarchies, so it is not shown the second one.
  const script = `export HOME=${join(dir, 'home')} XDG_RUNTIME_DIR=${join(dir, 'xdg')} TMPDIR=/tmp
cd ${dir}
ulimit -n 1024 2>/dev/null
exec unshare --mount --propagation=private sh -c '[ ${runtime} = crun ] && umount /sys/fs/cgroup/unified 2>/dev/null
exec ${user} podman --runtime ${runtime} --cgroup-manager cgroupfs --storage-driver vfs --events-backend none ${stay.join(' ')} "$@"' podman "$@"
`
  await writeFile(join(dir, 'podman'), script)
  if (as) await command(['chown', '-R', `${as.name}:${as.name}`, dir])
  const {release} = guard(STOP, dir)
  const podman = (...args: readonly string[]) => command(['sh', join(dir, 'podman'), ...args])
  return {
    dir,
    podman,
    async importImage(content = {}) {
      const work = await mkdtemp(join(dir, 'image-'))
      const rootfs = join(work, 'rootfs')
      await mkdir(rootfs)
      await buildRootfs(rootfs, content)
      await command(['tar', '-C', rootfs, '--owner=0', '--group=0', '-cf', join(work, 'image.tar'), '.'])
      await command(['chmod', '-R', 'a+rX', work])
      const name = `localhost/lab/${work.slice(-6).toLowerCase()}:1`
      const change = content.user === undefined ? [] : ['--change', `USER ${content.user}`]
      await podman('import', '-q', ...change, join(work, 'image.tar'), name)
      return name
    },
    async run({image, name = `${id}-${Math.random().toString(36).slice(2, 8)}`, args = [], command: argv}) {
      const cgroups = withoutCgroups ? ['--cgroups=disabled'] : []
      const container = (
        await podman('run', '-d', '--name', name, '--network', 'none', ...ULIMITS, ...cgroups, ...args, image, ...argv)
      ).trim()
      const pid = Number(await podman('inspect', '-f', '{{.State.Pid}}', container))
      if (pid === 0) throw new Error(`container ${name} ended at once`)
      return {id: container, name, pid}
    },
    async serve() {
      const socket = join(dir, 'podman.sock')
      const server = spawn('sh', [join(dir, 'podman'), 'system', 'service', '--time', '0', `unix://${socket}`], {
        detached: true,
        stdio: 'ignore',
      })
      server.unref()
      await writeFile(join(dir, 'server'), String(server.pid))
      await eventually('podman serves', 20, async () => {
        const {code} = await tryCommand(['docker', '-H', `unix://${socket}`, 'version'])
        return code === 0 ? true : null
      })
      return socket
    },
    stop: release,
  }
}
