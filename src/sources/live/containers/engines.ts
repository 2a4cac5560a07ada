import {readFileSync, readlinkSync} from 'node:fs'
import type {EngineContainerRecord, EngineRecord} from '../../records.js'
import type {Probe} from '../probe.js'
import {wouldStart} from './activation.js'
import {askEngine, unanswered} from './engine.js'
import {PathPinner} from './pinned-path.js'
import {findSockets, localTcpEngine, type Socket} from './sockets.js'

/**
 * Asks every container engine of this host that can be reached through a Unix socket: Docker, and
 * Podman where its Docker-compatible service runs; the system's and those of login users. All at
 * once, with one deadline.
 *
 * NETDOCTOR_CONTAINER_SOCKETS (paths with colons between them) replaces the search for sockets. No
 * engine is asked over a network; one of this host that DOCKER_HOST reaches by TCP is `unsupported`.
 */
export const probeEngines: Probe = async (context) => {
  const deadline = {signal: AbortSignal.timeout(context.timeoutMs), timeoutMs: context.timeoutMs}
  const only = process.env.NETDOCTOR_CONTAINER_SOCKETS
  const dockerHost = process.env.DOCKER_HOST
  const pinner = new PathPinner(readFileSync('/proc/self/mountinfo', 'utf8'))
  const sockets = findSockets({only, dockerHost, runtimeDir: process.env.XDG_RUNTIME_DIR}, pinner)
  const engines = await Promise.all(sockets.map((socket) => ask(socket)))
  const tcp = only === undefined ? localTcpEngine(dockerHost) : null
  if (tcp !== null) {
    engines.push({
      endpoint: tcp,
      ...unanswered({reason: 'unsupported', detail: 'DOCKER_HOST: only Unix sockets are asked'}),
    })
  }
  return {status: 'raw', origin: 'container engines', text: JSON.stringify(engines)}

  async function ask({endpoint, uid, named, at}: Socket): Promise<EngineRecord> {
    if ('reason' in at) return {endpoint, ...unanswered(at)}
    try {
      if (!named && (await wouldStart(context, readlinkSync(at.path), uid))) {
        const detail = 'not running; systemd listens and would start it if we connected'
        return {endpoint, ...unanswered({reason: 'absent', detail})}
      }
      const engine = await askEngine(at.path, deadline)
      return {
        endpoint,
        ...engine,
        ...(engine.containers ? {containers: engine.containers.map((each) => withOwners(each, pinner))} : {}),
      }
    } finally {
      at.close()
    }
  }
}

/** Adds who owns the host paths that are mounted into a container, where that can be seen without waiting. */
function withOwners(container: EngineContainerRecord, pinner: PathPinner): EngineContainerRecord {
  const mounts = container.mounts.map((mount) => {
    if (mount.type !== 'bind' || !mount.source.startsWith('/')) return mount
    const source = pinner.pin(mount.source)
    if ('reason' in source) return mount
    source.close()
    return {...mount, uid: source.stats.uid, gid: source.stats.gid}
  })
  return {...container, mounts}
}
