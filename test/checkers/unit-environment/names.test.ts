import {describe, expect, it} from 'vitest'
import {bareName, isOptionFor, looksOptional} from '../../../src/checkers/unit-environment/names.js'

describe('a name for further options', () => {
  it.each([
    'OPTIONS',
    'DAEMON_OPTS',
    'SNMPDOPTS',
    'smartd_opts',
    'EXTRA_ARGS',
    'EXTRAS',
    'PUPPETARGS',
    'sshd_flags',
    'OPT',
    'JAVA_PARAMS_1',
    'KERNEL_CMDLINE',
    'ADDITIONAL_FILES',
    '_WSREP_NEW_CLUSTER',
  ])('%s', (name) => {
    expect(looksOptional(name)).toBe(true)
  })

  it.each(['interface', 'CONF_FILE', 'TARGET', 'CARGO', 'LARGE_DIR', 'MPDCONF', 'PORT', 'HOME', 'OPTICAL'])(
    'is not %s',
    (name) => {
      expect(looksOptional(name)).toBe(false)
    },
  )
})

it('an option that takes the value has a name like the variable', () => {
  expect(isOptionFor('--config', 'APP_CONFIG')).toBe(true)
  expect(isOptionFor('--config-file', 'CONFIG_FILE')).toBe(true)
  expect(isOptionFor('--systemd', 'MPDCONF')).toBe(false)
  expect(isOptionFor('config', 'CONFIG')).toBe(false)
})

it('a name is bare without what shells put around it', () => {
  expect(['export  FOO', 'FOO+', '\uFEFFFOO', 'FOO'].map(bareName)).toEqual(['FOO', 'FOO', 'FOO', 'FOO'])
})
