import {shownText, type Value} from './text.js'

/** One element of a shell pattern, POSIX XCU 2.13: a character, `?`, `*`, or a bracket expression. */
type Token = string | {readonly any: true} | {readonly star: true} | {readonly accepts: (char: string) => boolean}

/** Longer ones are not matched: nobody writes such, but to keep us busy. */
const MAX_PATTERN = 1000

/** A pattern ready to match; null: a part of it is not known, or means something else in another locale. */
export function compilePattern(value: Value): Pattern | null {
  const tokens: Token[] = []
  if (shownText(value).length > MAX_PATTERN) return null
  for (const {text, unknown, pattern} of value) {
    if (unknown !== null) return null
    if (!pattern) {
      tokens.push(...text)
      continue
    }
    for (let at = 0; at < text.length; at++) {
      const char = text.charAt(at)
      if (char === '*') tokens.push({star: true})
      else if (char === '?') tokens.push({any: true})
      else if (char === '[') {
        const bracket = bracketAt(text, at)
        if (bracket === null) return null
        if (bracket === 'none') tokens.push('[')
        else {
          tokens.push(bracket.token)
          at = bracket.end
        }
      } else if (char === '\\' && at + 1 < text.length) tokens.push(text.charAt(++at))
      else tokens.push(char)
    }
  }
  return new Pattern(tokens)
}

export class Pattern {
  readonly #tokens: readonly Token[]

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  /** Whether all of `text` matches. At most length of text times length of pattern steps. */
  matches(text: string): boolean {
    return this.#ends(text).at(-1) === true
  }

  /** Length of the shortest or longest beginning that matches; null: none does. */
  prefix(text: string, longest: boolean): number | null {
    const ends = this.#ends(text)
    const found = longest ? ends.lastIndexOf(true) : ends.indexOf(true)
    return found < 0 ? null : found
  }

  /** Where the shortest or longest end begins that matches; null: none does. */
  suffix(text: string, longest: boolean): number | null {
    const ends = new Pattern([...this.#tokens].reverse()).#ends([...text].reverse().join(''))
    const found = longest ? ends.lastIndexOf(true) : ends.indexOf(true)
    return found < 0 ? null : text.length - found
  }

  /** For each length of a beginning of `text` whether the pattern matches it. */
  #ends(text: string): boolean[] {
    let current: boolean[] = new Array(text.length + 1).fill(false)
    current[0] = true
    for (const token of this.#tokens) {
      const next: boolean[] = new Array(text.length + 1).fill(false)
      if (typeof token === 'object' && 'star' in token) {
        let reached = false
        for (let at = 0; at <= text.length; at++) {
          reached ||= current[at] === true
          next[at] = reached
        }
      } else {
        for (let at = 0; at < text.length; at++) {
          if (current[at] && accepts(token, text.charAt(at))) next[at + 1] = true
        }
      }
      current = next
    }
    return current
  }
}

function accepts(token: Token, char: string): boolean {
  if (typeof token === 'string') return token === char
  return 'accepts' in token ? token.accepts(char) : true
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  digit: /[0-9]/,
  alpha: /[A-Za-z]/,
  alnum: /[A-Za-z0-9]/,
  upper: /[A-Z]/,
  lower: /[a-z]/,
  space: /[ \t\n\r\f\v]/,
  blank: /[ \t]/,
  xdigit: /[0-9A-Fa-f]/,
}

/** The bracket expression at `start`; `none`: it is a plain `[`; null: what it means is not known. */
function bracketAt(text: string, start: number): {readonly token: Token; readonly end: number} | 'none' | null {
  let at = start + 1
  const negated = text[at] === '!' || text[at] === '^'
  if (negated) at++
  const first = at
  const tests: ((char: string) => boolean)[] = []
  for (; at < text.length; at++) {
    const char = text.charAt(at)
    if (char === ']' && at > first) {
      const accepted = (one: string) => tests.some((test) => test(one)) !== negated
      return {token: {accepts: accepted}, end: at}
    }
    if (char === '[' && /[.=]/.test(text[at + 1] ?? '')) return null
    if (char === '[' && text[at + 1] === ':') {
      const end = text.indexOf(':]', at + 2)
      const test = end < 0 ? undefined : CLASSES[text.slice(at + 2, end)]
      if (!test) return null
      tests.push((one) => test.test(one))
      at = end + 1
      continue
    }
    if (char === '\\') return null
    const to = text[at + 2]
    if (text[at + 1] === '-' && to !== undefined && to !== ']') {
      // Other ranges depend on the locale's order.
      if (!/^([0-9]-[0-9]|[a-z]-[a-z]|[A-Z]-[A-Z])$/.test(`${char}-${to}`)) return null
      tests.push((one) => one >= char && one <= to)
      at += 2
    } else tests.push((one) => one === char)
  }
  return 'none'
}
