import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {safeJson, visible, visibleLines} from '../../src/output/escape.js'
import {holdsForAll} from '../support/property.js'

/** What may reach a terminal: ink and the blank, nothing that acts. Written apart from the code under test. */
function isHarmless(text: string): boolean {
  return [...text].every((character) => {
    const code = character.codePointAt(0) ?? 0
    if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) return false
    if (code >= 0xd800 && code <= 0xdfff) return false
    if (code === 0xad || code === 0x61c || code === 0x180e || code === 0xfeff) return false
    if (code >= 0x200b && code <= 0x200f) return false
    if (code >= 0x2028 && code <= 0x202e) return false
    if (code >= 0x2060 && code <= 0x206f) return false
    return code < 0xe0000 || code > 0xe007f
  })
}

const nasty = fc.string({
  unit: fc.oneof(
    fc.integer({min: 0, max: 0x9f}).map((code) => String.fromCharCode(code)),
    fc.constantFrom(
      '\u001b[2J',
      '\u001b]0;x\u0007',
      '\u202e',
      '\u2066',
      '\u200b',
      '\ud800',
      '\udfff',
      '\u{e0041}',
      '\u2028',
    ),
    fc.string({unit: 'binary', maxLength: 2}),
  ),
  maxLength: 60,
})

describe('visible', () => {
  it.each([
    ['es\u001b[31m', 'es\\x1b[31m'],
    ['a\nb\r\tc', 'a\\nb\\r\\tc'],
    ['\u0000\u007f\u009b', '\\x00\\x7f\\x9b'],
    ['abc\u202excod', 'abc\\u202excod'],
    ['\u{e0041}', '\\u{e0041}'],
    ['\ud800x', '\\ud800x'],
    ['Grüße, 世界, dev-disk\\x2duuid', 'Grüße, 世界, dev-disk\\x2duuid'],
  ])('%j becomes %j', (text, expected) => {
    expect(visible(text)).toBe(expected)
  })

  it('lets nothing through that acts on a terminal', () => {
    holdsForAll(fc.property(nasty, (text) => isHarmless(visible(text)) && visibleLines(text).every(isHarmless)))
  })

  it('leaves harmless text alone', () => {
    holdsForAll(fc.property(fc.string({unit: 'grapheme-ascii', maxLength: 80}), (text) => visible(text) === text))
  })

  it('says how much it left out of an endless name', () => {
    expect(visible('x'.repeat(1000), 10)).toBe('xxxxxxxxxx... (990 more characters)')
  })
})

describe('visibleLines', () => {
  it('keeps lines, drops the last newline, turns tabs to blanks', () => {
    expect(visibleLines('Uid:\t105\r\nGid:\t113\n')).toEqual(['Uid:    105', 'Gid:    113'])
  })
})

describe('safeJson', () => {
  it('is JSON of the same value, in which nothing acts on a terminal', () => {
    holdsForAll(
      fc.property(nasty, (text) => {
        const json = safeJson({[text]: [text]})
        expect(json.split('\n').every(isHarmless)).toBe(true)
        expect(JSON.parse(json)).toEqual({[text]: [text]})
      }),
    )
  })
})
