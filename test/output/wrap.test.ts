import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {columns, wrap} from '../../src/output/wrap.js'
import {holdsForAll} from '../support/property.js'

describe('wrap', () => {
  it('fills lines and indents the later ones', () => {
    expect(wrap('one two three four five six', 24, '  ', '- ')).toEqual(['- one two three four', '  five six'])
  })

  it('keeps a word that is too long whole, so that it can be copied', () => {
    const path = `/${'x'.repeat(60)}`
    expect(wrap(`see ${path} there`, 30)).toEqual(['see', path, 'there'])
  })

  it('counts wide characters as two columns and combining marks as none', () => {
    expect([columns('世界'), columns('e\u0301'), columns('abc')]).toEqual([4, 1, 3])
    expect(wrap('世界世界世 世界世界世 世', 20)).toEqual(['世界世界世', '世界世界世 世'])
  })

  it('loses nothing, and no line is too long but for one long word', () => {
    holdsForAll(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,30}$/), {minLength: 1}),
        fc.integer({min: 20, max: 100}),
        (words, width) => {
          const lines = wrap(words.join(' '), width)
          expect(lines.join(' ')).toBe(words.join(' '))
          expect(lines.every((line) => line.length <= width || !line.includes(' '))).toBe(true)
        },
      ),
    )
  })
})
