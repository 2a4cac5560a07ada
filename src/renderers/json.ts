import {safeJson, safeJsonLine} from '../output/escape.js'

/** Any answer for other programs: indented JSON, ends in a newline, safe on a terminal too. */
export function renderJson(value: unknown): string {
  return `${safeJson(value)}\n`
}

/** One of several answers: a line of NDJSON. */
export function renderJsonLine(value: unknown): string {
  return `${safeJsonLine(value)}\n`
}
