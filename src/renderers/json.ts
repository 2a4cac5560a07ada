import {safeJson, safeJsonLine} from '../output/escape.js'

/** Any answer for other programs: indented JSON, ends in a newline, safe on a terminal too. */
export function renderJson(value: unknown): string {
  return `${safeJson(value)}\n`
}

/** Several answers as NDJSON: one a line. */
export function renderJsonLines(values: readonly unknown[]): string {
  return values.map((value) => `${safeJsonLine(value)}\n`).join('')
}
