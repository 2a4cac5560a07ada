import type {Limit} from '../processes.js'

/** A soft and a hard resource limit; Infinity for `infinity`. */
export interface LimitPair {
  readonly soft: Limit
  readonly hard: Limit
}

const MAX_U64 = 2n ** 64n - 1n

/**
 * `LimitNPROC=`: `N`, `SOFT:HARD`, `infinity` (rlimit_parse() of src/basic/rlimit-util.c). null: systemd ignores
 * the assignment, and what was set before stands.
 */
export function parseResourceLimit(text: string): LimitPair | null {
  const colon = text.indexOf(':')
  const soft = parseLimit(colon < 0 ? text : text.slice(0, colon))
  const hard = colon < 0 ? soft : parseLimit(text.slice(colon + 1))
  if (soft === null || hard === null || soft > hard) return null
  return {soft, hard}
}

function parseLimit(text: string): Limit | null {
  if (text === 'infinity') return Number.POSITIVE_INFINITY
  const value = parseUnsigned(text)
  // RLIM_INFINITY itself is refused as a number.
  return value === null || value >= MAX_U64 ? null : Number(value)
}

/**
 * `TasksMax=`: a number, `infinity`, or a share of what the system can have (config_parse_tasks_max() of
 * src/core/load-fragment.c, system_tasks_max() of src/basic/limits-util.c).
 *
 * @param systemTasksMax smaller of threads-max and pid_max - 1; null where it is not known.
 * @returns `ignored` when systemd ignores the assignment, null when the share of an unknown number is meant.
 */
export function parseTasksMax(text: string, systemTasksMax: number | null): number | 'ignored' | null {
  if (text === 'infinity') return Number.POSITIVE_INFINITY
  const percent = /^(\d+)(?:\.(\d{1,2}))?%$/.exec(text)
  if (percent) {
    const permyriad = Number(percent[1]) * 100 + Number((percent[2] ?? '').padEnd(2, '0'))
    if (permyriad > 10_000) return 'ignored'
    if (systemTasksMax === null) return null
    return Math.floor((systemTasksMax * permyriad) / 10_000)
  }
  const value = parseUnsigned(text)
  return value === null || value === 0n || value >= MAX_U64 ? 'ignored' : Number(value)
}

/** safe_atou64(): strtoull() with base 0 and the prefixes `0b` and `0o`, nothing behind the number, no minus. */
function parseUnsigned(text: string): bigint | null {
  const digits = /^[ \t]*\+?(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|0[0-7]*|[1-9][0-9]*)$/.exec(text)?.[1]
  if (digits === undefined) return null
  const value = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits)
  return value > MAX_U64 ? null : value
}

/** parse_boolean(): null for what is neither. */
export function parseBoolean(text: string): boolean | null {
  if (/^(1|yes|y|true|t|on)$/i.test(text)) return true
  if (/^(0|no|n|false|f|off)$/i.test(text)) return false
  return null
}
