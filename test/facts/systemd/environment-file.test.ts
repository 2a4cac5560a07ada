import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {parseEnvironmentFile} from '../../../src/facts/systemd/environment-file.js'
import {holdsForAll} from '../../support/property.js'

const parse = (text: string, version = 254, invalidUtf8 = false) => parseEnvironmentFile(text, {version, invalidUtf8})
const sets = (text: string, version?: number): string[] =>
  parse(text, version).assignments.map(({name, value, line}) => `${line} ${name}=${value}`)

describe('parseEnvironmentFile', () => {
  it.each<[string, string[]]>([
    ['A=1\nB=2', ['1 A=1', '2 B=2']],
    ['  A  =  x y  \n', ['1 A=x y']],
    ['A=1\r\nB=2\r\n', ['1 A=1', '2 B=2']],
    ['A=x # y\n', ['1 A=x # y']],
    ['A="x y" # c\n', ['1 A=x y# c']],
    [`A="x"'y'z "w"\n`, ['1 A=xyz "w"']],
    ['A=a"b c"\n', ['1 A=a"b c"']],
    ['A=a\\tb\\ c\n', ['1 A=atb c']],
    ['A=x\\\n  y\nB=1\n', ['1 A=x  y', '3 B=1']],
    ['A="x\ny"\nB=1\n', ['1 A=x\ny', '3 B=1']],
    ['A="x\\\ny"\n', ['1 A=xy']],
    ['A="\\a\\"\\\\\\$\\`"\n', ['1 A=\\a"\\$`']],
    ["A='\\a\\\"'\n", ['1 A=\\a\\"']],
    ['A=\nB=""\n', ['1 A=', '2 B=']],
    ['A=1\nA=2\n', ['2 A=2']],
    ['A="open\nB=1\n', ['1 A=open\nB=1\n']],
    ['#A=1\n;B=1\n  # C=1\nD=1', ['4 D=1']],
    ['A=$B ${C}\n', ['1 A=$B ${C}']],
    ['A\n=\n', []],
    ['', []],
  ])('%j', (text, expected) => {
    expect(sets(text)).toEqual(expected)
  })

  it.each<[string, number, string[], string[]]>([
    ['# c \\\nA=1\nB=2\n', 254, ['3 B=2'], ['2 A=1', '3 B=2']],
    [`A='\\a'\n`, 241, ['1 A=a'], ['1 A=\\a']],
    [`A="\\a"\n`, 241, ['1 A=a'], ['1 A=\\a']],
    ['A="\\$\\`"\n', 247, ['1 A=\\$\\`'], ['1 A=$`']],
    ['A="x\ny"\n', 239, [], ['1 A=x\ny']],
    ['A=1\n\0\nB=2\n', 240, ['1 A=1'], []],
  ])('%j changed its meaning in version %i', (text, version, before, since) => {
    expect([sets(text, version - 1), sets(text, version)]).toEqual([before, since])
  })

  it('says what it ignores and why', () => {
    const text = '\uFEFFA=1\nexport B=2\nC+=3\nD-E=4\nF\nexport G\n'
    expect(parse(text).ignored.map(({name, line}) => [name, line])).toEqual([
      ['A', 1],
      ['export B', 2],
      ['C+', 3],
      ['D-E', 4],
      ['(not shown)', 5],
      ['export G', 6],
    ])
    expect(parse('# c \\\nA=1\n', 253).ignored).toEqual([
      {name: 'A', line: 2, why: 'it belongs to the comment above, which ends in a backslash'},
    ])
  })

  it('lets the last assignment of a name win, even one that is thrown out', () => {
    expect(sets('A=1\nB=2\nA="x\ry"\n', 245)).toEqual(['2 B=2'])
  })

  it('finds the assignments that are only comments', () => {
    const text = '# Prose = not one.\n#A=1\n;  B=x y\n## export C="z"\n#D =1\nE=1 #F=2\n'
    expect(parse(text).commented).toEqual([
      {name: 'A', line: 2, text: '#A=1'},
      {name: 'B', line: 3, text: ';  B=x y'},
      {name: 'C', line: 4, text: '## export C="z"'},
    ])
  })

  it('takes nothing of a file with a name or value that is no UTF-8', () => {
    expect(parse('A=1\nB=\uFFFD\n', 254, true)).toMatchObject({error: 'Invalid argument', assignments: []})
    expect(parse('A=1\n# \uFFFD\n', 254, true)).toMatchObject({error: null, assignments: [{name: 'A'}]})
    expect(parse('A=\uFFFD\n')).toMatchObject({error: null, assignments: [{name: 'A'}]})
    expect(parse('A=1\0')).toMatchObject({error: 'Bad message', assignments: []})
  })

  it('reads back any values that are quoted', () => {
    const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/)
    const value = fc.string({unit: 'grapheme', maxLength: 20}).filter((text) => !text.includes('\0'))
    const list = fc.uniqueArray(fc.tuple(name, value, fc.boolean()), {maxLength: 6, selector: ([key]) => key})
    holdsForAll(
      fc.property(list, (entries) => {
        const text = entries
          .map(([key, raw, single]) =>
            single && !raw.includes("'") ? `${key}='${raw}'\n` : `${key}="${raw.replace(/["\\$`]/g, '\\$&')}"\n`,
          )
          .join('# c\n')
        const read = parse(text).assignments.map(({name: key, value: raw}) => [key, raw])
        expect(read).toEqual(entries.map(([key, raw]) => [key, raw]))
      }),
    )
  })

  it('ends on any text in any version', () => {
    const char = fc.constantFrom('A', '=', '"', "'", '\\', ' ', '\n', '\r', '#', '$', 'x')
    holdsForAll(
      fc.property(fc.string({unit: char, maxLength: 60}), fc.integer({min: 215, max: 262}), (text, version) => {
        for (const {line} of parse(text, version).assignments) expect(line).toBeLessThanOrEqual(text.split('\n').length)
      }),
    )
  })
})
