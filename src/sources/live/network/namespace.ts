import {closeSync, fstatSync, openSync, readdirSync, readlinkSync} from 'node:fs'
import type {ReadFailure} from '../../read-regular.js'
import {errorCode, failureOf, O_PATH} from '../../read-regular.js'
import type {NetworkNamespaceRecord} from '../../records.js'
import {PathPinner} from '../containers/pinned-path.js'
import {readMountInfo} from '../mounts.js'

/** A network namespace, and the paths by which it can be entered, best first. */
export interface LiveNamespace extends Omit<NetworkNamespaceRecord, 't'> {
  readonly mountPoints: readonly string[]
}

/** Held open: whatever becomes of its processes and names, it is this one. */
export interface HeldNamespace {
  /** What runs a program in it: nothing for our own. */
  readonly prefix: readonly string[]
  close(): void
}

/** Inode number of netdoctor's own. */
export function ownInode(): string | ReadFailure {
  try {
    return inodeOf(readlinkSync('/proc/self/ns/net')) ?? {reason: 'unsupported', detail: '/proc/self/ns/net'}
  } catch (error) {
    return failureOf(error, '/proc/self/ns/net')
  }
}

/** `net:[4026531840]`: the text of the link, and the root of the mount that holds a namespace. */
export function inodeOf(text: string): string | undefined {
  return /^net:\[(\d+)\]$/.exec(text)?.[1]
}

/**
 * Opens a namespace by the first of its paths that still leads to it. The path of the descriptor is what nsenter(1)
 * is given: between the look at /proc and its start a PID may become another's. Null: it has ended with its last
 * process.
 */
export function hold(namespace: LiveNamespace): HeldNamespace | ReadFailure | null {
  if (namespace.own) return {prefix: [], close: () => undefined}
  const byPath = firstOf(namespace, [
    ...namespace.pids.map((pid) => () => openProcess(pid)),
    ...namespace.mountPoints.map((path) => () => openMount(path)),
  ])
  if (byPath === null || !('reason' in byPath) || byPath.reason !== 'absent' || namespace.mountPoints.length > 0) {
    return byPath
  }
  // Those processes have ended; they may have left others behind.
  return firstOf(
    namespace,
    processesIn(namespace.inode).map((pid) => () => openProcess(pid)),
  )
}

/** Null: there was nothing to try. */
function firstOf(
  {inode}: LiveNamespace,
  ways: readonly (() => Opened | ReadFailure)[],
): HeldNamespace | ReadFailure | null {
  let failure: ReadFailure | null = null
  for (const open of ways) {
    const opened = open()
    if ('reason' in opened) {
      if (failure === null || failure.reason === 'absent') failure = opened
      continue
    }
    if (String(opened.inode) === inode) {
      const path = opened.path.replace('/proc/self/', `/proc/${readlinkSync('/proc/self')}/`)
      return {prefix: ['nsenter', `--net=${path}`, '--'], close: opened.close}
    }
    opened.close()
    failure ??= {reason: 'absent', detail: 'its last process has ended'}
  }
  return failure
}

function processesIn(inode: string): number[] {
  const link = `net:[${inode}]`
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      return readlinkSync(`/proc/${name}/ns/net`) === link ? [Number(name)] : []
    } catch (error) {
      if (errorCode(error) === undefined) throw error
      return []
    }
  })
}

interface Opened {
  readonly path: string
  readonly inode: number
  close(): void
}

function openProcess(pid: number): Opened | ReadFailure {
  try {
    const fd = openSync(`/proc/${pid}/ns/net`, O_PATH)
    return {path: `/proc/self/fd/${fd}`, inode: fstatSync(fd).ino, close: () => closeSync(fd)}
  } catch (error) {
    return failureOf(error, `/proc/${pid}/ns/net`)
  }
}

/** The way to it may lead through a file system that does not answer. */
function openMount(path: string): Opened | ReadFailure {
  const pinned = new PathPinner(readMountInfo()).pin(path)
  return 'reason' in pinned ? pinned : {path: pinned.path, inode: pinned.stats.ino, close: pinned.close}
}
