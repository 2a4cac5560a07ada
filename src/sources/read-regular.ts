import {isUtf8} from 'node:buffer'
import {closeSync, constants, fstatSync, openSync, readSync, type Stats} from 'node:fs'
import type {MissingReason} from '../model/missing.js'

/** include/uapi/asm-generic/fcntl.h; Node does not name it. The same on every architecture Node runs on. */
export const O_PATH = 0o10000000

const CHUNK_BYTES = 64 << 10
const PROC_BYTES = 4 << 10

export interface ReadFailure {
  readonly reason: MissingReason
  readonly detail: string
}

/** `invalidUtf8`: not all of its bytes were UTF-8; `text` has U+FFFD for them. */
export type ReadResult = {readonly text: string; readonly invalidUtf8?: true} | ReadFailure

/**
 * Reads a regular file to its end, or says why not; never a part of it, and never blocks on a FIFO
 * or a device: O_PATH looks at the inode without opening it (opening a FIFO would wake its writer,
 * opening a tape would rewind it), and what is then opened is that same inode.
 *
 * @param path what to open; `shown` is how the detail of a failure calls it
 * @param flags added to O_PATH: O_NOFOLLOW where the last component may not be a link
 */
export function readRegular(path: string, maxBytes: number, flags = 0, shown = path): ReadResult {
  let fd: number | undefined
  try {
    fd = openSync(path, O_PATH | flags)
    return readRegularFd(fd, maxBytes, shown)
  } catch (error) {
    return failureOf(error, shown)
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

/**
 * The same for an O_PATH descriptor, which stays open.
 *
 * @param stats what fstat(2) says of it
 * @param prefix `present` is said of a file that begins otherwise, and nothing more of it is read
 */
export function readRegularFd(pathFd: number, maxBytes: number, shown: string, stats?: Stats): ReadResult
export function readRegularFd(
  pathFd: number,
  maxBytes: number,
  shown: string,
  stats: Stats,
  prefix: string,
): ReadResult | {readonly type: 'present'}
export function readRegularFd(
  pathFd: number,
  maxBytes: number,
  shown: string,
  stats = fstatSync(pathFd),
  prefix = '',
): ReadResult | {readonly type: 'present'} {
  let fd: number | undefined
  try {
    if (!stats.isFile()) return {reason: 'invalid', detail: `${shown} is ${kindOf(stats)}, not a regular file`}
    fd = openSync(`/proc/self/fd/${pathFd}`, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
    if (prefix !== '' && !beginsWith(fd, prefix)) return {type: 'present'}
    return readToEnd(fd, Math.min(stats.size, maxBytes), maxBytes, shown)
  } catch (error) {
    return failureOf(error, shown)
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

function beginsWith(fd: number, start: string): boolean {
  const bytes = Buffer.allocUnsafe(start.length)
  return readSync(fd, bytes, 0, bytes.length, 0) === bytes.length && bytes.toString('latin1') === start
}

/** The errno of a file operation as a reason. Anything that is not an errno is a bug and thrown on. */
export function failureOf(error: unknown, shown: string): ReadFailure {
  const code = errorCode(error)
  if (code === undefined) throw error
  return {reason: reasonOf(code), detail: `${shown}: ${code}`}
}

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

function reasonOf(code: string): MissingReason {
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'absent'
  if (code === 'EACCES' || code === 'EPERM') return 'denied'
  if (code === 'ETIMEDOUT') return 'timeout'
  return 'invalid'
}

function readToEnd(fd: number, size: number, maxBytes: number, shown: string): ReadResult {
  const chunks: Buffer[] = []
  let total = 0
  // Files of /proc and /sys say that their size is 0: only reading tells where they end.
  let wanted = size > 0 ? size + 1 : PROC_BYTES
  for (;;) {
    const chunk = Buffer.allocUnsafe(Math.min(wanted, maxBytes + 1 - total))
    const length = readSync(fd, chunk)
    if (length === 0) return textOf(joined(chunks))
    total += length
    if (total > maxBytes) return {reason: 'truncated', detail: `${shown} is larger than ${maxBytes} bytes`}
    chunks.push(chunk.subarray(0, length))
    // It is as long as the kernel said, and there was room for more.
    if (total === size && length < chunk.length) return textOf(joined(chunks))
    wanted = size > 0 && total >= size ? 1 : CHUNK_BYTES
  }
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [first, ...more] = chunks
  return first && more.length === 0 ? first : Buffer.concat(chunks)
}

function textOf(bytes: Buffer): ReadResult {
  const text = bytes.toString('utf8')
  return isUtf8(bytes) ? {text} : {text, invalidUtf8: true}
}

export function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a directory'
  if (stats.isSymbolicLink()) return 'a symbolic link'
  if (stats.isFIFO()) return 'a FIFO'
  if (stats.isSocket()) return 'a socket'
  if (stats.isCharacterDevice() || stats.isBlockDevice()) return 'a device'
  return 'a file'
}
