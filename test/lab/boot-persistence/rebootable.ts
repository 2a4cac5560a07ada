import {spawn} from 'node:child_process'
import {existsSync, openSync, readFileSync} from 'node:fs'
import {mkdir, mkdtemp, symlink, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {command, eventually, type Output, tryCommand} from '../../support/lab/command.js'
import {debianRoot, systemdVersion} from '../../support/lab/debian-root.js'
import {guard} from '../../support/lab/guard.js'
import {UNMOUNT_BELOW} from '../../support/lab/scratch.js'

/** Path -> text of a file, or `-> target` for a link; `#!` makes it a program. */
export type Files = Readonly<Record<string, string>>

/** A Debian with systemd as PID 1 whose changes outlive its reboots, on top of a cached tree that stays as it is. */
export interface RebootableDebian {
  /** Major version of its systemd. */
  readonly version: number
  run(argv: readonly [string, ...string[]], input?: string): Promise<Output>
  /** Standard output; rejects unless it exits with 0. */
  ask(...argv: readonly [string, ...string[]]): Promise<string>
  /** `netdoctor ARGS` inside. */
  netdoctor(...args: readonly string[]): Promise<Output>
  /** Its root as the host sees it, without what it mounts itself: no /run. */
  readonly root: string
  /** Powers it off and boots it again from the same root. */
  reboot(): Promise<void>
  stop(): Promise<void>
}

const repository = fileURLToPath(new URL('../../../', import.meta.url))

const STOP = `${UNMOUNT_BELOW}
if [ -s "$1/nspawn" ]; then
  nspawn=$(cat "$1/nspawn")
  for pid in $(ps -o pid= --ppid "$nspawn") "$nspawn"; do kill -KILL "$pid" 2>/dev/null; done
  for _ in $(seq 50); do [ -d "/proc/$nspawn" ] || break; sleep 0.1; done
fi
sleep 0.2
for hierarchy in systemd unified; do
  find "/sys/fs/cgroup/$hierarchy/$2" -depth -type d -exec rmdir {} + 2>/dev/null
done
unmount_below "$1"
rm -rf --one-file-system "$1"`

const ENTER = `for h in systemd unified; do
  mkdir -p "/sys/fs/cgroup/$h/$1" && echo $$ >"/sys/fs/cgroup/$h/$1/cgroup.procs"; done; shift; exec "$@"`

/** Lays files into a root folder. */
export async function layDown(root: string, files: Files): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), {recursive: true})
    if (text.startsWith('-> ')) await symlink(text.slice(3), join(root, path))
    else await writeFile(join(root, path), text, {mode: text.startsWith('#!') ? 0o755 : 0o644})
  }
}

/**
 * Boots a Debian with these files in it.
 *
 * @param shows further `HOST:INSIDE` that it sees
 */
export async function bootRebootable(
  release: string,
  files: Files = {},
  shows: readonly string[] = [],
): Promise<RebootableDebian> {
  const base = await debianRoot(release)
  const dir = await mkdtemp('/tmp/nd-reboot-')
  const machine = dir.slice('/tmp/'.length).toLowerCase()
  const root = join(dir, 'root')
  for (const name of ['root', 'upper', 'work']) await mkdir(join(dir, name))
  const {release: discard} = guard(STOP, dir, machine)
  let pid = 0
  try {
    await command([
      ...(['mount', '-t', 'overlay', 'overlay', '-o'] as const),
      `lowerdir=${base},upperdir=${join(dir, 'upper')},workdir=${join(dir, 'work')}`,
      root,
    ])
    await mkdir(join(root, 'netdoctor'), {recursive: true})
    await layDown(root, files)
    await boot()
  } catch (error) {
    await discard()
    throw error
  }
  const run: RebootableDebian['run'] = (argv, input) =>
    tryCommand(['nsenter', '-t', String(pid), '-a', ...argv], input === undefined ? {} : {input})
  const ask: RebootableDebian['ask'] = async (...argv) => {
    const {code, stdout, stderr} = await run(argv)
    if (code !== 0) throw new Error(`${argv.join(' ')}: exit ${code}: ${stderr}${stdout}`)
    return stdout
  }
  return {
    version: systemdVersion(base),
    run,
    ask,
    root,
    netdoctor: (...args) =>
      run([
        '/usr/bin/node',
        '--import',
        '/netdoctor/node_modules/tsx/dist/loader.mjs',
        '/netdoctor/bin/dev.js',
        ...args,
      ]),
    async reboot() {
      await powerOff()
      await boot()
    },
    stop: discard,
  }

  async function boot(): Promise<void> {
    const log = openSync(join(dir, 'log'), 'a')
    const nspawn = ['systemd-nspawn', '--register=no', '--keep-unit', '-q', '-b', '-D', root, `--machine=${machine}`]
    const binds = [`--bind-ro=${repository}:/netdoctor`, `--bind-ro=${process.execPath}:/usr/bin/node`]
    binds.push(...shows.map((place) => `--bind=${place}`))
    const child = spawn(
      'sh',
      ['-c', ENTER, 'sh', machine, ...nspawn, '--private-network', '--console=pipe', ...binds],
      {
        detached: true,
        stdio: ['ignore', log, log],
        // From 258 on systemd does not boot on cgroup v1.
        env: {...process.env, ...(systemdVersion(base) >= 258 ? {SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1'} : {})},
      },
    )
    child.unref()
    await writeFile(join(dir, 'nspawn'), String(child.pid))
    pid = await eventually('systemd has booted', 60, async () => {
      if (child.exitCode !== null) throw new Error(readFileSync(join(dir, 'log'), 'utf8'))
      const leader = (await tryCommand(['ps', '-o', 'pid=', '--ppid', String(child.pid)])).stdout.trim()
      if (!/^\d+$/.test(leader)) return null
      const {stdout} = await tryCommand(['nsenter', '-t', leader, '-a', 'systemctl', 'is-system-running'])
      return /running|degraded/.test(stdout) ? Number(leader) : null
    })
  }

  async function powerOff(): Promise<void> {
    const nspawn = readFileSync(join(dir, 'nspawn'), 'utf8')
    await command(['kill', '-s', 'RTMIN+4', String(pid)])
    await eventually('systemd has powered off', 60, async () => (existsSync(`/proc/${nspawn}`) ? null : true))
  }
}
