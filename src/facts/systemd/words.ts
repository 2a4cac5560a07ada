/** How extract_first_word() of systemd's src/basic/extract-word.c splits; white space separates words. */
export interface WordRules {
  /** EXTRACT_CUNESCAPE: `\n`, `\x41`, `\101`, `\u00e4` are decoded. Else a backslash takes the next character as it is. */
  readonly escapes: boolean
  /** EXTRACT_UNESCAPE_RELAX: an unknown escape stays as it stands. */
  readonly keepUnknownEscapes?: boolean
  /** Version of systemd, where it decides. */
  readonly version?: number
  /** EXTRACT_RELAX: a quote that nothing closes ends with the text. */
  readonly relaxed?: boolean
}

export type FirstWord =
  /** `next`: where the next word begins; the length of the text where none follows. */
  | {readonly status: 'word'; readonly text: string; readonly next: number; readonly unknownEscape?: boolean}
  | {readonly status: 'end'}
  /** A quote that nothing closes, or an escape that means nothing. */
  | {readonly status: 'invalid'}

export const WHITE_SPACE = ' \t\n\r'
const BLANKS = /[ \t\n\r]*/y
const PLAIN = /[^ \t\n\r'"\\]+/y
const IN_QUOTES = {"'": /[^'\\]+/y, '"': /[^"\\]+/y} as const

/** The first index at or after `start` that is no white space. */
export function skipBlanks(text: string, start: number): number {
  return start + matchAt(BLANKS, text, start).length
}

/**
 * Takes the first word off a text.
 *
 * Bytes that escapes put together and that are no UTF-8 come out as U+DC80..U+DCFF, one for each byte.
 */
export function extractFirstWord(text: string, start: number, rules: WordRules): FirstWord {
  let at = skipBlanks(text, start)
  if (at >= text.length) return {status: 'end'}
  let quote: "'" | '"' | null = null
  let bytes = false
  const parts: string[] = []
  for (;;) {
    const plain = matchAt(quote === null ? PLAIN : IN_QUOTES[quote], text, at)
    parts.push(plain)
    at += plain.length
    const char = text[at]
    if (char === undefined) {
      if (quote !== null && !rules.relaxed) return {status: 'invalid'}
      break
    }
    if (char === '\\') {
      const escaped = readEscape(text, at + 1, rules, quote !== null)
      if (escaped === null) return {status: 'invalid'}
      parts.push(escaped.text)
      bytes ||= escaped.bytes
      at = escaped.next
    } else if (char === quote) {
      quote = null
      at += 1
    } else if (char === "'" || char === '"') {
      quote = char
      at += 1
    } else {
      break
    }
  }
  const word = parts.join('')
  return {status: 'word', text: bytes ? joinBytes(word) : word, next: skipBlanks(text, at)}
}

/** All words of a text; null where splitting fails (strv_split_full()). */
export function splitWords(text: string, rules: WordRules): string[] | null {
  const words: string[] = []
  for (let at = 0; ; ) {
    const first = extractFirstWord(text, at, rules)
    if (first.status === 'end') return words
    if (first.status === 'invalid') return null
    words.push(first.text)
    at = first.next
  }
}

/** Decodes all escapes of a text; those that mean nothing (`unknown`) stay as they stand (cunescape()). */
export function unescapeLeniently(text: string): {readonly text: string; readonly unknown: boolean} {
  let unknown = false
  const parts: string[] = []
  let bytes = false
  for (let at = 0; at < text.length; ) {
    const backslash = text.indexOf('\\', at)
    parts.push(backslash < 0 ? text.slice(at) : text.slice(at, backslash))
    if (backslash < 0) break
    const decoded = cUnescape(text, backslash + 1)
    parts.push(decoded?.text ?? '\\')
    unknown ||= decoded === null
    bytes ||= decoded?.bytes === true
    at = decoded?.next ?? backslash + 1
  }
  const joined = parts.join('')
  return {text: bytes ? joinBytes(joined) : joined, unknown}
}

interface Escape {
  readonly text: string
  readonly next: number
  /** It stands for single bytes. */
  readonly bytes: boolean
}

/** What follows a backslash at `at - 1`. null: the whole text is refused. */
function readEscape(text: string, at: number, rules: WordRules, quoted: boolean): Escape | null {
  if (at >= text.length) {
    if (rules.keepUnknownEscapes && (!quoted || rules.relaxed)) return {text: '\\', next: at, bytes: false}
    return rules.relaxed ? {text: '', next: at, bytes: false} : null
  }
  const char = String.fromCodePoint(text.codePointAt(at) ?? 0)
  if (!rules.escapes) return {text: char, next: at + char.length, bytes: false}
  const decoded = cUnescape(text, at, rules.version)
  if (decoded) return decoded
  return rules.keepUnknownEscapes ? {text: `\\${char}`, next: at + char.length, bytes: false} : null
}

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
  s: ' ',
}
const HEX = /x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})/y

/** cunescape_one() of src/basic/escape.c. null: no escape that it knows. */
function cUnescape(text: string, at: number, version = 0): Escape | null {
  const simple = SIMPLE[text.charAt(at)]
  if (simple !== undefined) return {text: simple, next: at + 1, bytes: false}
  HEX.lastIndex = at
  const match = HEX.exec(text)
  if (!match) return null
  const [whole, byte, short, long, octal] = match
  const code = octal === undefined ? Number.parseInt(byte ?? short ?? long ?? '', 16) : Number.parseInt(octal, 8)
  const next = at + whole.length
  if (code === 0) return null
  if (short === undefined && long === undefined) {
    return code > 0xff ? null : {text: byteToText(code), next, bytes: code > 0x7f}
  }
  if (code >= 0xd800 && code <= 0xdfff) {
    // Until 261 the short form encoded what is no character.
    if (long !== undefined || version >= 262) return null
    const encoded = [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)]
    return {text: encoded.map(byteToText).join(''), next, bytes: true}
  }
  return code > 0x10ffff ? null : {text: String.fromCodePoint(code), next, bytes: false}
}

function byteToText(byte: number): string {
  return String.fromCharCode(byte > 0x7f ? 0xdc00 + byte : byte)
}

/** A text holds bytes that are no UTF-8. */
export function hasLooseBytes(text: string): boolean {
  return /[\uDC80-\uDCFF]/.test(text) && /(?<![\uD800-\uDBFF])[\uDC80-\uDCFF]/.test(text)
}

/** string_is_safe(): no control characters, quotes or backslashes; since 261 no patterns and no bytes that are no UTF-8. */
export function isSafeString(text: string, version: number): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what it refuses
  if (/[\x00-\x1f"'\\\x7f]/.test(text)) return false
  return version < 261 || !(/[*?[]/.test(text) || hasLooseBytes(text))
}

/** Puts bytes together that make characters: two escapes `\xc3\xa4` are one `ä`. */
function joinBytes(text: string): string {
  return text.replace(/(?:(?<![\uD800-\uDBFF])[\uDC80-\uDCFF])+/g, (run) => {
    const parts: string[] = []
    for (let at = 0; at < run.length; ) {
      const [code, size] = characterAt(run, at)
      parts.push(code === null ? run.charAt(at) : String.fromCodePoint(code))
      at += size
    }
    return parts.join('')
  })
}

/** Lowest code point that takes so many bytes: a shorter one in so many is no UTF-8. */
const LOWEST = [0, 0, 0x80, 0x800, 0x10000]

/** The character whose bytes begin at `at`, and how many they are; null: that byte begins none. */
function characterAt(run: string, at: number): readonly [number | null, number] {
  const first = run.charCodeAt(at) - 0xdc00
  const size =
    first >= 0xf0 && first < 0xf8 ? 4 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xc0 && first < 0xe0 ? 2 : 1
  let code = first & (0xff >> (size + 1))
  for (let more = 1; more < size; more += 1) {
    const byte = run.charCodeAt(at + more) - 0xdc00
    if (!(byte >= 0x80 && byte < 0xc0)) return [null, 1]
    code = (code << 6) | (byte & 0x3f)
  }
  const surrogate = code >= 0xd800 && code <= 0xdfff
  if (size === 1 || code < (LOWEST[size] ?? 0) || code > 0x10ffff || surrogate) return [null, 1]
  return [code, size]
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? ''
}
