/**
 * Characters that move the cursor, change colours, reverse the order of what follows or cannot be
 * seen: C0 and C1 controls and DEL (Cc), format characters with the bidirectional overrides (Cf;
 * Unicode TR36), line and paragraph separators, lone surrogates, and letters that have no ink.
 */
const dangerous = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u115f\u1160\u3164\uffa0]/gu

/** The same without the newline: JSON has it between values only. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: all others of Cc
const dangerousInJson = /[\0-\t\v-\x1f\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u115f\u1160\u3164\uffa0]/gu

/** Text from the host as one line in which everything can be seen. Never throws; safe to print. */
export function visible(text: string, maxLength = 300): string {
  return shorten(text, maxLength).replaceAll(dangerous, escapeCharacter)
}

/** Text from the host as lines, each as `visible` makes it; tabs become blanks. */
export function visibleLines(text: string, maxLength = 300): string[] {
  const lines = text.split(/\r?\n/)
  if (lines.length > 1 && lines.at(-1) === '') lines.pop()
  return lines.map((line) => visible(line.replaceAll('\t', '    '), maxLength))
}

/** JSON whose strings cannot do anything to a terminal either; parses to the same value. */
export function safeJson(value: unknown): string {
  return withoutDanger(JSON.stringify(value, null, 2))
}

/** The same on one line. */
export function safeJsonLine(value: unknown): string {
  return withoutDanger(JSON.stringify(value))
}

/** Newlines, ASCII, dashes and quotation marks: most of what there is, and quicker to tell than what is dangerous. */
const unsuspicious = /^[\n -~\u2010-\u2027]*$/

function withoutDanger(json: string): string {
  if (unsuspicious.test(json)) return json
  return json.replaceAll(dangerousInJson, utf16Escapes)
}

function escapeCharacter(character: string): string {
  if (character === '\n') return '\\n'
  if (character === '\r') return '\\r'
  if (character === '\t') return '\\t'
  const code = character.codePointAt(0) ?? 0
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`
}

function utf16Escapes(character: string): string {
  return Array.from(
    {length: character.length},
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('')
}

function shorten(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text
  return `${text.slice(0, maxLength)}... (${text.length - maxLength} more characters)`
}
