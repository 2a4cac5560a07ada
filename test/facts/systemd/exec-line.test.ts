import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {type ExecLineContext, parseExecLine, simplifyPath} from '../../../src/facts/systemd/exec-line.js'
import {holdsForAll} from '../../support/property.js'

const context = (version = 252): ExecLineContext => ({unit: 'a@i.service', version})
const parse = (value: string, version?: number) => parseExecLine(value, context(version))
/** Each command as `prefixes path: words`, then what is wrong. */
const short = (value: string, version?: number): string[] => {
  const {commands, error, fatal} = parse(value, version)
  const lines = commands.map(
    ({prefixes, path, words}) => `${prefixes} ${path}: ${JSON.stringify(words.map((w) => w.text))}`,
  )
  return error === null ? lines : [...lines, `${fatal ? 'fatal' : 'ignored'}: ${error}`]
}

describe('parseExecLine', () => {
  it.each<[string, string[]]>([
    ['/bin/a b "c d"', [' /bin/a: ["/bin/a","b","c d"]']],
    ['-/bin/a', ['- /bin/a: ["/bin/a"]']],
    ['@-/bin/a zero b', ['@- /bin/a: ["zero","b"]']],
    [':+/bin/a $$', [':+ /bin/a: ["/bin/a","$$"]']],
    ['!!/bin/a', ['!! /bin/a: ["/bin/a"]']],
    ['"-/bin/a" b', ['- /bin/a: ["/bin/a","b"]']],
    ['//bin/./a', [' /bin/a: ["//bin/./a"]']],
    ['/bin/%p %i %%', [' /bin/a: ["/bin/a","i","%"]']],
    ['/bin/a ; /bin/b ;', [' /bin/a: ["/bin/a"]', ' /bin/b: ["/bin/b"]']],
    ['/bin/a \\; b', [' /bin/a: ["/bin/a",";","b"]']],
    ['/bin/a ";" \\\\; x; y', [' /bin/a: ["/bin/a",";","\\\\;","x;","y"]']],
    ['; /bin/a ; ; /bin/b', [' /bin/a: ["/bin/a"]', ' /bin/b: ["/bin/b"]']],
    ['a b', [' a: ["a","b"]']],
    ['${BIN} x', [' ${BIN}: ["${BIN}","x"]']],
    ['/bin/a \\$x \\x24y', [' /bin/a: ["/bin/a","\\\\$x","$y"]']],
  ])('%s', (value, expected) => {
    expect(short(value)).toEqual(expected)
  })

  it.each<[string, string]>([
    ['/bin/a "b', 'fatal: Unbalanced quoting'],
    ['-/bin/a "b', 'ignored: Unbalanced quoting'],
    ['"/bin/a', 'ignored: Unbalanced quoting'],
    ['/bin/', 'fatal: Executable path specifies a directory'],
    ['-/bin/', 'ignored: Executable path specifies a directory'],
    ['./a', 'fatal: Neither a valid executable name nor an absolute path'],
    ['$BIN/a', 'fatal: Neither a valid executable name nor an absolute path'],
    ['..', 'fatal: Neither a valid executable name nor an absolute path'],
    ['-', 'ignored: Empty path in command line'],
    ['@', 'fatal: Empty path in command line'],
    ['@/bin/a', 'fatal: Empty executable name or zeroeth argument'],
    ['/bin/\\x22a', 'fatal: Executable path contains special characters'],
    ['/bin/a %x', 'fatal: Failed to resolve unit specifiers: %x is none'],
    ['+!/bin/a', 'fatal: Neither a valid executable name nor an absolute path'],
    ['--/bin/a', 'ignored: Neither a valid executable name nor an absolute path'],
    ['|/bin/a', 'fatal: Neither a valid executable name nor an absolute path'],
  ])('%s is refused', (value, expected) => {
    expect(short(value)).toEqual([expected])
  })

  it('keeps the commands before one that it refuses', () => {
    expect(short('/bin/a ; ./b')).toEqual([
      ' /bin/a: ["/bin/a"]',
      'fatal: Neither a valid executable name nor an absolute path',
    ])
  })

  it.each<[string, number, string[], string[]]>([
    ['+/bin/a', 231, ['ignored: Executable path is not absolute'], ['+ /bin/a: ["/bin/a"]']],
    ['/bin/%p', 233, [' /bin/%p: ["/bin/a"]'], [' /bin/a: ["/bin/a"]']],
    ['/bin/a "b', 234, ['ignored: Unbalanced quoting'], ['fatal: Unbalanced quoting']],
    ['!/bin/a', 235, ['fatal: Executable path is not absolute'], ['! /bin/a: ["/bin/a"]']],
    [':/bin/a', 242, ['fatal: Neither a valid executable name nor an absolute path'], [': /bin/a: ["/bin/a"]']],
    ['; /bin/a', 247, ['fatal: Executable ";" not found in path'], [' /bin/a: ["/bin/a"]']],
    ['/bin/.', 256, [' /bin: ["/bin/."]'], ['fatal: Executable path specifies a directory']],
    ['/bin/a*', 261, [' /bin/a*: ["/bin/a*"]'], ['fatal: Executable path contains special characters']],
    [
      '|/bin/a $b',
      258,
      ['fatal: Neither a valid executable name nor an absolute path'],
      ['| /bin/sh: ["sh","/bin/a","$b"]'],
    ],
  ])('%s changed its meaning in version %i', (value, version, before, since) => {
    expect([short(value, version - 1), short(value, version)]).toEqual([before, since])
  })

  it.each<[string, string[]]>([
    ['|@a %p', ['|@ /bin/sh: ["-sh","a","a"]']],
    ['|', ['| /bin/sh: ["sh"]']],
    ['|%n', ['| /bin/sh: ["sh","%n"]']],
    ['-|a ; |b', ['-| /bin/sh: ["sh","a"]', '| /bin/sh: ["sh","b"]']],
  ])('%s runs a shell', (value, expected) => {
    expect(short(value, 262)).toEqual(expected)
  })

  it.each<[string, string, string[]]>([
    ['prog x', '/usr/bin/prog', [' /usr/bin/prog: ["/usr/bin/prog","x"]']],
    ['@prog zero', '/usr/bin/prog', ['@ /usr/bin/prog: ["zero"]']],
    ['prog', 'absent', ['fatal: Executable "prog" not found in path']],
    ['-prog', 'absent', ['ignored: Executable "prog" not found in path']],
  ])('%s is looked for when a unit is loaded, in 239 to 246', (value, found, expected) => {
    const {commands, error, fatal} = parseExecLine(value, {...context(245), locate: () => found})
    const lines = commands.map(
      ({prefixes, path, words}) => `${prefixes} ${path}: ${JSON.stringify(words.map((w) => w.text))}`,
    )
    expect(error === null ? lines : [`${fatal ? 'fatal' : 'ignored'}: ${error}`]).toEqual(expected)
  })

  it('does not know argv[0] where nobody looked for the executable', () => {
    expect(parse('prog', 245).commands).toMatchObject([
      {path: 'prog', words: [{unknown: expect.stringContaining('not known')}]},
    ])
    const hosts = [{unknown: expect.stringContaining('%H')}, {text: '%H'}]
    expect(parse('/bin/%H %H').commands).toMatchObject([{path: null, words: hosts}])
  })

  it('reads back commands however many stand on the line', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9_./:@=,$-]{1,10}$/)
    const command = fc.array(word, {maxLength: 4})
    holdsForAll(
      fc.property(fc.array(command, {minLength: 1, maxLength: 5}), (list) => {
        const {commands, error} = parse(list.map((words) => ['/bin/x', ...words].join(' ')).join(' ; '))
        expect(error).toBeNull()
        expect(commands.map(({words}) => words.slice(1).map(({text}) => text))).toEqual(list)
      }),
    )
  })

  it('ends on any text in any version', () => {
    const char = fc.constantFrom('"', "'", '\\', ' ', ';', '/', '-', '@', ':', '+', '!', '|', '%', 'n', 'x', '$', '\t')
    holdsForAll(
      fc.property(fc.string({unit: char, maxLength: 40}), fc.integer({min: 215, max: 262}), (value, version) => {
        for (const {words} of parse(value, version).commands) expect(words).not.toEqual([])
      }),
    )
  })
})

describe('simplifyPath', () => {
  it.each([
    ['///a//./b/.', '/a/b'],
    ['/', '/'],
    ['/a/../b', '/a/../b'],
    ['a/./b', 'a/b'],
    ['.', '.'],
  ])('%s is %s', (path, expected) => expect(simplifyPath(path)).toBe(expected))
})
