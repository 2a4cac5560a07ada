import {spawn} from 'node:child_process'
import {openSync} from 'node:fs'
import {mkdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {eventually, tryCommand} from '../../support/lab/command.js'
import {guard} from '../../support/lab/guard.js'
import {UNMOUNT_BELOW} from '../../support/lab/scratch.js'
import type {Hosts} from './hosts.js'

const STOP = `${UNMOUNT_BELOW}
kill "$2" 2>/dev/null
for _ in $(seq 100); do [ -d "/proc/$2" ] || break; sleep 0.1; done
[ -d "/proc/$2" ] && kill -KILL "$2"
unmount_below "$1"
rm -rf --one-file-system "$1"`

/**
 * Starts a Docker daemon on a host, with the host's /etc/docker/daemon.json and in its network namespace. Gives a
 * function that ends it.
 */
export async function startDocker(hosts: Hosts, host: string): Promise<() => Promise<void>> {
  const dir = join(hosts.dir, 'dockerd')
  await mkdir(join(dir, 'data'), {recursive: true})
  const endpoint = `unix://${join(dir, 'docker.sock')}`
  const log = openSync(join(dir, 'log'), 'a')
  const [program, ...args] = [
    ...hosts.prefix(host),
    ...['dockerd', '--data-root', join(dir, 'data'), '--exec-root', join(dir, 'exec')],
    ...['--pidfile', join(dir, 'pid'), '--host', endpoint],
  ]
  const daemon = spawn(program, args, {detached: true, stdio: ['ignore', log, log]})
  const {pid} = daemon
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
  return release
}
