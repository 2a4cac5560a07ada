import type {Assignment} from 'unbash'
import type {ShellSource} from './source.js'

/** Where a text comes from: it stands there as it is, or is what the expansion there gives (`$((p + 1))`). */
export interface Origin {
  readonly source: ShellSource
  readonly pos: number
  readonly end: number
  readonly verbatim: boolean
}

/** A part of a word. */
export interface Piece {
  readonly text: string
  /** Number of a value that only the run of the script tells; `text` is its name. null: `text` is the text. */
  readonly unknown: number | null
  /** It is not split into fields. */
  readonly quoted: boolean
  /** `*`, `?` and `[` in it are special. */
  readonly pattern: boolean
  readonly origin: Origin | null
}

export type Value = readonly Piece[]

/** Between the fields that `"$@"` is. */
export const BREAK = 'break'
export type Atom = Piece | typeof BREAK

/** A word of a command after all expansions. */
export interface Field {
  readonly pieces: Value
  /** An unknown value stands in it unquoted: it may be several words, or none. */
  readonly maySplit: boolean
  /** It is a pattern that file names may match. */
  readonly glob: boolean
  /** All of its text, where that is known at once. */
  readonly plain?: string
  /** Where the word stands that it is all of. */
  readonly written?: Origin
  /** An argument of `export` or `local`, which these set themselves. */
  readonly assignment?: Assignment
}

/** A word that stands there as it is. Most words are: what else is to be known of it is made when it is asked for. */
export class PlainField implements Field {
  readonly plain: string
  readonly #source: ShellSource
  readonly #pos: number

  constructor(plain: string, source: ShellSource, pos: number) {
    this.plain = plain
    this.#source = source
    this.#pos = pos
  }

  get maySplit(): false {
    return false
  }

  get glob(): false {
    return false
  }

  get written(): Origin {
    return {source: this.#source, pos: this.#pos, end: this.#pos + this.plain.length, verbatim: true}
  }

  get pieces(): Value {
    return [known(this.plain, this.written)]
  }
}

export function known(text: string, origin: Origin | null = null): Piece {
  return {text, unknown: null, quoted: true, pattern: false, origin}
}

/** The text of a value; null: not known. */
export function textOf(value: Value): string | null {
  const [only] = value
  if (only && value.length === 1) return only.unknown === null ? only.text : null
  let text = ''
  for (const piece of value) {
    if (piece.unknown !== null) return null
    text += piece.text
  }
  return text
}

/** The same with the names of what is unknown. */
export function shownText(value: Value): string {
  return value.map(({text}) => text).join('')
}

/** Characters `from` to `to` of a value that is known. */
export function slice(value: Value, from: number, to: number): Value {
  const result: Piece[] = []
  let at = 0
  for (const piece of value) {
    const start = Math.max(0, from - at)
    const end = Math.min(piece.text.length, to - at)
    at += piece.text.length
    if (start < end) result.push(start === 0 && end === piece.text.length ? piece : part(piece, start, end))
    if (at >= to) break
  }
  return result
}

export function part(piece: Piece, start: number, end: number): Piece {
  const {origin} = piece
  const moved = origin?.verbatim ? {...origin, pos: origin.pos + start, end: origin.pos + end} : null
  return {...piece, text: piece.text.slice(start, end), origin: moved}
}

export function asQuoted(value: Value): Value {
  return value.map((piece) => (piece.quoted && !piece.pattern ? piece : {...piece, quoted: true, pattern: false}))
}

export function asUnquoted(value: Value): Value {
  return value.map((piece) => (piece.quoted || !piece.pattern ? {...piece, quoted: false, pattern: true} : piece))
}

export function sameValue(a: Value, b: Value): boolean {
  return shownText(a) === shownText(b) && unknownsOf(a) === unknownsOf(b)
}

function unknownsOf(value: Value): string {
  return value
    .filter(({unknown}) => unknown !== null)
    .map(({unknown}) => unknown)
    .join()
}

/** IFS if nothing is said. */
export const DEFAULT_IFS = ' \t\n'

/**
 * Splits what unquoted expansions gave, POSIX XCU 2.6.5. Atoms of one word in, fields out.
 *
 * @param ifs null: not known; then what is to be split is unknown
 */
export function splitFields(atoms: readonly Atom[], ifs: string | null): Field[] {
  const fields: Field[] = []
  let pieces: Piece[] = []
  let started = false
  let maySplit = false
  const end = () => {
    if (started) {
      const glob = pieces.some(({unknown, pattern, text}) => unknown === null && pattern && /[*?[]/.test(text))
      fields.push({pieces, maySplit, glob})
    }
    pieces = []
    started = false
    maySplit = false
  }
  const add = (piece: Piece) => {
    pieces.push(piece)
    started = true
  }
  // A blank has ended a field: one other separator behind it belongs to it.
  let justEnded = false
  const splitPiece = (piece: Piece, separators: string) => {
    let from = 0
    const take = (at: number) => {
      if (at > from) {
        add(from === 0 && at === piece.text.length ? piece : part(piece, from, at))
        justEnded = false
      }
      from = at + 1
    }
    for (let at = 0; at < piece.text.length; at++) {
      const char = piece.text.charAt(at)
      if (!separators.includes(char)) continue
      take(at)
      const isBlank = DEFAULT_IFS.includes(char)
      if (!isBlank && !justEnded) started = true
      justEnded = isBlank && (started || justEnded)
      if (started) end()
    }
    take(piece.text.length)
  }
  for (const atom of atoms) {
    if (atom === BREAK) end()
    else if (atom.quoted) add(atom)
    else if (atom.unknown !== null || (ifs === null && atom.text !== '')) {
      add(atom)
      maySplit = true
    } else splitPiece(atom, ifs ?? '')
  }
  end()
  return fields
}
