import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {
  extractFirstWord,
  hasLooseBytes,
  isSafeString,
  splitWords,
  type WordRules,
} from '../../../src/facts/systemd/words.js'
import {holdsForAll} from '../../support/property.js'

const EXEC: WordRules = {escapes: true, keepUnknownEscapes: true}
const VALUE: WordRules = {escapes: false, relaxed: true}

describe('splitWords', () => {
  it.each<[string, string[]]>([
    ['', []],
    [' \t\r\n ', []],
    ['a b\tc\nd\re', ['a', 'b', 'c', 'd', 'e']],
    ['a  ""  b', ['a', '', 'b']],
    [`--o="x y"z 'a "b" c'`, ['--o=x yz', 'a "b" c']],
    [String.raw`\x24FOO \101 \u00e4 \U0001F600 a\sb`, ['$FOO', 'A', 'ä', '😀', 'a b']],
    [String.raw`\$FOO \. \x4g \400 \x00 \08`, [String.raw`\$FOO`, '\\.', '\\x4g', '\\400', '\\x00', '\\08']],
    [String.raw`"a\"b" 'c\'d' e\\f`, ['a"b', "c'd", 'e\\f']],
    [String.raw`\xc3\xa4 \303\244`, ['ä', 'ä']],
    [String.raw`\xe2\x82\xac\xff`, ['€\uDCFF']],
    [String.raw`\xe2\x82 \xf0\x9f\x98\x80`, ['\uDCE2\uDC82', '😀']],
    ['a\\', ['a\\']],
    ['\u00a0x', ['\u00a0x']],
  ])('splits %j as Exec lines are split', (text, words) => {
    expect(splitWords(text, EXEC)).toEqual(words)
  })

  it.each(['"a', "a'", '"a\\'])('refuses %j in an Exec line', (text) => {
    expect(splitWords(text, EXEC)).toBeNull()
  })

  it('takes what is no character from the short form of an escape until 261', () => {
    const split = (version: number) => splitWords(String.raw`\ud800x \U0000d800`, {...EXEC, version})
    expect(split(261)).toEqual(['\uDCED\uDCA0\uDC80x', String.raw`\U0000d800`])
    expect(split(262)).toEqual([String.raw`\ud800x`, String.raw`\U0000d800`])
  })

  it.each<[string, string[]]>([
    ['a "b c" d', ['a', 'b c', 'd']],
    ['"a b', ['a b']],
    [String.raw`a\nb \"c\" d\ e`, ['anb', '"c"', 'd e']],
    ['a \\', ['a', '']],
    ['""', ['']],
  ])('splits the value %j of a variable, tolerating what is open', (text, words) => {
    expect(splitWords(text, VALUE)).toEqual(words)
  })

  it('reads back words however they are quoted', () => {
    const word = fc.string({unit: 'grapheme', maxLength: 12}).filter((text) => !text.includes('\0'))
    const quoted = fc.tuple(word, fc.constantFrom("'", '"', '')).map(([text, quote]) => {
      const escaped = text
        .replace(/[\\'"]/g, '\\$&')
        .replace(/\n/g, '\\n')
        .replace(/\r/g, '\\r')
        .replace(/\t/g, '\\t')
      const bare = text === '' ? '""' : escaped.replace(/ /g, '\\s')
      return {text, written: quote === '' ? bare : `${quote}${escaped}${quote}`}
    })
    holdsForAll(
      fc.property(fc.array(quoted, {maxLength: 6}), fc.constantFrom(' ', '\t', '  ', ' \n'), (list, blank) => {
        const text = list.map(({written}) => written).join(blank)
        expect(splitWords(text, EXEC)).toEqual(list.map(({text: plain}) => plain))
      }),
    )
  })

  it('ends on any text, with each step behind the one before', () => {
    const text = fc.string({unit: fc.constantFrom('"', "'", '\\', ' ', 'x', '4', 'u', '$', '\n', 'ä'), maxLength: 60})
    holdsForAll(
      fc.property(text, fc.boolean(), fc.boolean(), (value, escapes, relaxed) => {
        for (let at = 0; at < value.length; ) {
          const first = extractFirstWord(value, at, {escapes, relaxed})
          if (first.status !== 'word') break
          expect(first.next).toBeGreaterThan(at)
          at = first.next
        }
      }),
    )
  })

  it.each([
    ['plain text', 'x'.repeat(1 << 20)],
    ['escapes', '\\x41'.repeat(1 << 18)],
    ['quotes', '"a"'.repeat(1 << 18)],
    ['words', 'a '.repeat(1 << 19)],
    ['loose bytes', '\\xff'.repeat(1 << 18)],
  ])('splits a mebibyte of %s', (_, line) => {
    expect(splitWords(line, EXEC)?.join('').length).toBeGreaterThan(1 << 17)
  })
})

describe('bytes that are no UTF-8', () => {
  it('are told from characters beyond the 16 bits of a code unit', () => {
    expect(['a', '😀', '\uDCFF', '😀\uDC80', ''].map(hasLooseBytes)).toEqual([false, false, true, true, false])
  })
})

describe('isSafeString', () => {
  it.each<[string, boolean, boolean]>([
    ['/usr/bin/ä b$%{}', true, true],
    ['/a"b', false, false],
    ["/a'b", false, false],
    ['/a\\b', false, false],
    ['/a\x07', false, false],
    ['/a\x7f', false, false],
    ['/a*', true, false],
    ['/a?', true, false],
    ['/a[', true, false],
    ['/a]', true, true],
    ['/\uDCFF', true, false],
  ])('%j: %s until 260, %s since 261', (text, before, since) => {
    expect([isSafeString(text, 260), isSafeString(text, 261)]).toEqual([before, since])
  })
})
