import {type Missing, missing} from '../model/missing.js'
import type {Raw} from '../sources/collected.js'
import {defineFact, known, unknown} from './define.js'

/** Limits on all tasks of the host together. */
export interface SystemTaskLimits {
  /** kernel.threads-max */
  readonly threadsMax: number
  /** kernel.pid_max of the observer's PID namespace (of the whole host before about 6.14). */
  readonly pidMax: number
  /** Tasks there are now: the denominator of the fourth field of /proc/loadavg. */
  readonly tasks: number
}

export const systemTaskLimitsFact = defineFact({
  name: 'systemTaskLimits',
  inputs: ['threads-max', 'pid-max', 'loadavg'],
  derive(inputs) {
    const threadsMax = number('threads-max', inputs['threads-max'], /^(\d+)$/)
    const pidMax = number('pid-max', inputs['pid-max'], /^(\d+)$/)
    // proc_loadavg(5): `0.08 0.04 0.00 2/90 9782`
    const tasks = number('loadavg', inputs.loadavg, /^\S+ \S+ \S+ \d+\/(\d+) \d+$/)
    const missed = [threadsMax, pidMax, tasks].filter((each) => typeof each !== 'number')
    if (typeof threadsMax !== 'number' || typeof pidMax !== 'number' || typeof tasks !== 'number') {
      return unknown(...missed)
    }
    return known<SystemTaskLimits>({threadsMax, pidMax, tasks})
  },
})

function number(input: string, raw: Raw | Missing, pattern: RegExp): number | Missing {
  if (raw.status === 'missing') return raw
  const value = Number(pattern.exec(raw.text.trim())?.[1] ?? Number.NaN)
  return Number.isSafeInteger(value) ? value : missing(input, 'invalid', `${raw.origin} holds no such number`)
}
