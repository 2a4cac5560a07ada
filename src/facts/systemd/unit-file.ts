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
  readonly assignments: readonly Assignment[]
  /** Line of a broken section header: systemd refuses the whole file (-EBADMSG of parse_line()). */
  readonly refusedAt: number | null
}

export interface UnitFileContext {
  /** Major version of systemd; left out: the newest. */
  readonly version?: number | undefined
  /** The text has U+FFFD where the file has bytes that are no UTF-8. */
  readonly invalidUtf8?: boolean
}

const WHITE_SPACE = new Set(' \t\r')

/**
 * Parses the syntax of systemd.syntax(7), as config_parse() of systemd's src/shared/conf-parser.c does
 * since version 240. Lines that systemd ignores with a log message are left out.
 */
export function parseUnitFile(path: string, text: string, _context: UnitFileContext = {}): UnitFile {
  const assignments: Assignment[] = []
  let section = ''
  for (const {content, line, first} of logicalLines(text)) {
    const stripped = strip(content)
    if (stripped.startsWith('[')) {
      if (!stripped.endsWith(']')) return {path, assignments, refusedAt: line}
      section = stripped.slice(1, -1)
      continue
    }
    const equals = stripped.indexOf('=')
    // No key, no `=`, or no section yet: "ignoring line", "Assignment outside of section".
    if (equals <= 0 || section === '') continue
    const key = strip(stripped.slice(0, equals))
    const value = strip(stripped.slice(equals + 1))
    assignments.push({section, key, value, path, line, text: first})
  }
  return {path, assignments, refusedAt: null}
}

interface LogicalLine {
  readonly content: string
  readonly line: number
  readonly first: string
}

function logicalLines(text: string): LogicalLine[] {
  const logical: LogicalLine[] = []
  let pending: LogicalLine | null = null
  let line = 0
  for (const raw of (text.startsWith('\uFEFF') ? text.slice(1) : text).split('\n')) {
    line += 1
    const stripped = strip(raw)
    // Comment lines are skipped also inside a continuation, which goes on after them.
    if (stripped.startsWith('#') || stripped.startsWith(';')) continue
    if (stripped === '' && !pending) continue
    const current: LogicalLine = pending
      ? {...pending, content: pending.content + raw}
      : {content: raw, line, first: raw}
    if (endsEscaped(raw)) {
      pending = {...current, content: `${current.content.slice(0, -1)} `}
      continue
    }
    pending = null
    logical.push(current)
  }
  if (pending) logical.push(pending)
  return logical
}

/** A backslash that is not itself escaped by the one before it. */
function endsEscaped(line: string): boolean {
  let start = line.length
  while (line[start - 1] === '\\') start -= 1
  return (line.length - start) % 2 === 1
}

/** Without white space around it, of which systemd knows less than JavaScript. */
function strip(text: string): string {
  if (text.trim() === text) return text
  let start = 0
  let end = text.length
  while (start < end && WHITE_SPACE.has(text.charAt(start))) start += 1
  while (end > start && WHITE_SPACE.has(text.charAt(end - 1))) end -= 1
  return text.slice(start, end)
}
