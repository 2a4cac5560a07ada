import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {expandsAgain, maySet, namesSetIn} from '../../../src/checkers/unit-environment/shell-script.js'
import {holdsForAll} from '../../support/property.js'

const names = (script: string) => [...namesSetIn(script)].sort()

describe('names that a shell script sets', () => {
  it.each<[string, string[]]>([
    ['for d in a b; do echo $d; done', ['d']],
    ['while read -r name rest; do :; done', ['name', 'rest']],
    ['x=1; y="a b"; echo', ['x', 'y']],
    ['id=$(cat /etc/machine-id; echo) && echo', ['id']],
    ['if true; then x=1; fi', ['x']],
    ['{ x=`a b`; }', ['x']],
    ['export A=1 B; local c=2', ['A', 'c']],
    ['while getopts ab: option; do :; done', ['option']],
    ['printf -v out %s x', ['out']],
    ['list+=x', ['list']],
    // For one command only, or no command at all.
    ['A=1 exec /usr/bin/app', []],
    ['env A=1 /usr/bin/app', []],
    ['echo "A=1; B=2"', []],
    ["echo 'x=1'", []],
    ['echo ${x:=1}', []],
    ['', []],
    ['"', []],
    ['$(', []],
  ])('%s', (script, expected) => {
    expect(names(script)).toEqual(expected)
  })

  it('are found in any text, without taking for ever', () => {
    const text = fc.string({unit: 'binary-ascii', maxLength: 400})
    holdsForAll(
      fc.property(text, (script) => {
        for (const name of namesSetIn(script)) expect(name).toMatch(/^[A-Za-z_]\w*$/)
      }),
    )
    expect(names(`${'$('.repeat(2000)}x=1`)).toEqual([])
    expect(names(`${'x=1;'.repeat(50_000)}`)).toEqual(['x'])
  })
})

describe('a script file', () => {
  it.each<[string, boolean]>([
    ['ES_HOME=`dirname $0`', true],
    ['[ -n "$x" ] || export ES_HOME=/x', true],
    [': ${ES_HOME:=/usr/share}', true],
    ['read ES_HOME < /etc/home', true],
    ['MY_ES_HOME=1', false],
    ['echo $ES_HOME', false],
  ])('may set ES_HOME: %s', (script, expected) => {
    expect(maySet(script, 'ES_HOME')).toBe(expected)
  })

  it.each<[string, boolean]>([
    ['eval set -- "$args"', true],
    ['sh -c "exec java $*"', true],
    ['exec java "$@"', false],
    ['medieval=1', false],
  ])('may expand its arguments again: %s', (script, expected) => {
    expect(expandsAgain(script)).toBe(expected)
  })
})
