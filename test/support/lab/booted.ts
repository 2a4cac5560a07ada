import {spawn} from 'node:child_process'
import {openSync, readFileSync} from 'node:fs'
import {mkdtemp} from 'node:fs/promises'
import {join} from 'node:path'
import {command, eventually, type Output, tryCommand} from './command.js'
import {debianRoot, systemdVersion} from './debian-root.js'
import {guard} from './guard.js'
import {UNMOUNT_BELOW} from './scratch.js'

/** A Debian with systemd as PID 1, booted from a cached root file system that it leaves as it is. */
export interface BootedDebian {
  /** PID of its systemd, as the host sees it. */
  readonly pid: number
  /** Its root, as the host sees it. */
  readonly root: string
  /** Major version of its systemd. */
  readonly version: number
  run(argv: readonly [string, ...string[]], input?: string | Buffer): Promise<Output>
  /** Unpacks what lies below a folder of the host into its root. */
  copyIn(folder: string): Promise<void>
  stop(): Promise<void>
}

export interface BootOptions {
  /** Code name; by default NETDOCTOR_LAB_RELEASE, or the release of this machine. */
  readonly release?: string | undefined
  /** Environment of its PID 1, beside what nspawn puts there. */
  readonly environment?: Readonly<Record<string, string>>
  /** Files and folders of the host that it sees at the same place, to run programs there that it does not have. */
  readonly shows?: readonly string[]
}

const STOP = `${UNMOUNT_BELOW}
for pid in $(ps -o pid= --ppid "$2"); do kill -s RTMIN+4 "$pid"; done
for _ in $(seq 80); do [ -d "/proc/$2" ] || break; sleep 0.1; done
for pid in $(ps -o pid= --ppid "$2") "$2"; do kill -KILL "$pid" 2>/dev/null; done
for _ in $(seq 50); do [ -d "/proc/$2" ] || break; sleep 0.1; done
sleep 0.2
for hierarchy in systemd unified; do
  find "/sys/fs/cgroup/$hierarchy/$3" -depth -type d -exec rmdir {} + 2>/dev/null
done
unmount_below "$1"
rm -rf --one-file-system "$1"`

/** Boots a Debian: in a second, once debootstrap has made it. */
export async function bootDebian({
  release: codeName,
  environment = {},
  shows = [],
}: BootOptions = {}): Promise<BootedDebian> {
  const base = await debianRoot(codeName)
  const version = systemdVersion(base)
  const dir = await mkdtemp('/tmp/nd-boot-')
  const machine = dir.slice('/tmp/'.length).toLowerCase()
  const log = openSync(join(dir, 'log'), 'a')
  // A cgroup of its own: machines that are booted from the same one would share theirs.
  const enter = `for h in systemd unified; do
    mkdir -p "/sys/fs/cgroup/$h/$1" && echo $$ >"/sys/fs/cgroup/$h/$1/cgroup.procs"; done; shift; exec "$@"`
  const nspawn = ['systemd-nspawn', '--register=no', '--keep-unit', '-q', '-b', '-D', base, `--machine=${machine}`]
  const options = ['--private-network', '--volatile=overlay', '--console=pipe']
  options.push(...shows.map((path) => `--bind-ro=${path}`))
  const variables = Object.entries(environment).map(([name, value]) => `--setenv=${name}=${value}`)
  const child = spawn('sh', ['-c', enter, 'sh', machine, ...nspawn, ...options, ...variables], {
    detached: true,
    // Since 258 systemd runs on the unified hierarchy only, which nspawn does not tell from the files of every release.
    env: version < 258 ? process.env : {...process.env, SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1'},
    stdio: ['ignore', log, log],
  })
  child.unref()
  const {release} = guard(STOP, dir, String(child.pid), machine)
  try {
    const pid = await eventually('systemd runs', 60, async () => {
      if (child.exitCode !== null) throw new Error(readFileSync(join(dir, 'log'), 'utf8'))
      const leader = (await tryCommand(['ps', '-o', 'pid=', '--ppid', String(child.pid)])).stdout.trim()
      if (!/^\d+$/.test(leader)) return null
      const {stdout} = await tryCommand(['nsenter', '-t', leader, '-a', 'systemctl', 'is-system-running'])
      return /running|degraded/.test(stdout) ? Number(leader) : null
    })
    const run: BootedDebian['run'] = (argv, input) =>
      tryCommand(['nsenter', '-t', String(pid), '-a', ...argv], input === undefined ? {} : {input})
    return {
      pid,
      root: `/proc/${pid}/root`,
      version,
      run,
      async copyIn(folder) {
        const archive = join(dir, 'in.tar')
        await command(['tar', '-C', folder, '--owner=0', '--group=0', '-cf', archive, '.'])
        const {code, stderr} = await run(['tar', '-C', '/', '--no-overwrite-dir', '-xf', '-'], readFileSync(archive))
        if (code !== 0) throw new Error(stderr)
      },
      stop: release,
    }
  } catch (error) {
    await release()
    throw error
  }
}
