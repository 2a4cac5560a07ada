/** A line that is not a record of the kind that was expected. */
export interface Lines<T> {
  readonly records: readonly T[]
  /** Number of lines that are none, and the number of the first of them, counted from 1. */
  readonly invalid: number
  readonly firstInvalid: number | null
}

/**
 * Parses one JSON record a line. What comes from a recorded host is untrusted: a line that `accept`
 * turns down is counted and left out, whatever it holds.
 */
export function parseLines<T>(text: string, accept: (value: unknown) => T | undefined): Lines<T> {
  const records: T[] = []
  let invalid = 0
  let firstInvalid: number | null = null
  let number = 0
  for (let from = 0; from < text.length; ) {
    const newline = text.indexOf('\n', from)
    const to = newline < 0 ? text.length : newline
    const line = text.slice(from, to)
    from = to + 1
    number += 1
    if (line === '') continue
    const record = accept(parse(line))
    if (record === undefined) {
      invalid += 1
      firstInvalid ??= number
    } else records.push(record)
  }
  return {records, invalid, firstInvalid}
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

export function stringOrNull(value: unknown): value is string | null {
  return typeof value === 'string' || value === null
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
