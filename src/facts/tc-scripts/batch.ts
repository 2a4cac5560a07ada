import {type Piece, part, type Value} from '../shell/text.js'

/** Words of one command of a batch file. */
export interface BatchLine {
  readonly words: readonly Value[]
  /** Offset of the line in the text. */
  readonly at: number
}

const BLANKS = ' \t\r\n'

/**
 * Reads `tc -batch` input as iproute2's lib/utils.c does (getcmdline(), makeargs()): what follows a `#` is gone, wherever
 * it stands; a backslash before the end of a line joins the next; quotes count at the beginning of a word, and nothing
 * is special inside of them.
 */
export function* batchLines(value: Value): Generator<BatchLine> {
  // What is not known takes part as letters: its name may hold anything.
  const text = value.map((piece) => (piece.unknown === null ? piece.text : 'x'.repeat(piece.text.length))).join('')
  const cutter = new Cutter(value)
  for (let from = 0; from < text.length; ) {
    const at = from
    const kept: [number, number][] = []
    for (;;) {
      const newline = text.indexOf('\n', from)
      const end = newline < 0 ? text.length : newline
      const comment = text.slice(from, end).indexOf('#')
      const stop = comment < 0 ? end : from + comment
      const joins = comment < 0 && newline >= 0 && text[end - 1] === '\\' && end > from
      kept.push([from, joins ? stop - 1 : stop])
      from = newline < 0 ? text.length : newline + 1
      if (!joins || from >= text.length) break
    }
    const words = wordsOf(text, kept).map((ranges) => ranges.flatMap(([start, end]) => cutter.cut(start, end)))
    if (words.length > 0) yield {words, at}
  }
}

/** Ranges of the text that make each word; a word may go on behind a joined line's end. */
function wordsOf(text: string, kept: readonly [number, number][]): [number, number][][] {
  const words: [number, number][][] = []
  let word: [number, number][] = []
  let inWord = false
  let quote = ''
  const end = () => {
    if (inWord) words.push(word)
    word = []
    inWord = false
    quote = ''
  }
  for (const [from, to] of kept) {
    let start = from
    for (let at = from; at < to; at++) {
      const char = text.charAt(at)
      if (quote !== '') {
        if (char !== quote) continue
        word.push([start, at])
        end()
        start = at + 1
      } else if (!inWord && (char === '"' || char === "'")) {
        inWord = true
        quote = char
        start = at + 1
      } else if (BLANKS.includes(char)) {
        if (inWord) word.push([start, at])
        end()
        start = at + 1
      } else if (!inWord) {
        inWord = true
        start = at
      }
    }
    if (inWord) word.push([start, to])
  }
  end()
  return words
}

/** Cuts pieces out of a long value, front to back. */
class Cutter {
  readonly #value: Value
  #index = 0
  #start = 0

  constructor(value: Value) {
    this.#value = value
  }

  cut(from: number, to: number): Piece[] {
    const result: Piece[] = []
    for (;;) {
      const piece = this.#value[this.#index]
      if (!piece) return result
      const end = this.#start + piece.text.length
      if (end > from && this.#start < to) {
        const [a, b] = [Math.max(from, this.#start), Math.min(to, end)]
        result.push(a === this.#start && b === end ? piece : part(piece, a - this.#start, b - this.#start))
      }
      if (end > to || (end === to && this.#index === this.#value.length - 1)) return result
      this.#index += 1
      this.#start = end
    }
  }
}
