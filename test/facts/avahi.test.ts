import {describe, expect, it} from 'vitest'
import {avahiFact, parseAvahiConfig} from '../../src/facts/avahi.js'
import {derive, valueOfKnown} from './derive.js'

describe('parseAvahiConfig', () => {
  it.each([
    ['[rlimits]\nrlimit-nproc=3\n', 3, 2],
    ['[rlimits]\n#rlimit-nproc=3\n%rlimit-nproc=4\n', null, null],
    ['[server]\nrlimit-nproc=3\n', null, null],
    ['[RLimits]\r\n  RLIMIT-nproc= 7x\r\n', 7, 2],
    ['[rlimits]\nrlimit-nproc=3\n[server]\na=b\n[rlimits]\nrlimit-nproc=5', 5, 6],
    ['[rlimits]\nrlimit-nproc=\n', 0, 2],
    ['[rlimits]\nrlimit-nproc=-1\n', Number.POSITIVE_INFINITY, 2],
    ['', null, null],
  ])('%j', (text, limit, line) => {
    expect(parseAvahiConfig(text)).toMatchObject({rlimitNproc: limit, line})
  })
})

describe('avahiFact', () => {
  it('knows that a host without the file does not configure avahi', async () => {
    expect(valueOfKnown(await derive(avahiFact, {}))).toBeNull()
  })
})
