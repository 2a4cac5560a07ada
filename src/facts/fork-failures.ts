import {missing} from '../model/missing.js'
import type {ForkFailureRecord} from '../sources/records.js'
import {defineFact, known, unknown} from './define.js'
import {isObject, parseLines, stringOrNull} from './ndjson.js'

export interface ForkFailure {
  readonly from: 'journal' | 'kernel-log'
  readonly at: string | null
  /** systemd unit or program name. */
  readonly unit: string | null
  readonly message: string
  /**
   * Which step failed, as far as the text tells: `exec` (systemd's 203/EXEC), `fork`, or the pids
   * controller itself, which names itself in the kernel log.
   */
  readonly step: 'fork' | 'exec' | 'pids-controller'
  /** The cgroup that the kernel log names. */
  readonly cgroup: string | null
}

export const forkFailuresFact = defineFact({
  name: 'forkFailures',
  inputs: ['fork-failures'],
  derive({'fork-failures': raw}) {
    if (raw.status === 'missing') return unknown(raw)
    const {records, invalid} = parseLines(raw.text, acceptRecord)
    const gaps = [...(raw.gaps ?? [])]
    if (invalid > 0) gaps.push(missing('fork-failures', 'invalid', `${invalid} lines are no records`))
    return known<readonly ForkFailure[]>(saidOnce(oldestFirst(records)).map(toFailure), gaps)
  },
})

/** journalctl begins with the newest where it is asked for a pattern and a number of lines. */
function oldestFirst(records: readonly ForkFailureRecord[]): ForkFailureRecord[] {
  const time = ({at}: ForkFailureRecord) => at ?? ''
  return records.toSorted((a, b) => (time(a) < time(b) ? -1 : time(a) > time(b) ? 1 : 0))
}

/**
 * systemd tells of one failed start in two lines: "UNIT: Failed to execute PATH: ..." (exec_child(),
 * src/core/execute.c) and "Failed at step EXEC spawning PATH: ...". Of each such pair the first is left out.
 */
function saidOnce(records: readonly ForkFailureRecord[]): ForkFailureRecord[] {
  const startOf = ({unit, message}: ForkFailureRecord, words: string): string | null => {
    const path = new RegExp(`${words} (.*?): `).exec(message)?.[1]
    return path === undefined ? null : `${unit}\0${path}`
  }
  const pairs = new Map<string, number>()
  for (const record of records) {
    const start = startOf(record, 'Failed at step EXEC spawning')
    if (start !== null) pairs.set(start, (pairs.get(start) ?? 0) + 1)
  }
  return records.filter((record) => {
    const start = startOf(record, 'Failed to execute')
    const left = start === null ? 0 : (pairs.get(start) ?? 0)
    if (start === null || left === 0) return true
    pairs.set(start, left - 1)
    return false
  })
}

function toFailure({from, at, unit, message}: ForkFailureRecord): ForkFailure {
  // pids_event() in kernel/cgroup/pids.c
  const cgroup = /fork rejected by pids controller in (\S.*)$/.exec(message)?.[1]?.trim() ?? null
  const step = /fork rejected by pids controller/.test(message)
    ? 'pids-controller'
    : execFailed(message)
      ? 'exec'
      : 'fork'
  return {from, at, unit, message, step, cgroup}
}

/** systemd: "Failed at step EXEC spawning PATH: ...", "Failed to execute PATH: ..."; runc and setpriv: "exec". */
function execFailed(message: string): boolean {
  return /step EXEC spawning|failed to execute|\bexec(ve|v|vp)?\b[^:]*:? .*resource temporarily unavailable/i.test(
    message,
  )
}

function acceptRecord(value: unknown): ForkFailureRecord | undefined {
  if (!isObject(value)) return undefined
  const {from, at, unit, message} = value
  if ((from !== 'journal' && from !== 'kernel-log') || typeof message !== 'string') return undefined
  if (!stringOrNull(at) || !stringOrNull(unit)) return undefined
  return {from, at, unit, message}
}
