import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {command, type Output, tryCommand} from '../../support/lab/command.js'
import type {Dockerd} from '../../support/lab/docker.js'

/**
 * This machine with a few files of its own: an account for avahi, its configuration, a unit. They
 * are bind-mounted in a mount namespace, so that the machine's own files stay as they are and two
 * runs use two UIDs.
 */
export interface PrivateHost {
  readonly uid: number
  readonly dir: string
  /** Runs a program in it. */
  run(argv: readonly [string, ...string[]], env?: Readonly<Record<string, string>>): Promise<Output>
}

export interface PrivateHostFiles {
  readonly avahiConf: string
  /** Name -> text of further unit files. */
  readonly units?: Readonly<Record<string, string>>
}

const ENTER = `set -e
for pair in passwd:/etc/passwd group:/etc/group avahi:/etc/avahi system:/etc/systemd/system; do
  mount --bind "$1/\${pair%%:*}" "\${pair#*:}"
done
shift
exec "$@"`

export async function privateHost(parent: string, uid: number, files: PrivateHostFiles): Promise<PrivateHost> {
  const dir = join(parent, 'host')
  await mkdir(join(dir, 'avahi/services'), {recursive: true})
  const account = (path: string, line: string) =>
    readFile(path, 'utf8').then((text) => `${text.replace(/^(avahi|search):.*\n/gm, '')}${line}`)
  const home = 'Avahi mDNS daemon:/run/avahi-daemon:/usr/sbin/nologin'
  await writeFile(
    join(dir, 'passwd'),
    await account(
      '/etc/passwd',
      `avahi:x:${uid}:${uid}:${home}\nsearch:x:${uid + 1}:${uid + 1}::/:/usr/sbin/nologin\n`,
    ),
  )
  await writeFile(join(dir, 'group'), await account('/etc/group', `avahi:x:${uid}:\nsearch:x:${uid + 1}:\n`))
  await writeFile(join(dir, 'avahi/avahi-daemon.conf'), files.avahiConf)
  await command(['cp', '-a', '/etc/systemd/system', join(dir, 'system')])
  for (const [name, text] of Object.entries(files.units ?? {})) await writeFile(join(dir, 'system', name), text)
  const enter = ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', ENTER, 'sh', dir] as const
  return {uid, dir, run: (argv, env = {}) => tryCommand([...enter, ...argv], {env})}
}

/** Two UIDs that neither an account nor a process has. */
export async function freshUids(): Promise<number> {
  const passwd = await readFile('/etc/passwd', 'utf8')
  for (;;) {
    const uid = 20_000 + Math.floor(Math.random() * 20_000) * 2
    const taken = [uid, uid + 1].some((each) => passwd.includes(`:${each}:`))
    if (!taken && !(await runsUnder(new Set([uid, uid + 1])))) return uid
  }
}

async function runsUnder(uids: ReadonlySet<number>): Promise<boolean> {
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const status = await readFile(`/proc/${name}/status`, 'utf8').catch(() => '')
    if (uids.has(Number(/^Uid:\t(\d+)/m.exec(status)?.[1]))) return true
  }
  return false
}

/** `docker run` of ten sleeping processes beside the shell that started them. */
export const tenSleepers = ['sh', '-c', 'i=0; while [ $i -lt 10 ]; do sleep 600 & i=$((i+1)); done; wait'] as const

/** Environment for netdoctor that lets it ask this daemon alone. */
export function only(daemon: Dockerd): Record<string, string> {
  return {NETDOCTOR_CONTAINER_SOCKETS: daemon.socket}
}
