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

const WHITE_SPACE = /^[ \t\r]+|[ \t\r]+$/g

/**
 * Parses the syntax of systemd.syntax(7), as config_parse() of systemd's src/shared/conf-parser.c does
 * since version 240. Lines that systemd ignores with a log message are left out.
 */
export function parseUnitFile(path: string, text: string): UnitFile {
  const assignments: Assignment[] = []
  let section = ''
  for (const {content, line, first} of logicalLines(text)) {
    const stripped = content.replace(WHITE_SPACE, '')
    if (stripped.startsWith('[')) {
      if (!stripped.endsWith(']')) return {path, assignments, refusedAt: line}
      section = stripped.slice(1, -1)
      continue
    }
    const equals = stripped.indexOf('=')
    // No key, no `=`, or no section yet: "ignoring line", "Assignment outside of section".
    if (equals <= 0 || section === '') continue
    const key = stripped.slice(0, equals).replace(WHITE_SPACE, '')
    const value = stripped.slice(equals + 1).replace(WHITE_SPACE, '')
    assignments.push({section, key, value, path, line, text: first})
  }
  return {path, assignments, refusedAt: null}
}

interface LogicalLine {
  readonly content: string
  readonly line: number
  readonly first: string
}

function* logicalLines(text: string): Generator<LogicalLine> {
  let pending: {content: string; line: number; first: string} | null = null
  const lines = (text.startsWith('\uFEFF') ? text.slice(1) : text).split('\n')
  for (const [index, raw] of lines.entries()) {
    // Comment lines are skipped also inside a continuation, which goes on after them.
    if (/^[ \t\r]*[#;]/.test(raw)) continue
    const current: LogicalLine = pending
      ? {...pending, content: pending.content + raw}
      : {content: raw, line: index + 1, first: raw}
    if (endsEscaped(raw)) {
      pending = {...current, content: `${current.content.slice(0, -1)} `}
      continue
    }
    pending = null
    yield current
  }
  if (pending) yield pending
}

/** A backslash that is not itself escaped by the one before it. */
function endsEscaped(line: string): boolean {
  const backslashes = /\\+$/.exec(line)
  return backslashes !== null && backslashes[0].length % 2 === 1
}
