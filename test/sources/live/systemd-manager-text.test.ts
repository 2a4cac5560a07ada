import {describe, expect, test} from 'vitest'
import {
  activeMounts,
  manager,
  parseEnvironment,
  parseProperties,
  parseUnitList,
} from '../../../src/sources/live/systemd-manager-text.js'

test('properties of units stand in blocks, in any order', () => {
  expect(
    parseProperties('Type=simple\nId=a.service\nWantedBy=\n\nId=b.socket\nNames=b.socket c=d.socket\n\n\nX=1\n'),
  ).toEqual([
    {Type: 'simple', Id: 'a.service', WantedBy: ''},
    {Id: 'b.socket', Names: 'b.socket c=d.socket'},
  ])
  expect(parseProperties('')).toEqual([])
})

describe('a list of units', () => {
  test('gives their states', () => {
    const text = `  -.mount            loaded    active   mounted Root Mount
a.service                not-found inactive dead    a.service
`
    expect(parseUnitList(text)).toEqual([
      {Id: '-.mount', LoadState: 'loaded', ActiveState: 'active', SubState: 'mounted'},
      {Id: 'a.service', LoadState: 'not-found', ActiveState: 'inactive', SubState: 'dead'},
    ])
  })

  test('of an old systemd has marks', () => {
    expect(
      parseUnitList('\u25cf a.service not-found inactive dead a\n* x.service loaded failed failed x\n'),
    ).toMatchObject([
      {Id: 'a.service', ActiveState: 'inactive'},
      {Id: 'x.service', ActiveState: 'failed'},
    ])
  })
})

test('of mounts those with a unit file are asked for, by a pattern that loads nothing', () => {
  const states = ['boot.mount', 'srv-a\\x2db.mount', 'var-lib-docker.mount', 'off.mount'].map((Id) => ({
    Id,
    ActiveState: Id === 'off.mount' ? 'inactive' : 'active',
  }))
  const entries = ['/run/systemd/generator/boot.mount', '/etc/systemd/system/srv-a\\x2db.mount', '/x/off.mount'].map(
    (path) => ({type: 'file' as const, path, text: ''}),
  )
  expect(activeMounts(states, {status: 'tree', origin: '', entries})).toEqual(['boot.moun[t]', 'srv-a\\x2db.moun[t]'])
})

describe('the environment of the manager', () => {
  const environment = {A: 'x y', B: 'a\\b"c', C: 'l1\nl2', D: '\u00e4$', E: ''}

  test('is quoted where it has to be (257)', () => {
    const text = 'Version=257.13-1~deb13u1\nEnvironment="A=x y" "B=a\\\\b\\"c" "C=l1\\nl2" "D=\u00e4\\$" E=\n'
    expect(manager(text)).toEqual({version: '257.13-1~deb13u1', environment})
  })

  test('was escaped once (229)', () => {
    const text = 'Version=229\nEnvironment=A=x\\x20y B=a\\x5cb"c C=l1\\x0al2 D=\\xc3\\xa4$ E=\n'
    expect(manager(text)).toEqual({version: '229', environment})
  })

  test('may not have been told', () => {
    expect(manager('Version=252\n')).toEqual({version: '252', environment: null})
    expect(manager('Version=245\nEnvironment=LANG=C [unprintable] A=\n').environment).toBeNull()
  })

  test('of versions that leave it out is printed line by line', () => {
    const text = "LANG=C\nA=$'x y'\nB=$'a\\\\b\"c'\nC=$'l1\\nl2'\nD=$'\u00e4$'\nE=\nF=$'it\\'s'\n"
    expect(parseEnvironment(text)).toEqual({LANG: 'C', ...environment, F: "it's"})
  })
})
