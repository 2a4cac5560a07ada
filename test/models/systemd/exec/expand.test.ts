import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {expandWord, type Found, type Lookup, untouchedWord} from '../../../../src/models/systemd/exec/expand.js'
import {holdsForAll} from '../../../support/property.js'

const VALUES: Readonly<Record<string, string>> = {
  FOO: 'one two',
  BAR: 'x',
  Q: `a "b c" 'd' \\e`,
  EMPTY: '',
  BLANK: '  ',
  DOLLAR: '$BAR ${BAR}',
  A: 'b=c=d',
}
const ORIGIN = {path: '/etc/default/x', line: 3}
const STATES: Readonly<Record<string, Found['state']>> = {
  MAINPID: 'conditional',
  NOTIFY_SOCKET: 'wrong-phase',
  FILE: 'unknown',
}
const lookup: Lookup = (name) => {
  const value = VALUES[name]
  if (value !== undefined) return {state: value === '' ? 'empty' : 'set', value, origin: ORIGIN}
  return {state: STATES[name] ?? 'unset', value: null, origin: null}
}
const expand = (text: string, version = 252) => {
  const {word, ...counted} = expandWord(text, lookup, version)
  return {...word, ...counted}
}

describe('expandWord', () => {
  it.each<[string, string[] | null, string]>([
    ['a', ['a'], 'literal'],
    ['', [''], 'literal'],
    ['$FOO', ['one', 'two'], 'split'],
    ['$Q', ['a', 'b c', 'd', 'e'], 'split'],
    ['$DOLLAR', ['$BAR', '${BAR}'], 'split'],
    ['$EMPTY', [], 'dropped-empty'],
    ['$BLANK', [], 'dropped-empty'],
    ['$NOPE', [], 'dropped-unset'],
    ['$NOTIFY_SOCKET', [], 'dropped-unset'],
    ['$MAINPID', null, 'unknown'],
    ['$FILE', null, 'unknown'],
    ['$FOO/bin', [], 'dropped-invalid'],
    ['$FOO,x', [], 'dropped-invalid'],
    ['$1', [], 'dropped-invalid'],
    ['$@', [], 'dropped-invalid'],
    ['$', [], 'dropped-invalid'],
    ['$CMD --foo', [], 'dropped-invalid'],
    ['${FOO}', ['one two'], 'substituted'],
    ['${EMPTY}', [''], 'substituted'],
    ['${NOPE}', [''], 'substituted'],
    ['--x=${FOO}/${BAR}', ['--x=one two/x'], 'substituted'],
    ['${DOLLAR}', ['$BAR ${BAR}'], 'substituted'],
    ['a${MAINPID}', null, 'unknown'],
    ['a${FILE}', null, 'unknown'],
    ['-D=$FOO', ['-D=$FOO'], 'literal'],
    ['a$', ['a$'], 'literal'],
    ['$$', ['$'], 'literal'],
    ['$$FOO', ['$FOO'], 'literal'],
    ['$${FOO}', ['${FOO}'], 'literal'],
    ['a$$$FOO', ['a$$FOO'], 'literal'],
    ['a$-${BAR}', ['a$-x'], 'substituted'],
    ['${FOO', ['${FOO'], 'literal'],
    ['${FOO:-d}', ['${FOO:-d}'], 'literal'],
    ['${N:-${BAR}}', ['${N:-x}'], 'substituted'],
    ['${FOO-d}', [''], 'substituted'],
    ['${}', [''], 'substituted'],
    ['${A b}', [''], 'substituted'],
    ['${FOO${BAR}}', ['}'], 'substituted'],
    ['\\$FOO', ['\\$FOO'], 'literal'],
    ['x$FOO${BAR}', ['x$FOOx'], 'substituted'],
  ])('%s becomes %j (%s)', (text, became, fate) => {
    expect(expand(text)).toMatchObject({became, fate})
  })

  it.each<[string, string[], string[]]>([
    ['$NOPE', ['NOPE'], []],
    ['${NOPE}${NADA}${NOPE}', ['NOPE', 'NADA', 'NOPE'], []],
    ['$FOO/bin', [], ['FOO/bin']],
    ['$', [], ['']],
    ['${FOO-d}x${NOPE}', ['NOPE'], ['FOO-d']],
    ['$EMPTY', [], []],
    ['-D=$NOPE', [], []],
    ['$MAINPID', [], []],
    ['$NOTIFY_SOCKET', ['NOTIFY_SOCKET'], []],
  ])('%s: unset %j, invalid %j', (text, unset, invalid) => {
    expect(expand(text)).toMatchObject({unset, invalid})
  })

  it.each<[string, number, string[], string[]]>([
    ['$$FOO', 227, [], ['$FOO']],
    ['${FOO:-d}', 233, [''], ['${FOO:-d}']],
    ['$A=b', 254, ['c=d'], []],
    ['${A=b}', 254, ['c=d'], ['']],
    ['$A=c', 254, [], []],
  ])('%s changed its meaning in version %i', (text, version, before, since) => {
    expect([expand(text, version - 1).became, expand(text, version).became]).toEqual([before, since])
  })

  it('splits values in 215 as quotes at the begin of words tell', () => {
    const found: Found = {state: 'set', value: 'a "b c"d \\x41', origin: ORIGIN}
    const split = (version: number) => expandWord('$X', () => found, version).word.became
    expect(split(215)).toEqual(['a', 'b c', 'd', 'A'])
    expect(split(216)).toEqual(['a', 'b cd', 'x41'])
  })

  it('refers to what it looked up, and to what it passed on as text', () => {
    expect(expand('${BAR}-$FOO-${NOPE}-${N:-x}').references).toEqual([
      {name: 'BAR', form: 'braced', state: 'set', origin: ORIGIN},
      {name: 'FOO', form: 'literal', state: 'set', origin: ORIGIN},
      {name: 'NOPE', form: 'braced', state: 'unset', origin: null},
      {name: 'N', form: 'literal', state: 'unset', origin: null},
    ])
    expect(expand('$FOO').references).toEqual([{name: 'FOO', form: 'whole', state: 'set', origin: ORIGIN}])
    expect(expand('$FOO/x').references).toEqual([{name: 'FOO/x', form: 'whole', state: 'invalid', origin: null}])
  })

  it('says why without a value of a variable', () => {
    for (const text of ['$FOO', '${FOO}', 'a${FOO}$BAR', '$Q', '${A}', '$EMPTY', '$NOPE', '$FILE', '$$', 'x']) {
      const {why} = expand(text)
      expect(why).toMatch(/\.$/)
      for (const value of Object.values(VALUES)) if (value.trim().length > 1) expect(why).not.toContain(value)
    }
  })

  it('gives back any text without $, and any with each $ doubled', () => {
    holdsForAll(
      fc.property(fc.string({unit: 'grapheme', maxLength: 20}), (text) => {
        const plain = text.replaceAll('$', '')
        expect(expand(plain).became).toEqual([plain])
        expect(expand(text.replaceAll('$', '$$$$')).became).toEqual([text])
      }),
    )
  })

  it('is one argument unless the word is a variable, and ends on any text', () => {
    const piece = fc.constantFrom('$', '{', '}', ':', 'FOO', 'N', '-', ' ', '${FOO}', '$$', '${')
    const text = fc.array(piece, {maxLength: 12}).map((pieces) => pieces.join(''))
    holdsForAll(
      fc.property(text, fc.integer({min: 215, max: 262}), (word, version) => {
        const {became, fate, unset, invalid, references} = expand(word, version)
        if (/^[^$]|^\$[{]/.test(word)) expect(became).toHaveLength(1)
        if (fate.startsWith('dropped')) expect(became).toEqual([])
        expect(references.length).toBeGreaterThanOrEqual(unset.length + invalid.length)
      }),
    )
  })

  it.each([
    ['names that a colon ends', '${a:'.repeat(1 << 18)],
    ['dollars', '$'.repeat((1 << 20) + 1)],
    ['references', '${N}'.repeat(1 << 18)],
    ['open braces', '${'.repeat(1 << 19)],
    ['references that are text', '$N-'.repeat(1 << 18)],
  ])('expands a mebibyte of %s', (_, word) => {
    expect(expand(`x${word}`).became?.[0]).toMatch(/^x/)
  })
})

describe('untouchedWord', () => {
  it.each([
    ['$FOO', 'untouched'],
    ['$$', 'untouched'],
    ['a', 'literal'],
  ])('%s stays as it is', (text, fate) => {
    expect(untouchedWord(text).word).toMatchObject({became: [text], fate, references: []})
  })
})
