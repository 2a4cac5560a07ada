/**
 * Why an input could not be had. A missing input travels as a value from the source
 * to the checker that asked for it, which then answers "unknown" and never "ok".
 *
 * - `absent`: looked for, and the host does not have it (ENOENT). Often an answer in itself.
 * - `not-collected`: nobody looked; a bundle or archive does not hold it.
 * - `denied`: the kernel or a daemon refused (EACCES, EPERM, HTTP 403).
 * - `timeout`: no answer before the input's deadline.
 * - `truncated`: more than the cap of this input; what was read is not the whole.
 * - `unsupported`: this host or source cannot give it.
 * - `invalid`: it was read, but is not what it should be (not JSON, a FIFO, an unexpected exit code).
 */
export const missingReasons = [
  'absent',
  'not-collected',
  'denied',
  'timeout',
  'truncated',
  'unsupported',
  'invalid',
] as const

export type MissingReason = (typeof missingReasons)[number]

export interface Missing {
  readonly status: 'missing'
  /** Name of the input (`docker`, `file /etc/passwd`), stable across hosts. */
  readonly input: string
  readonly reason: MissingReason
  /** One line for a person: the path, the errno, the deadline. May hold host strings: escape before printing. */
  readonly detail: string
}

export function missing(input: string, reason: MissingReason, detail: string): Missing {
  return {status: 'missing', input, reason, detail}
}
