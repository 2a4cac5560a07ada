import {expect, test} from 'vitest'
import {compileName, hasWildcards} from '../../src/sources/glob-pattern.js'

/** As fnmatch(3) of glibc 2.36 answered with FNM_PERIOD in the C locale. */
test.each([
  ['*.conf', 'a.conf', true],
  ['*.conf', '.conf', false],
  ['.*', '.conf', true],
  ['[.]a', '.a', false],
  ['[!a]', '.', false],
  ['a*b*c', 'aXbXbc', true],
  ['a*b*c', 'aXbXbd', false],
  ['?', 'a', true],
  // A character of two bytes.
  ['?', '\u00e9', false],
  ['??', '\u00e9', true],
  ['[a-c]', 'b', true],
  ['[c-a]', 'b', false],
  ['[]a]', ']', true],
  ['[a-]', '-', true],
  ['[^a]', 'b', true],
  ['[[:digit:]]x', '7x', true],
  ['[[:nonsense:]]', 'n', false],
  ['a[b*', 'a[bcc', true],
  ['[', '[', true],
  ['\\*', '*', true],
  ['\\*', 'a', false],
  ['[\\]]', ']', true],
  ['{a,b}', 'a', false],
  ['plain', 'plain', true],
])('%j and %j: %s', (pattern, name, matches) => {
  expect(compileName(pattern).matches(name)).toBe(matches)
})

test('a name without wildcards is a name, quoted or not', () => {
  expect(compileName('a\\*b').literal).toBe('a*b')
  expect(compileName('[a').literal).toBe('[a')
  expect(compileName('a*').literal).toBe(null)
  expect(['/a/b', '/a[', '/]['].map(hasWildcards)).toEqual([false, false, false])
  expect(['/a/*', '/a?', '/[a]', '/\\a'].map(hasWildcards)).toEqual([true, true, true, true])
})

test('a hostile pattern takes time of its length only', () => {
  expect(compileName(`${'*a'.repeat(2000)}b`).matches('a'.repeat(4000))).toBe(false)
  expect(compileName('['.repeat(100_000)).matches('x')).toBe(false)
  expect(compileName(`${'[a'.repeat(50_000)}*`).matches('x')).toBe(false)
})
