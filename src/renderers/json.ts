import {safeJson} from '../output/escape.js'

/** Any answer for other programs: indented JSON, ends in a newline, safe on a terminal too. */
export function renderJson(value: unknown): string {
  return `${safeJson(value)}\n`
}
