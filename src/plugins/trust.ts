import {lstatSync, readlinkSync, type Stats} from 'node:fs'
import {dirname, join} from 'node:path'
import {UserError} from '../model/user-error.js'

/** As many as the kernel follows (path_resolution(7)). */
const MAX_LINKS = 40
const GROUP_OR_OTHER_MAY_WRITE = 0o022

export type Trust =
  | {readonly trusted: true; readonly realPath: string}
  | {readonly trusted: false; readonly reason: string}

/** The real path of the file `path`; throws a UserError unless only root and the caller can change what it leads to. */
export function requireTrusted(path: string, what: string): string {
  const trust = examineTrust(path)
  if (trust.trusted) return trust.realPath
  throw new UserError(`Refused to load the ${what} ${path}: ${trust.reason}.`, {
    suggestions: [
      'Let it and every folder above it belong to root or to you, writable by nobody else (chown, chmod go-w).',
    ],
  })
}

/**
 * Can someone besides root and the caller decide what the file `path` (absolute) holds? Walks the
 * path as the kernel does: every folder on the way counts, also those on the way of each link,
 * because whoever may write to a folder may swap what is in it. A sticky folder (/tmp) counts as
 * writable: others may create what is not there yet. ACL entries that let someone write show in
 * the group bits (acl(5), "correspondence between ACL entries and file permission bits").
 */
export function examineTrust(path: string, caller = process.geteuid?.() ?? 0): Trust {
  const todo = path.split('/')
  let links = 0
  let current = '/'
  for (;;) {
    const status = statusOf(current)
    if (typeof status === 'string') return distrust(status)
    if (status.isSymbolicLink()) {
      if (++links > MAX_LINKS) return distrust(`${path} goes through more than ${MAX_LINKS} links`)
      // A link says nothing by its own mode: only who may write to its folder can change it.
      const target = readlinkSync(current)
      todo.unshift(...target.split('/'))
      current = target.startsWith('/') ? '/' : dirname(current)
      continue
    }
    const reason = whyOthersMayWrite(current, status, caller)
    if (reason !== undefined) return distrust(reason)
    const next = nextComponent(todo)
    if (next === undefined) {
      return status.isFile() ? {trusted: true, realPath: current} : distrust(`${current} is not a regular file`)
    }
    if (!status.isDirectory()) return distrust(`${current} is not a folder`)
    current = next === '..' ? dirname(current) : join(current, next)
  }
}

function distrust(reason: string): Trust {
  return {trusted: false, reason}
}

function nextComponent(todo: string[]): string | undefined {
  let next = todo.shift()
  while (next === '' || next === '.') next = todo.shift()
  return next
}

function whyOthersMayWrite(path: string, status: Stats, caller: number): string | undefined {
  const kind = status.isDirectory() ? 'folder' : 'file'
  if (status.uid !== 0 && status.uid !== caller)
    return `the ${kind} ${path} belongs to UID ${status.uid}, not to root or you`
  if ((status.mode & GROUP_OR_OTHER_MAY_WRITE) === 0) return undefined
  const who = status.mode & 0o002 ? 'everybody' : `the group with GID ${status.gid}`
  return `the ${kind} ${path} is writable by ${who} (mode ${(status.mode & 0o7777).toString(8).padStart(4, '0')})`
}

function statusOf(path: string): Stats | string {
  try {
    return lstatSync(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error
    return code === 'ENOENT' ? `${path} does not exist` : `${path} cannot be examined (${code})`
  }
}
