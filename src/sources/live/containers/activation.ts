import {readdirSync, readFileSync, readlinkSync} from 'node:fs'
import {errorCode} from '../../read-regular.js'
import type {ProcessesRecord, ProcessRecord} from '../../records.js'
import type {ProbeContext} from '../probe.js'

/**
 * Would a connection start the engine? systemd can listen in its place (docker.socket, podman.socket)
 * and start it when someone connects, which would change the host.
 *
 * @param path of the socket, without links
 * @param uid of the login user whose engine it is; null for the system's
 */
export async function wouldStart(context: ProbeContext, path: string, uid: number | null): Promise<boolean> {
  const processes = await readProcesses(context)
  const manager = processes.find(
    (process) => process.comm === 'systemd' && (uid === null ? process.pid === 1 : process.uid[0] === uid),
  )
  if (!manager || listens(manager.pid, path) === false) return false
  const engine = path.endsWith('/podman.sock') ? 'podman' : 'dockerd'
  return !processes.some((process) => process.comm === engine && process.uid[0] === (uid ?? 0))
}

async function readProcesses(context: ProbeContext): Promise<ProcessRecord[]> {
  const collected = await context.collect('processes')
  if (collected.status !== 'raw') return []
  return collected.text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): ProcessesRecord => JSON.parse(line))
    .filter((record) => record.t === 'process')
}

/** Does the process hold the socket that listens at `path`? null: that cannot be seen. */
function listens(pid: number, path: string): boolean | null {
  try {
    const inode = listenerAt(path)
    if (inode === null) return null
    return readdirSync(`/proc/${pid}/fd`).some((fd) => linkOf(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`)
  } catch (error) {
    if (errorCode(error) === undefined) throw error
    return null
  }
}

/** Inode of the listening socket that was bound to this path: /proc/net/unix, `Flags` has __SO_ACCEPTCON. */
function listenerAt(path: string): string | null {
  for (const line of readFileSync('/proc/net/unix', 'utf8').split('\n')) {
    const [, , , flags, , , inode, ...name] = line.trim().split(/\s+/)
    const bound = name.join(' ').replace(/^\/var\/run\//, '/run/')
    if (bound === path && flags === '00010000' && inode !== undefined) return inode
  }
  return null
}

function linkOf(path: string): string | null {
  try {
    return readlinkSync(path)
  } catch (error) {
    // Closed since it was listed.
    if (errorCode(error) === undefined) throw error
    return null
  }
}
