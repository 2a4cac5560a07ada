import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {isValidValue, parseEnvironmentLine, parseNameList} from '../../../src/facts/systemd/environment-line.js'
import {holdsForAll} from '../../support/property.js'

const short = (value: string, version = 252): string[] =>
  parseEnvironmentLine(value, {unit: 'a@i.service', version}).map((word) =>
    word.status === 'set' ? `${word.name}=${word.value}` : `${word.status} ${word.name}`,
  )

describe('parseEnvironmentLine', () => {
  it.each<[string, string[]]>([
    ['A=1 B= C=x=y', ['A=1', 'B=', 'C=x=y']],
    [`"A=x y" 'B=q "r"' C="s t"u`, ['A=x y', 'B=q "r"', 'C=s tu']],
    [String.raw`A=\x41\sb "B=\"" C=$FOO`, ['A=A b', 'B="', 'C=$FOO']],
    ['A=%i B=100%% C=%x', ['A=i', 'B=100%', 'ignored C']],
    ['A=%H %H=x', ['unknown A', 'unknown null']],
    ['A 9=x A.B=x =x A=1', ['ignored (not shown)', 'ignored 9', 'ignored A.B', 'ignored (not shown)', 'A=1']],
    ['A=1 B="2 C=3', ['A=1', 'ignored B']],
    [String.raw`A=1 B=\q C=3`, ['A=1', 'ignored B']],
    [String.raw`A=\xff B=\xc3\xa4`, ['ignored A', 'B=ä']],
  ])('%s', (value, expected) => {
    expect(short(value)).toEqual(expected)
  })

  it.each<[string, number, string[], string[]]>([
    ['A="x y"', 233, ['A="x', 'ignored (not shown)'], ['A=x y']],
    [String.raw`A=\q`, 220, ['A=\\q'], ['ignored A']],
    [String.raw`A=x\ny`, 239, ['ignored A'], ['A=x\ny']],
    [String.raw`A=x\ay`, 247, ['ignored A'], ['A=x\x07y']],
  ])('%s changed its meaning in version %i', (value, version, before, since) => {
    expect([short(value, version - 1), short(value, version)]).toEqual([before, since])
  })

  it('reads back assignments however they are quoted', () => {
    const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/)
    const value = fc.string({unit: 'grapheme', maxLength: 12}).filter((text) => !text.includes('\0'))
    holdsForAll(
      fc.property(fc.array(fc.tuple(name, value), {maxLength: 5}), (list) => {
        const escaped = (text: string): string =>
          text.replace(/[\\"]/g, '\\$&').replace(/%/g, '%%').replace(/\n/g, '\\n').replace(/\r/g, '\\r')
        const line = list.map(([key, text]) => `"${key}=${escaped(text)}"`).join(' ')
        expect(short(line)).toEqual(list.map(([key, text]) => `${key}=${text}`))
      }),
    )
  })
})

describe('isValidValue', () => {
  it.each([
    ['\t', true, true, true],
    ['\n', false, true, true],
    ['\r', false, false, true],
    ['\x7f', false, false, true],
    ['\uDCFF', false, false, false],
  ])('%j before 239, before 247 and since', (value, old, between, since) => {
    expect([238, 246, 247].map((version) => isValidValue(value, version))).toEqual([old, between, since])
  })
})

describe('parseNameList', () => {
  it('stops at a quote that nothing closes', () => {
    const names = (value: string, escapes: boolean) =>
      parseNameList(value, {unit: 'a@i.service'}, escapes).map(({text}) => text)
    expect(names('A "B" X_%i', true)).toEqual(['A', 'B', 'X_i'])
    expect(names('A "B', true)).toEqual(['A'])
    expect(names(String.raw`\x41`, true)).toEqual(['A'])
    expect(names(String.raw`\x41`, false)).toEqual(['x41'])
  })
})
