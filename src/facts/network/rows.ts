import {isObject} from '../ndjson.js'

export type Row = Readonly<Record<string, unknown>>

/** All rows, or what is wrong with the first that cannot be read: a part must not pass for the whole. */
export type Rows<T> = {readonly rows: readonly T[]} | {readonly problem: string}

/**
 * An array of objects as `ip -json` prints it, also if it is empty. Versions of iproute2 differ in what they print of
 * what a command filtered out: nothing, or an empty object.
 */
export function readRows(text: string): Rows<Row> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return {problem: `no JSON: ${error instanceof Error ? error.message : String(error)}`}
  }
  if (!Array.isArray(value)) return {problem: 'no list'}
  const rows: Row[] = []
  for (const each of value) {
    if (!isObject(each)) return {problem: 'holds what is no object'}
    if (Object.keys(each).length > 0) rows.push(each)
  }
  return {rows}
}

/** `read` gives undefined for a row that it cannot read, null for one that does not belong to the answer. */
export function mapRows<T>(read: Rows<Row>, convert: (row: Row) => T | null | undefined): Rows<T> {
  if ('problem' in read) return read
  const rows: T[] = []
  for (const row of read.rows) {
    const value = convert(row)
    if (value === undefined) return {problem: `cannot be read: ${JSON.stringify(row).slice(0, 200)}`}
    if (value !== null) rows.push(value)
  }
  return {rows}
}

/** A flag that iproute2 prints as `true`, and some versions as `null`; absent where it is not set. */
export function hasFlag(row: Row, name: string): boolean {
  return row[name] === true || row[name] === null
}

/** A number that stands as such, as a decimal text (what `-N` makes of names) or in hexadecimal. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'string' || !/^(\d{1,15}|0x[0-9a-f]{1,8})$/i.test(value)) return undefined
  return Number(value)
}

export function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

export function stringsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}
