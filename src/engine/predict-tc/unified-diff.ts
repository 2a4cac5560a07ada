/** Unchanged lines around a change. */
const CONTEXT = 3

/**
 * A unified diff of two texts that have as many lines as each other, line by line. Empty if they are equal.
 *
 * @param name of the file, before and after
 */
export function unifiedDiff(name: string, before: string, after: string): string {
  const [old, changed] = [linesOf(before), linesOf(after)]
  const different = old.flatMap((line, at) => (line === changed[at] ? [] : [at]))
  const hunks: {from: number; to: number}[] = []
  for (const at of different) {
    const last = hunks.at(-1)
    if (last && at - CONTEXT <= last.to + 1) last.to = Math.min(old.length - 1, at + CONTEXT)
    else hunks.push({from: Math.max(0, at - CONTEXT), to: Math.min(old.length - 1, at + CONTEXT)})
  }
  if (hunks.length === 0) return ''
  return `--- ${name}\n+++ ${name}\n${hunks.map(({from, to}) => hunk(old, changed, from, to)).join('')}`
}

function hunk(old: readonly string[], changed: readonly string[], from: number, to: number): string {
  const lines: string[] = []
  let added: string[] = []
  for (let at = from; at <= to; at++) {
    const [a = '', b = ''] = [old[at], changed[at]]
    if (a === b) {
      lines.push(...added, shown(' ', a))
      added = []
    } else {
      lines.push(shown('-', a))
      added.push(shown('+', b))
    }
  }
  const range = `${from + 1},${to - from + 1}`
  return `@@ -${range} +${range} @@\n${[...lines, ...added].join('')}`
}

function shown(sign: string, line: string): string {
  return line.endsWith('\n') ? `${sign}${line}` : `${sign}${line}\n\\ No newline at end of file\n`
}

/** With their ends. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}
