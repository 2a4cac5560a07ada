import {closeSync, constants, openSync, readSync} from 'node:fs'
import {type Missing, missing} from '../../model/missing.js'
import {errorCode} from '../read-regular.js'
import type {ForkFailureRecord} from '../records.js'
import {isForkFailure, shorten} from './fork-failure-text.js'
import {createPause} from './pause.js'

/** Largest record: PRINTKRB_RECORD_MAX in kernel/printk/printk.c is 1024, with escapes and keys up to 8 KiB. */
const RECORD_BYTES = 16 << 10
const MAX_RECORDS = 500_000
/** The last ones are kept. */
const MAX_FOUND = 200

/**
 * Refused forks in the kernel's ring buffer, as /dev/kmsg gives it: one record a read, EAGAIN at the end.
 *
 * @param path of the device; `now` is the wall clock in ms, `monotonicMs` the clock of the records
 */
export async function readKernelLog(
  input: string,
  path = '/dev/kmsg',
  clocks = {now: Date.now(), monotonicMs: Number(process.hrtime.bigint() / 1_000_000n)},
): Promise<ForkFailureRecord[] | Missing> {
  const pause = createPause()
  const buffer = Buffer.allocUnsafe(RECORD_BYTES)
  const found: string[] = []
  let fd: number | undefined
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
    for (let count = 0; count < MAX_RECORDS; count++) {
      await pause()
      const record = readRecord(fd, buffer)
      if (record === 'end') return found.slice(-MAX_FOUND).map((each) => failureIn(each, clocks))
      if (record === 'overwritten') continue
      if (isForkFailure(messageOf(record))) found.push(record)
    }
    return missing(input, 'truncated', `${path}: more than ${MAX_RECORDS} records`)
  } catch (error) {
    const code = errorCode(error)
    if (code === undefined) throw error
    const reason = code === 'ENOENT' ? 'absent' : code === 'EPERM' || code === 'EACCES' ? 'denied' : 'invalid'
    return missing(input, reason, `${path}: ${code}`)
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

/** `priority,sequence,microseconds,flags;message`, further lines are keys. */
function messageOf(record: string): string {
  const start = record.indexOf(';') + 1
  const end = record.indexOf('\n', start)
  return end < 0 ? record.slice(start) : record.slice(start, end)
}

function failureIn(record: string, clocks: {now: number; monotonicMs: number}): ForkFailureRecord {
  const micros = Number(record.split(',', 3)[2])
  return {
    from: 'kernel-log',
    at: timeOf(micros / 1000, clocks),
    unit: null,
    message: shorten(messageOf(record)),
  }
}

function readRecord(fd: number, buffer: Buffer): string | 'end' | 'overwritten' {
  try {
    const length = readSync(fd, buffer)
    return length === 0 ? 'end' : buffer.toString('utf8', 0, length)
  } catch (error) {
    const code = errorCode(error)
    if (code === 'EAGAIN') return 'end'
    // devkmsg_read(): the record was overwritten while we read; the next read goes on behind it.
    if (code === 'EPIPE') return 'overwritten'
    throw error
  }
}

function timeOf(ms: number, clocks: {now: number; monotonicMs: number}): string | null {
  return Number.isFinite(ms) ? new Date(clocks.now - clocks.monotonicMs + ms).toISOString() : null
}
