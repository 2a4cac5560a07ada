import {spawn} from 'node:child_process'
import {openSync} from 'node:fs'
import {chmod, mkdir, mkdtemp, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {command, eventually, tryCommand} from './command.js'
import {guard} from './guard.js'
import {buildRootfs, type ImageContent} from './image.js'
import {UNMOUNT_BELOW} from './scratch.js'

/** A Docker daemon of our own: private socket, data and network. No other daemon is touched. */
export interface Dockerd {
  readonly socket: string
  /** `unix:///...`, for DOCKER_HOST. */
  readonly endpoint: string
  readonly pid: number
  /** Its temporary folder, also free for a test's own files. */
  readonly dir: string
  /** Unique on this machine; fit for names. */
  readonly id: string
  /** `docker ARGS` against this daemon; rejects unless it exits with 0. */
  docker(...args: readonly string[]): Promise<string>
  /** Removes its containers, ends it and removes its folder. Happens by itself when the tests die. */
  stop(): Promise<void>
}

export interface DockerdOptions {
  /** `--userns-remap=`: an account with ranges in /etc/subuid and /etc/subgid, or `uid:gid` numbers of one. */
  readonly usernsRemap?: string
  /** Further options of dockerd. */
  readonly args?: readonly string[]
}

export interface ImageOptions extends ImageContent {
  /** Config.User of the image. */
  readonly user?: string
}

export interface RunOptions {
  readonly image: string
  /** Default: made up, unique. */
  readonly name?: string
  /** Further options of `docker run`. The network is `none` unless said here. */
  readonly args?: readonly string[]
  readonly command: readonly string[]
}

export interface RunningContainer {
  readonly id: string
  readonly name: string
  /** PID of its first process, as the host sees it. */
  readonly pid: number
}

const STOP = `${UNMOUNT_BELOW}
socket="unix://$1/docker.sock"
on() { timeout 30 docker -H "$socket" "$@" 2>/dev/null; }
# A container can make docker rm wait for ever: its processes are ended first.
containers=$(on ps -aq)
for pid in $([ -n "$containers" ] && on inspect -f '{{.State.Pid}}' $containers); do
  [ "$pid" -gt 1 ] && kill -KILL "$pid" 2>/dev/null
done
[ -n "$containers" ] && on rm -f $containers >/dev/null
kill "$2" 2>/dev/null
for _ in $(seq 150); do [ -d "/proc/$2" ] || break; sleep 0.1; done
[ -d "/proc/$2" ] && kill -KILL "$2"
unmount_below "$1"
rm -rf --one-file-system "$1"`

/** Starts a Docker daemon and waits until it answers. */
export async function startDockerd(options: DockerdOptions = {}): Promise<Dockerd> {
  const dir = await mkdtemp('/tmp/nd-')
  await mkdir(join(dir, 'data'))
  // The root of a mapped container is nobody here, and has to get to its files.
  await chmod(dir, 0o711)
  const socket = join(dir, 'docker.sock')
  const endpoint = `unix://${socket}`
  const log = openSync(join(dir, 'log'), 'a')
  const daemon = spawn(
    'dockerd',
    [
      ...['--data-root', join(dir, 'data'), '--exec-root', join(dir, 'exec'), '--pidfile', join(dir, 'pid')],
      ...['--host', endpoint, '--bridge=none', '--iptables=false', '--ip6tables=false'],
      ...(options.usernsRemap === undefined ? [] : [`--userns-remap=${options.usernsRemap}`]),
      ...(options.args ?? []),
    ],
    {detached: true, stdio: ['ignore', log, log]},
  )
  const pid = daemon.pid
  if (pid === undefined) throw new Error('dockerd cannot be started: is docker.io installed?')
  daemon.unref()
  let exitCode: number | null = null
  daemon.on('exit', (code) => {
    exitCode = code ?? -1
  })
  const {release} = guard(STOP, dir, String(pid))
  try {
    await eventually('dockerd answers', 60, async () => {
      if (exitCode !== null) throw new Error(`dockerd ended with ${exitCode}`)
      return (await tryCommand(['docker', '-H', endpoint, 'version'])).code === 0 ? true : null
    })
  } catch (error) {
    const said = await readFile(join(dir, 'log'), 'utf8')
    await release()
    throw new Error(`${error instanceof Error ? error.message : error}\n${said.split('\n').slice(-12).join('\n')}`)
  }
  return {
    socket,
    endpoint,
    pid,
    dir,
    id: dir.slice('/tmp/'.length).toLowerCase(),
    docker: (...args) => command(['docker', '-H', endpoint, ...args]),
    stop: release,
  }
}

/** Makes an image from scratch with a busybox in it; gives its name. No registry is asked. */
export async function importImage(daemon: Dockerd, options: ImageOptions = {}): Promise<string> {
  const work = await mkdtemp(join(daemon.dir, 'image-'))
  const rootfs = join(work, 'rootfs')
  await mkdir(rootfs)
  await buildRootfs(rootfs, options)
  await command(['tar', '-C', rootfs, '--owner=0', '--group=0', '-cf', join(work, 'image.tar'), '.'])
  const name = `lab/${work.slice(-6).toLowerCase()}:1`
  const change = options.user === undefined ? [] : ['-c', `USER ${options.user}`]
  await daemon.docker('import', ...change, join(work, 'image.tar'), name)
  return name
}

/** Starts a container in the background and waits until its first process runs. */
export async function run(daemon: Dockerd, options: RunOptions): Promise<RunningContainer> {
  const args = options.args ?? []
  const network = args.some((arg) => arg.startsWith('--net')) ? [] : ['--network', 'none']
  const name = options.name ?? `${daemon.id}-${Math.random().toString(36).slice(2, 8)}`
  const id = (
    await daemon.docker('run', '-d', '--name', name, ...network, ...args, options.image, ...options.command)
  ).trim()
  const pid = Number(await daemon.docker('inspect', '-f', '{{.State.Pid}}', id))
  if (pid === 0) throw new Error(`container ${name} ended at once: ${await daemon.docker('logs', id)}`)
  return {id, name, pid}
}

/** Kills and removes a container. */
export async function removeContainer(daemon: Dockerd, container: Pick<RunningContainer, 'id'>): Promise<void> {
  await daemon.docker('rm', '-f', container.id)
}
