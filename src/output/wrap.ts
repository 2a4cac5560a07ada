import {eastAsianWidth} from 'get-east-asian-width'

const printableAscii = /^[\u0020-\u007e]*$/
const noWidth = /^\p{M}$/u

/** Columns that `text` (made visible) takes on a terminal. */
export function columns(text: string): number {
  if (printableAscii.test(text)) return text.length
  let width = 0
  for (const character of text) {
    if (!noWidth.test(character)) width += eastAsianWidth(character.codePointAt(0) ?? 0)
  }
  return width
}

/**
 * `text` (made visible) as lines of at most `width` columns; `indent` goes before each, `first`
 * before the first instead. A word longer than a line stays whole, so that it can be copied.
 */
export function wrap(text: string, width: number, indent = '', first = indent): string[] {
  const room = Math.max(20, width - indent.length)
  const lines: string[] = []
  let line = ''
  let used = 0
  for (const word of text.split(' ')) {
    const length = columns(word)
    if (line !== '' && used + 1 + length > room) {
      lines.push(line)
      line = word
      used = length
    } else {
      used += line === '' ? length : length + 1
      line = line === '' ? word : `${line} ${word}`
    }
  }
  lines.push(line)
  return lines.map((text, index) => `${index === 0 ? first : indent}${text}`)
}
