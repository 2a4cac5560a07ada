import {execFileSync} from 'node:child_process'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {shellQuote} from '../../src/output/shell-quote.js'
import {holdsForAll} from '../support/property.js'

describe('shellQuote', () => {
  it.each([
    [['docker', 'stop', 'es'], 'docker stop es'],
    [['sed', '-i', "s/a'b/$c/", '/etc/x y'], "sed -i 's/a'\\''b/$c/' '/etc/x y'"],
    [['echo', ''], "echo ''"],
    [['docker', 'stop', 'a\u001b[31m'], "docker stop $'a\\033[31m'"],
    [['echo', 'ü\n'], "echo $'\\303\\274\\012'"],
  ])('%j is %s', (argv, line) => {
    expect(shellQuote(argv)).toBe(line)
  })

  it('is read by bash as the very same arguments', () => {
    const argument = fc.string({unit: 'binary', maxLength: 12}).map((text) => text.replaceAll('\0', ''))
    holdsForAll(
      fc.property(fc.array(argument, {minLength: 1, maxLength: 20}), (argv) => {
        const output = execFileSync('bash', ['--norc', '-c', `printf '%s\\0' ${shellQuote(argv)}`], {encoding: 'utf8'})
        expect(output).toBe(argv.map((text) => `${text}\0`).join(''))
      }),
      20,
    )
  })

  it('prints nothing that acts on a terminal', () => {
    holdsForAll(fc.property(fc.string({unit: 'binary'}), (text) => /^[\u0020-\u007e]*$/.test(shellQuote([text]))))
  })
})
