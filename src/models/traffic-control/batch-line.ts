import {parseBatchWords} from './parse.js'
import type {ParsedTc, TcUsageError} from './types.js'

export interface BatchLine {
  /** Of the file, from 1: where the command ends, as tc counts in `Command failed FILE:LINE`. */
  readonly line: number
  /** null: the words cannot be told apart; tc ends there, even with -force. */
  readonly words: readonly string[] | null
  readonly parsed: ParsedTc
}

const MOST_WORDS = 511

/**
 * The commands of a file for `tc -batch`: `#` ends a line even within quotes, a backslash before the line's end goes on
 * with the next, a word may be quoted whole. The first command that fails ends the batch unless -force is given.
 *
 * Source: getcmdline(), makeargs() and do_batch() of iproute2's lib/utils.c.
 */
export function* parseBatch(text: string): Generator<BatchLine> {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  for (let at = 0; at < lines.length; at += 1) {
    const parts: string[] = []
    for (;;) {
      const last = at === lines.length - 1 && !text.endsWith('\n')
      const line = lines[at] ?? ''
      const comment = line.indexOf('#')
      if (comment >= 0) parts.push(line.slice(0, comment))
      else if (!line.endsWith('\\') || last) parts.push(line)
      else {
        parts.push(line.slice(0, -1))
        at += 1
        if (at < lines.length) continue
        // "Missing continuation line": the batch ends without this command.
        return
      }
      break
    }
    const read = parseBatchLine(parts.join(''))
    if (read !== null) yield {line: at + 1, ...read}
  }
}

/** One command, continuations joined and comments removed. null: there is none. */
export function parseBatchLine(text: string): Omit<BatchLine, 'line'> | null {
  const words: string[] = []
  let at = 0
  for (;;) {
    while (isSpace(text[at])) at += 1
    const first = text[at]
    if (first === undefined) break
    if (words.length >= MOST_WORDS) return refused('Too many arguments to command')
    if (first === "'" || first === '"') {
      const end = text.indexOf(first, at + 1)
      if (end < 0) return refused('Unterminated quoted string')
      words.push(text.slice(at + 1, end))
      at = end + 1
    } else {
      const start = at
      while (at < text.length && !isSpace(text[at])) at += 1
      words.push(text.slice(start, at))
      // The blank after a word is overwritten, so that it is never looked at again.
      at += 1
    }
  }
  return words.length === 0 ? null : {words, parsed: parseBatchWords(words)}
}

function isSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\t' || character === '\r' || character === '\n'
}

function refused(text: string): Omit<BatchLine, 'line'> {
  const parsed: TcUsageError = {type: 'usage-error', text, exit: 1, endsBatch: true}
  return {words: null, parsed}
}
