import {LONG_LINE_MAX, physicalLines} from './physical-lines.js'
import {isSafeString} from './words.js'

/** One `Key=value` of a unit or configuration file, as systemd reads it. */
export interface Assignment {
  readonly section: string
  readonly key: string
  /** Stripped of surrounding white space; continuation lines are joined by one blank. */
  readonly value: string
  readonly path: string
  /** Line on which it starts, from 1. */
  readonly line: number
  /** Its first line as it stands in the file. */
  readonly text: string
}

export interface UnitFile {
  readonly path: string
  /** Those before the line for which it is refused, if there is one. */
  readonly assignments: readonly Assignment[]
  /** Line for which systemd refuses a unit file; of a drop-in it ignores all from there on. */
  readonly refusedAt: number | null
  /** What is wrong with that line. */
  readonly refusedWhy: string | null
}

export interface UnitFileContext {
  /** Major version of systemd; left out: the newest. */
  readonly version?: number | undefined
  /** The text has U+FFFD where the file has bytes that are no UTF-8. */
  readonly invalidUtf8?: boolean | undefined
}

const NEWEST = 262

/**
 * Parses the syntax of systemd.syntax(7), as config_parse() and parse_line() of systemd's
 * src/shared/conf-parser.c do. Lines that systemd ignores with a log message are left out.
 */
export function parseUnitFile(path: string, text: string, context: UnitFileContext = {}): UnitFile {
  const {version = NEWEST, invalidUtf8 = false} = context
  const assignments: Assignment[] = []
  const {lines, tooLong} = logicalLines(text, version)
  const refuse = (refusedAt: number, refusedWhy: string): UnitFile => ({path, assignments, refusedAt, refusedWhy})
  let section = ''
  for (const {content, line, first} of lines) {
    const stripped = strip(content)
    // Until 239 comments are known only here, after lines have been joined.
    if (version < 240 && (stripped.startsWith('#') || stripped.startsWith(';'))) continue
    if (invalidUtf8 && version >= 239 && stripped.includes('\uFFFD')) return refuse(line, 'bytes that are no UTF-8')
    if (stripped.startsWith('[')) {
      if (!stripped.endsWith(']')) return refuse(line, 'broken section header')
      section = stripped.slice(1, -1)
      if (version >= 251 && !(section === '' ? version < 261 : isSafeString(section, version)))
        return refuse(line, 'bad characters in section header')
      continue
    }
    if (section === '') continue
    const equals = stripped.indexOf('=')
    if (equals < 0 && stripped !== '' && version < 243 && SECTIONS.test(section)) return refuse(line, "missing '='")
    if (equals <= 0) continue
    const key = strip(stripped.slice(0, equals))
    const value = strip(stripped.slice(equals + 1))
    assignments.push({section, key, value, path, line, text: first})
  }
  if (tooLong !== null) return refuse(tooLong, 'line too long')
  return {path, assignments, refusedAt: null, refusedWhy: null}
}

/** Of others systemd skips the lines before it looks at them. */
const SECTIONS = /^(Unit|Install|Service|Socket|Timer|Path|Mount|Automount|Swap|Slice|Scope|Manager|Login)$/

interface Start {
  readonly line: number
  readonly first: string
}

interface LogicalLine extends Start {
  readonly content: string
}

/** Lines of the file with those joined to them that continue them. */
function logicalLines(text: string, version: number): {lines: LogicalLine[]; tooLong: number | null} {
  const lines: LogicalLine[] = []
  let parts: string[] = []
  let size = 0
  let start: Start | null = null
  let bomSeen = version < 230
  for (const {text: raw, line} of physicalLines(text, version)) {
    if (version >= 235 && byteLength(raw) >= LONG_LINE_MAX) return {lines, tooLong: line}
    if (isSkipped(raw, version)) continue
    let rest = raw
    if (!bomSeen) {
      if (raw.startsWith('\uFEFF')) rest = raw.slice(1)
      // Since 235 it may stand on a later line, too.
      bomSeen = rest !== raw || version < 235
    }
    size += byteLength(rest)
    if (version >= 235 && size > LONG_LINE_MAX) return {lines, tooLong: line}
    const begun: Start = start ?? {line, first: rest}
    if (endsEscaped(rest)) {
      parts.push(`${rest.slice(0, -1)} `)
      start = begun
      continue
    }
    if (start !== null) lines.push({line: begun.line, first: begun.first, content: `${parts.join('')}${rest}`})
    else if (rest !== '') lines.push({line, first: rest, content: rest})
    parts = []
    size = 0
    start = null
  }
  // Until 238 what a last line continued was lost.
  if (start !== null && version >= 239) lines.push({content: parts.join(''), ...start})
  return {lines, tooLong: null}
}

/** Comments, also inside a continuation, which goes on after them. */
function isSkipped(raw: string, version: number): boolean {
  if (version < 240) return false
  // 240 looked at the first character only, and until 242 an empty line was taken for a comment.
  const first = version === 240 ? raw.charAt(0) : firstVisible(raw)
  if (first === '') return version < 243
  return first === '#' || first === ';'
}

/** Of UTF-8; a short ASCII text is as long as it looks. */
function byteLength(text: string): number {
  return text.length < 16 && !/[^ -~]/.test(text) ? text.length : Buffer.byteLength(text)
}

/** A backslash that is not itself escaped by the one before it. */
function endsEscaped(line: string): boolean {
  let start = line.length
  while (line[start - 1] === '\\') start -= 1
  return (line.length - start) % 2 === 1
}

function firstVisible(text: string): string {
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at)
    if (!isBlank(char)) return char
  }
  return ''
}

/** Without white space around it, of which systemd knows less than JavaScript. */
function strip(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text.charAt(start))) start += 1
  while (end > start && isBlank(text.charAt(end - 1))) end -= 1
  return text.slice(start, end)
}

function isBlank(char: string): boolean {
  return char === ' ' || char === '\t' || char === '\r' || char === '\n'
}
