import {spawn} from 'node:child_process'
import {openSync, readFileSync} from 'node:fs'
import {mkdir, mkdtemp} from 'node:fs/promises'
import {join} from 'node:path'
import {command, eventually} from './command.js'
import {guard} from './guard.js'
import {buildRootfs, type ImageContent} from './image.js'
import {UNMOUNT_BELOW} from './scratch.js'

export interface Nspawn {
  readonly machine: string
  /** PID of its first process, as the host sees it. */
  readonly pid: number
  stop(): Promise<void>
}

export interface NspawnOptions extends ImageContent {
  /** Further options of systemd-nspawn, such as `--private-users=pick`. */
  readonly args?: readonly string[]
  /** What runs inside; by default it sleeps. */
  readonly command?: readonly string[]
  /** Cgroup below a unique one that nspawn runs in, as systemd would put it into a unit. */
  readonly unit?: string
}

const STOP = `${UNMOUNT_BELOW}
# nspawn does not take its machine with it.
for pid in $(ps -o pid= --ppid "$2") "$2"; do kill -KILL "$pid" 2>/dev/null; done
for _ in $(seq 100); do [ -d "/proc/$2" ] || break; sleep 0.05; done
sleep 0.2
for hierarchy in systemd unified; do
  find "/sys/fs/cgroup/$hierarchy/\${3%%/*}" -depth -type d -exec rmdir {} + 2>/dev/null
done
unmount_below "$1"
rm -rf --one-file-system "$1"`

/** Starts a program with systemd-nspawn in a root file system of its own, without a network. */
export async function startNspawn(options: NspawnOptions = {}): Promise<Nspawn> {
  const dir = await mkdtemp('/tmp/nd-sn-')
  const machine = dir
    .slice('/tmp/'.length)
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, '')
  const rootfs = join(dir, 'root')
  await mkdir(join(rootfs, 'usr'), {recursive: true})
  await buildRootfs(rootfs, {files: {'/etc/os-release': 'ID=lab\n'}, ...options})
  const log = openSync(join(dir, 'log'), 'a')
  const cgroup = `${machine}/${options.unit ?? ''}`
  const enter = `for h in systemd unified; do
    mkdir -p "/sys/fs/cgroup/$h/$1" && echo $$ >"/sys/fs/cgroup/$h/$1/cgroup.procs"; done; shift; exec "$@"`
  const child = spawn(
    'sh',
    [
      ...['-c', enter, 'sh', cgroup, 'systemd-nspawn', '--register=no', '--keep-unit', '-q'],
      ...['--private-network', '--console=pipe', `--machine=${machine}`, '-D', rootfs, ...(options.args ?? [])],
      ...(options.command ?? ['/bin/sh', '-c', 'sleep 100000; true']),
    ],
    {detached: true, stdio: ['ignore', log, log]},
  )
  child.unref()
  let ended = false
  child.on('exit', () => {
    ended = true
  })
  const {release} = guard(STOP, dir, String(child.pid), cgroup)
  try {
    const pid = await eventually('the machine runs', 20, async () => {
      if (ended) throw new Error(readFileSync(join(dir, 'log'), 'utf8'))
      const children = await command(['ps', '-o', 'pid=,comm=', '--ppid', String(child.pid)]).catch(() => '')
      // Before it has become the program it is nspawn's own child; others help and end again.
      const leader = children
        .split('\n')
        .find((line) => !/nspawn|\(sd-/.test(line) && isFirst(Number.parseInt(line, 10)))
      return leader === undefined ? null : Number.parseInt(leader, 10)
    })
    return {machine, pid, stop: release}
  } catch (error) {
    await release()
    throw error
  }
}

/** Is it PID 1 of a namespace of its own? */
function isFirst(pid: number): boolean {
  try {
    return /^NSpid:\t\d+\t1$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
