import {describe, expect, it} from 'vitest'
import {resolveSpecifiers, type SpecifierContext} from '../../../src/facts/systemd/specifiers.js'

const UNIT: SpecifierContext = {unit: 'a-b\\x20c@d-e.service', fragmentPath: '/etc/systemd/system/a-b\\x20c@.service'}
const text = (value: string, context: SpecifierContext = UNIT): string => {
  const specified = resolveSpecifiers(value, context)
  return specified.status === 'text' ? specified.text : `${specified.status} ${specified.letter}`
}

describe('resolveSpecifiers', () => {
  it.each([
    ['%n', 'a-b\\x20c@d-e.service'],
    ['%N', 'a-b\\x20c@d-e'],
    ['%p', 'a-b\\x20c'],
    ['%P', 'a/b c'],
    ['%i', 'd-e'],
    ['%I', 'd/e'],
    ['%j', 'b\\x20c'],
    ['%J', 'b c'],
    ['%f', '/d/e'],
    ['%y', '/etc/systemd/system/a-b\\x20c@.service'],
    ['%Y', '/etc/systemd/system'],
    ['%u%U%g%G', 'root0root0'],
    ['%h %t %S %C %L %E %T %V', '/root /run /var/lib /var/cache /var/log /etc /tmp /var/tmp'],
    ['%d %D', '/run/credentials/a-b\\x20c@d-e.service /usr/share'],
    ['%%n 100% %- %', '%n 100% %- %'],
    ['%%%n', '%a-b\\x20c@d-e.service'],
    ['%H', 'unknown H'],
    ['a%1', 'failed 1'],
    ['%x', 'failed x'],
  ])('%s is %s', (value, expected) => {
    expect(text(value)).toBe(expected)
  })

  it('puts in what the host has', () => {
    expect(text('%H %m', {...UNIT, values: {H: 'host', m: null}})).toBe('unknown m')
    expect(text('%H', {...UNIT, values: {H: 'host'}})).toBe('host')
  })

  it.each([
    ['%x', 235, '%x'],
    ['%x', 236, 'failed x'],
    ['%j', 238, 'failed j'],
    ['%j', 239, 'b\\x20c'],
    ['%S', 235, '%S'],
    ['%S', 236, '/var/lib'],
    ['%D', 255, 'failed D'],
    ['%D', 256, '/usr/share'],
    ['%U', 220, 'root'],
    ['%U', 221, '0'],
    ['a%', 234, 'a'],
    ['a%', 235, 'a%'],
    ['%s', 251, '/bin/sh'],
    ['%s', 252, '/bin/bash'],
  ])('%s of version %i is %s', (value, version, expected) => {
    expect(text(value, {...UNIT, version})).toBe(expected)
  })

  it.each([
    ['%T', 247, '%T'],
    ['%T', 248, '/tmp'],
    ['%n', 248, 'failed n'],
    ['%h', 253, 'failed h'],
    ['%h', 254, '/root'],
  ])('%s in settings of the manager of version %i is %s', (value, version, expected) => {
    expect(text(value, {unit: '', version, scope: 'manager', values: {h: '/root', T: '/tmp'}})).toBe(expected)
  })
})
