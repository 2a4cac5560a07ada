import {type FirstWord, skipBlanks, unescapeLeniently, WHITE_SPACE} from './words.js'

/**
 * How FOREACH_WORD_QUOTED and cunescape_length() of src/shared/util.c split: Exec lines until version 220,
 * Environment= until 232, values of variables in 215. Quotes count only where a word begins.
 */
export function extractOldWord(text: string, start: number, version: number): FirstWord {
  const at = skipBlanks(text, start)
  const quote = text[at]
  if (quote === undefined) return {status: 'end'}
  if (quote !== "'" && quote !== '"') {
    const end = endOf(text, at, WHITE_SPACE)
    // Since 216 a text must not end in a backslash.
    if (end > text.length && version >= 216) return {status: 'invalid'}
    return wordOf(text.slice(at, end), skipBlanks(text, end))
  }
  const end = endOf(text, at + 1, quote)
  const behind = text[end + 1]
  // Since 216 the quote must be closed, and white space must follow.
  const garbage = behind !== undefined && !WHITE_SPACE.includes(behind)
  if (version >= 216 && (end >= text.length || garbage)) return {status: 'invalid'}
  return wordOf(text.slice(at + 1, end), skipBlanks(text, end + 1))
}

function wordOf(raw: string, next: number): FirstWord {
  const {text, unknown} = unescapeLeniently(raw)
  return {status: 'word', text, next, unknownEscape: unknown}
}

/** strcspn_escaped(): a backslash takes its next character along. More than the length: a backslash ends the text. */
function endOf(text: string, start: number, stops: string): number {
  let at = start
  while (at < text.length && !stops.includes(text.charAt(at))) at += text[at] === '\\' ? 2 : 1
  return at
}
