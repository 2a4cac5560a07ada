import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {parseUnitFile} from '../../../src/facts/systemd/unit-file.js'
import {holdsForAll} from '../../support/property.js'

const parse = (text: string) =>
  parseUnitFile('/u', text).assignments.map(({section, key, value, line}) => [section, key, value, line])

describe('parseUnitFile', () => {
  it('joins continued lines by one blank and skips comments among them', () => {
    expect(parse('[Service]\nExecStart=/bin/a \\\n# no\n  ; no\n  b \\\n  c\nUser=x\n')).toEqual([
      ['Service', 'ExecStart', '/bin/a    b    c', 2],
      ['Service', 'User', 'x', 7],
    ])
  })

  it('knows no comment behind a value', () => {
    expect(parse('[S]\nUser=x # y\n')).toEqual([['S', 'User', 'x # y', 2]])
  })

  it('strips blanks around the sign and at the ends, and keeps sections apart', () => {
    expect(parse('\uFEFF  [A]  \r\n a  =  b  \r\n[B]\nc=d=e\n[A]\nf=\n')).toEqual([
      ['A', 'a', 'b', 2],
      ['B', 'c', 'd=e', 4],
      ['A', 'f', '', 6],
    ])
  })

  it('leaves out lines that systemd ignores', () => {
    expect(parse('x=1\n[S]\nno sign\n=empty\n\ny=2')).toEqual([['S', 'y', '2', 6]])
  })

  it('does not continue a line that ends in an escaped backslash', () => {
    expect(parse('[S]\na=1\\\\\nb=2\n')).toEqual([
      ['S', 'a', '1\\\\', 2],
      ['S', 'b', '2', 3],
    ])
  })

  it('takes a last line that is continued by nothing', () => {
    expect(parse('[S]\na=1 \\')).toEqual([['S', 'a', '1', 2]])
  })

  it('names the broken section header for which systemd refuses the file', () => {
    expect(parseUnitFile('/u', '[S]\na=1\n[Bro\nb=2\n')).toMatchObject({refusedAt: 3, assignments: [{key: 'a'}]})
  })

  it('reads back any assignments however they are laid out', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9_./:%@"'$;#=-]{1,12}$/)
    const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,10}$/)
    const blank = fc.constantFrom('', ' ', '\t', '  ')
    const noise = fc.constantFrom('', '\n', '# c\n', '  ; c \\\n', 'rubbish\n', '=x\n')
    const assignment = fc.record({
      section: name,
      key: name,
      words: fc.array(fc.tuple(word, fc.boolean()), {maxLength: 4}),
      blanks: fc.tuple(blank, blank, blank),
      noise,
    })
    holdsForAll(
      fc.property(fc.array(assignment, {maxLength: 12}), (list) => {
        const text = list
          .map(({section, key, words, blanks: [a, b, c], noise: junk}) => {
            const value = words
              // A word that starts a physical line like a comment is one.
              .map(([w, broken], i) => (i === 0 ? w : `${broken && !/^[#;]/.test(w) ? '\\\n' : ' '}${w}`))
              .join('')
            return `${junk}${a}[${section}]${b}\n${junk}${a}${key}${b}=${c}${value}${a}\n`
          })
          .join('')
        const expected = list.map(({section, key, words}) => [section, key, words.map(([w]) => w).join(' ')])
        expect(parse(text).map(([section, key, value]) => [section, key, value])).toEqual(expected)
      }),
    )
  })

  it('ends on any text', () => {
    holdsForAll(
      fc.property(fc.string({unit: 'binary', maxLength: 400}), (text) => {
        for (const {value, section} of parseUnitFile('/u', text).assignments) {
          expect(value).toBe(value.replace(/^[ \t\r]+|[ \t\r]+$/g, ''))
          expect(section).not.toBe('')
        }
      }),
    )
  })
})
