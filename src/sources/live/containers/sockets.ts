import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {errorCode, type ReadFailure} from '../../read-regular.js'
import type {PathPinner, Pinned} from './pinned-path.js'

/** Where Docker and Podman listen unless told otherwise. */
const SYSTEM_SOCKETS = ['/run/docker.sock', '/var/run/docker.sock', '/run/podman/podman.sock']
const USER_SOCKETS = ['docker.sock', 'podman/podman.sock']
const USERS = '/run/user'

export interface Socket {
  readonly endpoint: string
  /** Whose rootless engine it would be; null for the system's. */
  readonly uid: number | null
  /** Named by the caller, who thereby asks for it to be used. */
  readonly named: boolean
  readonly at: Pinned | ReadFailure
}

export interface SocketSettings {
  /** NETDOCTOR_CONTAINER_SOCKETS: paths with colons between them; they replace the search. */
  readonly only: string | undefined
  /** DOCKER_HOST */
  readonly dockerHost: string | undefined
  /** XDG_RUNTIME_DIR */
  readonly runtimeDir: string | undefined
}

/**
 * Sockets of container engines that exist, each once, pinned; and those that exist, or may exist, where
 * we cannot look. Close what is pinned.
 */
export function findSockets(settings: SocketSettings, pinner: PathPinner): Socket[] {
  const found: Socket[] = []
  const seen = new Set<string>()
  for (const {path, uid, named} of candidates(settings)) {
    const at = pinner.pin(path)
    const endpoint = `unix://${path}`
    if ('reason' in at) {
      if (at.reason !== 'absent' || named) found.push({endpoint, uid, named, at})
      continue
    }
    const inode = `${at.stats.dev}:${at.stats.ino}`
    if (at.stats.isSocket() && !seen.has(inode)) {
      seen.add(inode)
      found.push({endpoint, uid, named, at})
      continue
    }
    at.close()
    if (!at.stats.isSocket())
      found.push({endpoint, uid, named, at: {reason: 'invalid', detail: `${path} is not a socket`}})
  }
  return oncePerUser(found)
}

/** DOCKER_HOST names an engine of this host that is reached over TCP: we do not dial it. Else null. */
export function localTcpEngine(dockerHost: string | undefined): string | null {
  const match = /^(tcp|https?):\/\/(?:[^@/]*@)?(localhost|127(?:\.\d+){3}|\[::1\])(:\d+)?(?:\/|$)/.exec(
    dockerHost ?? '',
  )
  return match ? `${match[1]}://${match[2]}${match[3] ?? ''}` : null
}

interface Candidate {
  readonly path: string
  readonly uid: number | null
  readonly named: boolean
}

function candidates({only, dockerHost, runtimeDir}: SocketSettings): Candidate[] {
  if (only !== undefined) {
    const paths = only.split(':').filter((path) => path.startsWith('/'))
    return paths.map((path) => ({path, uid: userOf(path), named: true}))
  }
  const fromEnvironment = dockerHost?.startsWith('unix:///') ? [dockerHost.slice('unix://'.length)] : []
  const own = runtimeDir?.startsWith('/') ? USER_SOCKETS.map((name) => join(runtimeDir, name)) : []
  const users = listUsers().flatMap((user) => USER_SOCKETS.map((name) => join(USERS, user, name)))
  return [
    ...fromEnvironment.map((path) => ({path, uid: userOf(path), named: true})),
    ...[...SYSTEM_SOCKETS, ...own, ...users].map((path) => ({path, uid: userOf(path), named: false})),
  ]
}

function listUsers(): string[] {
  try {
    return readdirSync(USERS).filter((name) => /^\d+$/.test(name))
  } catch (error) {
    // No logind, no login users, or none of our business: then there are no such sockets either.
    if (errorCode(error) === undefined) throw error
    return []
  }
}

function userOf(path: string): number | null {
  const uid = /^\/run\/user\/(\d+)\//.exec(path)?.[1]
  return uid === undefined ? null : Number(uid)
}

/** A user's folder that is closed to us is one thing we do not know, not one for each socket. */
function oncePerUser(sockets: readonly Socket[]): Socket[] {
  const told = new Set<number>()
  return sockets.filter(({uid, at}) => {
    if (uid === null || !('reason' in at) || at.reason !== 'denied') return true
    const first = !told.has(uid)
    told.add(uid)
    return first
  })
}
