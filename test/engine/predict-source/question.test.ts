import {describe, expect, test} from 'vitest'
import {sourceRequest} from '../../../src/engine/predict-source/ask.js'
import {linesOf} from '../../../src/engine/predict-source/lines.js'
import {askAbout, askByLine, parseMark} from '../../../src/engine/predict-source/question.js'

const problem = (asked: ReturnType<typeof askAbout>) => ('problem' in asked ? asked.problem : asked.question)

describe('a destination', () => {
  test('is an IPv6 address, with a zone where it needs one', () => {
    expect(askAbout('2001:DB8::1', {mark: 3})).toEqual({dest: '2001:DB8::1', question: {dest: '2001:DB8::1', mark: 3}})
    expect(askAbout('fe80::1%eth0.100', {})).toEqual({
      dest: 'fe80::1%eth0.100',
      question: {dest: 'fe80::1', oif: 'eth0.100'},
    })
    expect(askAbout('ff02::1%a', {oif: 'a'})).toMatchObject({question: {dest: 'ff02::1', oif: 'a'}})
    expect(askAbout('fe80::1', {})).toMatchObject({question: {dest: 'fe80::1'}})
  })

  test.each([
    ['192.0.2.1', /IPv4 address/],
    ['::ffff:192.0.2.1', /IPv4 address in IPv6 form/],
    ['example.org', /no IPv6 address/],
    ['', /no IPv6 address/],
    ['2001:db8::/32', /no IPv6 address/],
    ['fe80::1%', /no IPv6 address/],
    ['fe80::1%a%b', /no IPv6 address/],
    ['2001:db8::1%eth0', /name the device by oif/],
    ['%eth0', /no IPv6 address/],
    [':::', /no IPv6 address/],
    ['1'.repeat(5000), /no IPv6 address/],
  ])('%s is none', (text, reason) => {
    expect(problem(askAbout(text, {}))).toMatch(reason)
  })

  test('of another link than that of the socket is an error of connect', () => {
    expect(problem(askAbout('fe80::1%a', {oif: 'b'}))).toMatch(/EINVAL/)
  })
})

describe('a line', () => {
  test('is an address, or JSON whose parts win over the flags', () => {
    expect(problem(askByLine('2001:db8::1', {oif: 'a'}))).toEqual({dest: '2001:db8::1', oif: 'a'})
    expect(
      problem(askByLine('{"dest":"2001:db8::1","oif":"b","mark":7,"prefer":"public","uid":0}', {oif: 'a', mark: 1})),
    ).toEqual({dest: '2001:db8::1', oif: 'b', mark: 7, prefer: 'public', uid: 0})
  })

  test.each([
    ['{"dest":', /neither an address nor JSON/],
    ['{"dst":"::1"}', /there is no "dst"/],
    ['{"dest":7}', /"dest" is no text/],
    ['{}', /"dest" is no text/],
    ['{"dest":"::1","mark":-1}', /"mark"/],
    ['{"dest":"::1","mark":4294967296}', /"mark"/],
    ['{"dest":"::1","mark":"1"}', /"mark"/],
    ['{"dest":"::1","uid":1.5}', /"uid"/],
    ['{"dest":"::1","oif":7}', /"oif"/],
    ['{"dest":"::1","prefer":"home"}', /"prefer"/],
    ['{"dest":"192.0.2.1"}', /IPv4/],
    [`${'['.repeat(2000)}`, /no IPv6 address/],
    [`{"dest":${'['.repeat(2000)}`, /neither/],
    ['{"__proto__":{"dest":"::1"}}', /there is no "__proto__"/],
  ])('%j is no question', (line, reason) => {
    expect(problem(askByLine(line, {}))).toMatch(reason)
  })
})

describe('lines', () => {
  const read = async (...chunks: readonly (string | Buffer)[]) => {
    const found: (string | null)[] = []
    const stream = (async function* () {
      yield* chunks
    })()
    for await (const lines of linesOf(stream)) {
      for (const {number, text} of lines) {
        found.push(text)
        expect(number).toBe(found.length)
      }
    }
    return found
  }

  test('are put together from the pieces in which they come', async () => {
    expect(await read('a\nb', 'c\n\nd')).toEqual(['a', 'bc', '', 'd'])
    const letter = Buffer.from('ä')
    expect(await read(letter.subarray(0, 1), letter.subarray(1), '\n')).toEqual(['ä'])
    expect(await read()).toEqual([])
    expect(await read('', '\n')).toEqual([''])
  })

  test('that are too long are passed over, however they come', async () => {
    const long = 'x'.repeat(5000)
    expect(await read(`a\n${long}\nb\n`)).toEqual(['a', null, 'b'])
    expect(await read('a\n', long, long, long, '\nb')).toEqual(['a', null, 'b'])
    expect(await read('a\n', long)).toEqual(['a', null])
    expect(await read(...Array.from(long), '\n', 'b\n')).toEqual([null, 'b'])
    expect(await read(`${'x'.repeat(4096)}\n`)).toEqual(['x'.repeat(4096)])
  })
})

describe('what is asked for', () => {
  test('is taken from the flags', () => {
    const flags = {oif: 'a', mark: '0x1F', uid: 5, prefer: 'public', netns: 'web'} as const
    expect(sourceRequest(['::1'], flags, true)).toEqual({
      netns: 'web',
      defaults: {oif: 'a', mark: 31, uid: 5, prefer: 'public'},
    })
    expect(sourceRequest([], {}, false)).toEqual({netns: null, defaults: {}})
  })

  test('is nothing at a terminal, or a mark that is none', () => {
    expect(() => sourceRequest([], {}, true)).toThrow('Which destination?')
    expect(() => sourceRequest(['::1'], {mark: 'x'}, true)).toThrow('--mark takes a number')
    expect(['0', '4294967295', '0xffffffff'].map(parseMark)).toEqual([0, 0xffff_ffff, 0xffff_ffff])
    expect(['4294967296', '-1', '1.5', '', '0x', '1e3', '0x1ffffffff'].map(parseMark)).toEqual(Array(7).fill(null))
  })
})
