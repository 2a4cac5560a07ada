import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {extractOldWord} from '../../../src/facts/systemd/old-words.js'
import {holdsForAll} from '../../support/property.js'

function split(text: string, version: number): (string | null)[] {
  const words: (string | null)[] = []
  for (let at = 0; ; ) {
    const first = extractOldWord(text, at, version)
    if (first.status === 'end') return words
    if (first.status === 'invalid') return [...words, null]
    words.push(first.text)
    at = first.next
  }
}

describe('extractOldWord', () => {
  it.each<[string, (string | null)[], (string | null)[]]>([
    ['a b  c', ['a', 'b', 'c'], ['a', 'b', 'c']],
    ['--o="x y"', ['--o="x', 'y"'], ['--o="x', 'y"']],
    ['"x y" z', ['x y', 'z'], ['x y', 'z']],
    [`'x "y" z'`, ['x "y" z'], ['x "y" z']],
    ['"x"y', ['x', 'y'], [null]],
    ['"x y', ['x y'], [null]],
    [String.raw`a\ b \x41 \$`, [String.raw`a\ b`, 'A', '\\$'], [String.raw`a\ b`, 'A', '\\$']],
    [String.raw`"a\"b"`, ['a"b'], ['a"b']],
    ['a\\', ['a\\'], [null]],
    ['""', [''], ['']],
  ])('splits %j in 215 and in 229', (text, in215, in229) => {
    expect(split(text, 215)).toEqual(in215)
    expect(split(text, 229)).toEqual(in229)
  })

  it('tells of an escape that means nothing', () => {
    expect(extractOldWord(String.raw`\$a`, 0, 229)).toMatchObject({unknownEscape: true})
    expect(extractOldWord(String.raw`\x24a`, 0, 229)).toMatchObject({text: '$a', unknownEscape: false})
  })

  it('ends on any text', () => {
    const text = fc.string({unit: fc.constantFrom('"', "'", '\\', ' ', 'x'), maxLength: 40})
    holdsForAll(
      fc.property(text, fc.constantFrom(215, 216, 229), (value, version) => {
        expect(split(value, version).length).toBeLessThanOrEqual(value.length)
      }),
    )
  })
})
