import {closeSync, fstatSync, openSync, readlinkSync} from 'node:fs'
import type {ReadFailure} from '../../read-regular.js'
import {failureOf, O_PATH} from '../../read-regular.js'
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
 * is given: between the look at /proc and its start a PID may become another's.
 */
export function hold(namespace: LiveNamespace): HeldNamespace | ReadFailure {
  if (namespace.own) return {prefix: [], close: () => undefined}
  let failure: ReadFailure = {reason: 'absent', detail: 'its last process has ended'}
  for (const open of [
    ...namespace.pids.map((pid) => () => openProcess(pid)),
    ...namespace.mountPoints.map((path) => () => openMount(path)),
  ]) {
    const opened = open()
    if ('reason' in opened) {
      if (failure.reason === 'absent') failure = opened
      continue
    }
    if (String(opened.inode) === namespace.inode) {
      const path = opened.path.replace('/proc/self/', `/proc/${readlinkSync('/proc/self')}/`)
      return {prefix: ['nsenter', `--net=${path}`, '--'], close: opened.close}
    }
    opened.close()
  }
  return failure
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
