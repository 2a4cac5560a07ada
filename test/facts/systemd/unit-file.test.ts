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

describe('parseUnitFile of older versions', () => {
  const read = (text: string, version: number) => {
    const {assignments, refusedAt} = parseUnitFile('/u', text, {version})
    return [
      ...assignments.map(({key, value}) => `${key}=${value}`),
      ...(refusedAt === null ? [] : [`refused ${refusedAt}`]),
    ]
  }
  const service = (text: string, version: number) => read(`[Service]\n${text}`, version)

  it.each<[string, number, string[], string[]]>([
    ['a=1 \\\n# no\nb\n', 240, ['a=1  # no', 'refused 4'], ['a=1  b']],
    ['# c \\\na=1\nb=2\n', 240, ['b=2'], ['a=1', 'b=2']],
    ['  # c\na=1\n', 240, ['a=1'], ['refused 2']],
    ['  # c\na=1\n', 241, ['refused 2'], ['a=1']],
    ['a=1 \\\n\nb=2\n', 243, ['a=1  b=2'], ['a=1', 'b=2']],
    ['rubbish\na=1\n', 243, ['refused 2'], ['a=1']],
    ['a=1 \\', 239, [], ['a=1']],
    ['a=1\rb=2\n', 240, ['a=1\rb=2'], ['a=1', 'b=2']],
    ['a=1 \\\r\nb\n', 240, ['a=1 \\', 'refused 3'], ['a=1  b']],
    ['a=1\0b=2\n', 235, ['a=1'], ['a=1', 'b=2']],
    [`a=${'x'.repeat(2045)}y\nb=2\n`, 235, [`a=${'x'.repeat(2045)}`, 'refused 2'], [`a=${'x'.repeat(2045)}y`, 'b=2']],
    ['[a"b]\na=1\n', 251, ['a=1'], ['refused 2']],
    ['[a*]\na=1\n', 261, ['a=1'], ['refused 2']],
    ['[]\na=1\n', 261, [], ['refused 2']],
  ])('%j changed its meaning in version %i', (text, version, before, since) => {
    expect([service(text, version - 1), service(text, version)]).toEqual([before, since])
  })

  it.each([
    [229, []],
    [230, ['a=1']],
    [262, ['a=1']],
  ])('version %i and a byte order mark', (version, expected) => {
    expect(read('\uFEFF[Service]\na=1\n', version)).toEqual(expected)
  })

  it.each([
    [234, []],
    [235, ['a=1']],
  ])('version %i and a byte order mark on a later line', (version, expected) => {
    expect(read('# c\n\uFEFF[Service]\na=1\n', version)).toEqual(expected)
  })

  it('refuses a file for a line with bytes that are no UTF-8, but for no comment', () => {
    const lossy = (text: string, version: number) => parseUnitFile('/u', text, {version, invalidUtf8: true})
    const text = '[Service]\n# \uFFFD\na=1\nb=\uFFFD\nc=3\n'
    expect(lossy(text, 239)).toMatchObject({refusedAt: 4, assignments: [{key: 'a'}]})
    expect(lossy(text, 238)).toMatchObject({refusedAt: null, assignments: [{key: 'a'}, {key: 'b'}, {key: 'c'}]})
    expect(parseUnitFile('/u', text)).toMatchObject({refusedAt: null, assignments: [{}, {key: 'b'}, {}]})
  })

  it('counts lines by newlines, however they are ended for systemd', () => {
    const {assignments} = parseUnitFile('/u', '[S]\r\na=1\n\rb=2\r\n\r\nc=3\rd=4\n')
    expect(assignments.map(({key, line}) => `${key}${line}`)).toEqual(['a2', 'b3', 'c5', 'd5'])
  })

  it('ends on any text in any version', () => {
    const char = fc.constantFrom('[', ']', 'a', '=', '\\', '\n', '\r', '\0', '#', ';', ' ', '\uFEFF')
    holdsForAll(
      fc.property(fc.string({unit: char, maxLength: 60}), fc.integer({min: 215, max: 262}), (text, version) => {
        for (const {line} of parseUnitFile('/u', text, {version}).assignments) {
          expect(line).toBeLessThanOrEqual(text.split('\n').length)
        }
      }),
    )
  })

  it('gives up on a line of a mebibyte, a comment, too', () => {
    expect(service(`a=${'x'.repeat((1 << 20) - 3)}\n`, 262)).toHaveLength(1)
    expect(service(`b=1\n#${'x'.repeat(1 << 20)}\na=1\n`, 262)).toEqual(['b=1', 'refused 3'])
    expect(service(`b=1\na=${'x\\\n'.repeat(1 << 19)}\n`, 262).at(-1)).toBe(`refused ${3 + (1 << 19) - 1}`)
  })

  it.each([
    ['continued lines', 'a\\\n'.repeat(1 << 17)],
    ['backslashes', '\\'.repeat(1 << 19)],
    ['carriage returns', '\r'.repeat(1 << 19)],
    ['lines without a name', '=\n'.repeat(1 << 18)],
  ])('reads half a mebibyte of %s', (_, text) => {
    for (const version of [215, 240, 262]) expect(parseUnitFile('/u', `[S]\n${text}`, {version}).path).toBe('/u')
  })
})
