/** glob(7) as glob(3) reads it without any flag: backslashes quote, `*` finds no hidden file, braces mean nothing. */

/** One character, or what matches one; `null` is `*`. */
type Token = {readonly is: (char: string) => boolean; readonly dot: boolean} | null

export interface NamePattern {
  /** The name itself where nothing in it is a wildcard: backslashes are gone. */
  readonly literal: string | null
  matches(name: string): boolean
}

/** Is it for glob(3) more than a path? A lone `[` is not (glob_pattern_type() of glibc's posix/glob_internal.h). */
export function hasWildcards(path: string): boolean {
  if (/[*?\\]/.test(path)) return true
  const open = path.indexOf('[')
  return open >= 0 && path.includes(']', open)
}

/** Compiles one component of a path. Matching takes time of the name's length times the pattern's, no more. */
export function compileName(pattern: string): NamePattern {
  const unquoted = pattern.replace(/\\(.)/gs, '$1')
  if (!hasWildcards(pattern.replace(/\\./gs, ''))) return {literal: unquoted, matches: (name) => name === unquoted}
  const tokens = tokensOf(bytesOf(pattern))
  return {literal: null, matches: (name) => matchTokens(tokens, bytesOf(name))}
}

/** In the C locale, which PID 1 has, each byte is a character. */
function bytesOf(text: string): string {
  return Buffer.from(text).toString('latin1')
}

/** Components of an absolute pattern; empty ones and `.` are left out. */
export function componentsOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.')
}

function matchTokens(tokens: readonly Token[], name: string): boolean {
  // FNM_PERIOD: a leading dot is matched by a dot only.
  if (name[0] === '.' && tokens[0]?.dot !== true) return false
  let token = 0
  let char = 0
  let star = -1
  let resume = 0
  while (char < name.length) {
    const current = tokens[token]
    if (current === null) {
      star = token
      resume = char
      token += 1
    } else if (current?.is(name[char] ?? '')) {
      token += 1
      char += 1
    } else if (star >= 0) {
      token = star + 1
      resume += 1
      char = resume
    } else return false
  }
  while (tokens[token] === null) token += 1
  return token === tokens.length
}

function tokensOf(chars: string): Token[] {
  const tokens: Token[] = []
  let closable = true
  const literal = (char: string) => tokens.push({is: (other) => other === char, dot: char === '.'})
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at] ?? ''
    if (char === '*') {
      if (tokens.at(-1) !== null) tokens.push(null)
    } else if (char === '?') tokens.push({is: () => true, dot: false})
    else if (char === '\\') {
      at += 1
      // Nothing that it could quote: it matches nothing.
      literal(chars[at] ?? '')
    } else if (char === '[' && closable) {
      const bracket = bracketAt(chars, at)
      if (bracket) {
        tokens.push({is: bracket.is, dot: false})
        at = bracket.end
      } else {
        closable = false
        literal(char)
      }
    } else literal(char)
  }
  return tokens
}

/** `[a-c]`, `[!x]`, `[[:digit:]]`; null where it is not closed. */
function bracketAt(chars: string, start: number): {is: (char: string) => boolean; end: number} | null {
  let at = start + 1
  const negated = chars[at] === '!' || chars[at] === '^'
  if (negated) at += 1
  const first = at
  const tests: ((char: string) => boolean)[] = []
  for (; at < chars.length; at++) {
    let char = chars[at] ?? ''
    if (char === ']' && at > first) {
      return {is: (other) => other !== '' && tests.some((each) => each(other)) !== negated, end: at}
    }
    if (char === '[' && chars[at + 1] === ':') {
      const name = /^\[:([a-z]{1,10}):\]/.exec(chars.slice(at, at + 14))?.[1]
      const test = name === undefined ? undefined : CLASSES.get(name)
      if (name !== undefined && test) {
        tests.push((other) => test.test(other))
        at += name.length + 3
        continue
      }
    }
    if (char === '\\' && at + 1 < chars.length) {
      at += 1
      char = chars[at] ?? ''
    }
    let last = char
    if (chars[at + 1] === '-' && chars[at + 2] !== undefined && chars[at + 2] !== ']') {
      at += 2
      if (chars[at] === '\\' && at + 1 < chars.length) at += 1
      last = chars[at] ?? ''
    }
    tests.push((other) => other >= char && other <= last)
  }
  return null
}

const CLASSES: ReadonlyMap<string, RegExp> = new Map([
  ['alnum', /[0-9A-Za-z]/],
  ['alpha', /[A-Za-z]/],
  ['blank', /[ \t]/],
  ['cntrl', /[^ -~\u0080-\u00ff]/],
  ['digit', /[0-9]/],
  ['graph', /[!-~]/],
  ['lower', /[a-z]/],
  ['print', /[ -~]/],
  ['punct', /[!-/:-@[-`{-~]/],
  ['space', /[\t-\r ]/],
  ['upper', /[A-Z]/],
  ['xdigit', /[0-9A-Fa-f]/],
])
