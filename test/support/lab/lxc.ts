import {chmod, chown, lchown, mkdir, mkdtemp, readdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {command, tryCommand} from './command.js'
import {guard} from './guard.js'
import {buildRootfs, type ImageContent} from './image.js'
import {withFiles} from './private-mounts.js'
import {UNMOUNT_BELOW} from './scratch.js'

export interface LxcContainer {
  readonly name: string
  /** PID of its first process, as the host sees it. */
  readonly pid: number
  stop(): Promise<void>
}

export interface LxcOptions extends ImageContent {
  /** UIDs and GIDs inside from 0 on are these of the host. */
  readonly idmap?: {readonly start: number; readonly count: number}
  /** Run by this login account, without root: needs an idmap out of its subordinate IDs. */
  readonly as?: {readonly name: string; readonly uid: number; readonly home: string}
  readonly name?: string
  /** Further lines of its configuration. */
  readonly config?: readonly string[]
  /** UID and GID, inside, of the first process; root's by default. */
  readonly user?: readonly [uid: number, gid: number]
}

const STOP = `${UNMOUNT_BELOW}
kill -KILL "$(cat "$1/pid")" 2>/dev/null
for _ in $(seq 100); do [ -d "/proc/$(cat "$1/pid")" ] || break; sleep 0.05; done
sleep 0.2
for cgroup in /sys/fs/cgroup/*/lxc.*."$2"; do rmdir "$cgroup" 2>/dev/null; done
unmount_below "$1"
rm -rf --one-file-system "$1"`

/** Starts a container with LXC. Its first process sleeps; there is no network in it. */
export async function startLxc(options: LxcOptions = {}): Promise<LxcContainer> {
  const dir = await mkdtemp('/tmp/nd-lxc-')
  const name = options.name ?? dir.slice('/tmp/'.length).toLowerCase()
  await writeFile(join(dir, 'pid'), '')
  const {release} = guard(STOP, dir, name)
  try {
    const rootfs = join(dir, name, 'rootfs')
    await mkdir(rootfs, {recursive: true})
    await buildRootfs(rootfs, options)
    await writeFile(join(rootfs, 'sbin/init'), '#!/bin/sh\nexec sleep 100000\n', {mode: 0o755})
    const {idmap} = options
    await writeFile(
      join(dir, name, 'config'),
      [
        `lxc.rootfs.path = dir:${rootfs}`,
        `lxc.uts.name = lab`,
        'lxc.net.0.type = empty',
        ...(options.user ? [`lxc.init.uid = ${options.user[0]}`, `lxc.init.gid = ${options.user[1]}`] : []),
        'lxc.apparmor.profile = unconfined',
        ...(options.config ?? []),
        ...(idmap
          ? [`lxc.idmap = u 0 ${idmap.start} ${idmap.count}`, `lxc.idmap = g 0 ${idmap.start} ${idmap.count}`]
          : []),
        '',
      ].join('\n'),
    )
    for (const folder of [dir, join(dir, name)]) await chmod(folder, 0o755)
    if (idmap) await chownAll(rootfs, idmap.start)
    if (options.as) for (const path of [dir, join(dir, name)]) await chown(path, options.as.uid, options.as.uid)
    const as = options.as ? ['setpriv', '--reuid', options.as.name, '--regid', options.as.name, '--init-groups'] : []
    const env = options.as ? {HOME: options.as.home, XDG_RUNTIME_DIR: join(dir, 'run')} : {}
    if (options.as) {
      await mkdir(join(dir, 'run'))
      await chown(join(dir, 'run'), options.as.uid, options.as.uid)
    }
    // newuidmap asks these files, for root too.
    const subordinate = options.as || !idmap ? {} : {'/etc/subuid': join(dir, 'sub'), '/etc/subgid': join(dir, 'sub')}
    await writeFile(join(dir, 'sub'), idmap ? `root:${idmap.start}:${idmap.count}\n` : '')
    const lxc = (program: string, ...args: readonly string[]) =>
      [...withFiles(subordinate), ...as, program, '-P', dir, '-n', name, ...args] as const
    const log = join(dir, 'log')
    const {code, stderr} = await tryCommand(lxc('lxc-start', '-o', log, '-l', 'INFO', '-d'), {env})
    if (code !== 0) throw new Error(`lxc-start: ${stderr}\n${await command(['tail', '-n', '20', log])}`)
    const pid = Number(await command(lxc('lxc-info', '-p', '-H'), {env}))
    await writeFile(join(dir, 'pid'), String(pid))
    return {name, pid, stop: release}
  } catch (error) {
    await release()
    throw error
  }
}

/** Gives a root file system to the root of a mapped container. */
export async function chownAll(dir: string, id: number): Promise<void> {
  await lchown(dir, id, id)
  for (const entry of await readdir(dir, {withFileTypes: true, recursive: true})) {
    await lchown(join(entry.parentPath, entry.name), id, id)
  }
}
