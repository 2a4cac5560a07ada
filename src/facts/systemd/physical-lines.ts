/** Bytes at which systemd gives up on a line, since version 235; before, LINE_MAX cut it into pieces. */
export const LONG_LINE_MAX = 1024 * 1024
const LINE_MAX = 2048

export interface PhysicalLine {
  readonly text: string
  /** Counted by newlines, from 1. */
  readonly line: number
}

/** What ends a line since version 240: read_line_full() of systemd's src/basic/fileio.c. */
const LINE_END = /\n\r?\0?|\r\n?\0?|\0/g

/** The lines of a text as the reader of this version of systemd takes them off a file. */
export function physicalLines(text: string, version: number): PhysicalLine[] {
  const rows = text.split('\n')
  if (text.endsWith('\n')) rows.pop()
  const lines = rows.map((row, index) => ({text: row, line: index + 1}))
  if (version < 235) return lines.flatMap(fgetsPieces)
  const odd = version >= 240 ? /[\r\0]/ : /\0/
  if (!odd.test(text)) return lines
  // Carriage returns and NULs end lines, too, and together with a newline they are one end.
  return version >= 240 ? oddLines(text) : lines.flatMap(({text: row, line}) => split(row, '\0', line))
}

function split(row: string, by: string, line: number): PhysicalLine[] {
  return row.split(by).map((text) => ({text, line}))
}

function oddLines(text: string): PhysicalLine[] {
  const lines: PhysicalLine[] = []
  let from = 0
  let line = 1
  for (const end of text.matchAll(LINE_END)) {
    lines.push({text: text.slice(from, end.index), line})
    from = end.index + end[0].length
    if (end[0].includes('\n')) line += 1
  }
  if (from < text.length) lines.push({text: text.slice(from), line})
  return lines
}

/** fgets() into a buffer of LINE_MAX bytes; each piece ends at the first carriage return (truncate_nl()). */
function fgetsPieces({text, line}: PhysicalLine): PhysicalLine[] {
  const pieces: string[] = []
  if (text.length < LINE_MAX / 4) pieces.push(text)
  else {
    const bytes = Buffer.from(`${text}\n`)
    for (let at = 0; at < bytes.length; at += LINE_MAX - 1) {
      pieces.push(bytes.toString('utf8', at, Math.min(at + LINE_MAX - 1, bytes.length)))
    }
  }
  return pieces.map((piece) => ({text: piece.split(/[\r\n\0]/, 1)[0] ?? '', line}))
}
