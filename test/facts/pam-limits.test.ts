import {describe, expect, it} from 'vitest'
import {pamLimitsFact, pamNproc, parseLimitsConf} from '../../src/facts/pam-limits.js'
import {derive, tree, valueOfKnown} from './derive.js'

const user = {
  name: 'es',
  uid: 1005,
  groups: [
    {name: 'search', gid: 1005},
    {name: 'adm', gid: 4},
  ],
}
const apply = (...lines: string[]) => {
  const {soft, hard} = pamNproc(parseLimitsConf('/l', lines.join('\n')), user)
  return [soft?.value ?? null, hard?.value ?? null]
}

describe('pamNproc', () => {
  it.each([
    [['es soft nproc 10'], [10, null]],
    [['es - nproc 10'], [10, 10]],
    [
      ['es soft nproc 10', 'es soft nproc 20'],
      [20, null],
    ],
    [
      ['es soft nproc 10', '* soft nproc 20'],
      [10, null],
    ],
    [
      ['@search soft nproc 10', '* soft nproc 20'],
      [10, null],
    ],
    [
      ['* soft nproc 20', '@search soft nproc 10', 'es soft nproc 5'],
      [5, null],
    ],
    [
      ['%search soft nproc 9', '% soft nproc 8', '* soft nproc 7'],
      [9, null],
    ],
    [
      ['@other soft nproc 10', 'bob soft nproc 3'],
      [null, null],
    ],
    [['1000:2000 soft nproc 10'], [10, null]],
    [['1006: soft nproc 10'], [null, null]],
    [['1005: soft nproc 10'], [10, null]],
    [[':1005 soft nproc 10'], [10, null]],
    [[':1006 soft nproc 10'], [null, null]],
    [['@:4 soft nproc 10'], [10, null]],
    [
      ['es HARD NPROC 5', 'es soft nproc 10'],
      [5, 5],
    ],
    [['es soft nproc unlimited'], [Number.POSITIVE_INFINITY, null]],
    [['es soft nproc -1'], [Number.POSITIVE_INFINITY, null]],
    [
      ['es soft nproc many', 'es soft nproc', 'es soft nofile 3', 'es upper nproc 3'],
      [null, null],
    ],
    [
      ['# es soft nproc 3', 'es soft nproc 4 # 3'],
      [4, null],
    ],
    [
      ['* soft nproc 4', 'es -'],
      [null, null],
    ],
    [
      ['* soft nproc 4', 'bob -'],
      [4, null],
    ],
  ])('%j', (lines, expected) => expect(apply(...lines)).toEqual(expected))
})

describe('pamLimitsFact', () => {
  it('reads limits.conf first and then limits.d in the order of the C locale', async () => {
    const limits = valueOfKnown(
      await derive(pamLimitsFact, {
        'limits-conf': tree({
          '/etc/security/limits.conf': '* soft nproc 1',
          '/etc/security/limits.d/b.conf': '* soft nproc 2',
          '/etc/security/limits.d/B.conf': '\n* soft nproc 3',
        }),
      }),
    )
    expect(limits.map(({path, line, value}) => [path, line, value])).toEqual([
      ['/etc/security/limits.conf', 1, 1],
      ['/etc/security/limits.d/B.conf', 2, 3],
      ['/etc/security/limits.d/b.conf', 1, 2],
    ])
  })

  it('knows that a host without the files sets no limits', async () => {
    expect(valueOfKnown(await derive(pamLimitsFact, {}))).toEqual([])
  })
})
