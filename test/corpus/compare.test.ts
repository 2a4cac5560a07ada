import {describe, expect, it} from 'vitest'
import type {Unit, Units} from '../../src/facts/units.js'
import {predictText, unitOf} from '../support/units.js'
import type {SystemdUnit} from './ask-systemd.js'
import {compareCommands, compareLoading} from './compare.js'

const path = '/usr/lib/systemd/system/a.service'
const dropIn = '/etc/systemd/system/a.service.d/50.conf'
const unit: Unit = {
  ...unitOf('a.service', {[path]: '', [dropIn]: ''}),
  aliases: ['b.service'],
  unitFileState: 'enabled',
}

const properties = {
  Id: 'a.service',
  Names: 'b.service a.service',
  LoadState: 'loaded',
  FragmentPath: '/lib/systemd/system/a.service',
  DropInPaths: dropIn,
  UnitFileState: 'enabled',
}
const answer: SystemdUnit = {name: 'a.service', properties, commands: [], files: [path, dropIn], enabled: 'enabled'}

function unitsOf(known: Unit): Units {
  const byName = new Map([known.name, ...known.aliases].map((name) => [name, known]))
  return {
    version: 252,
    units: [known],
    byName,
    load: (name) => byName.get(name) ?? null,
    managerAssignments: [],
    specifiers: {},
    manager: null,
  }
}

const about = (known: Unit, said: SystemdUnit) => compareLoading(unitsOf(known), said).map((each) => each.about)

describe('a comparison of loading', () => {
  it('finds no difference where there is none', () => {
    expect(about(unit, answer)).toEqual([])
    expect(about(unit, {...answer, name: 'b.service', enabled: 'alias'})).toEqual([])
  })

  it.each([
    ['Id', {Id: 'b.service'}],
    ['Names', {Names: 'a.service'}],
    ['LoadState', {LoadState: 'masked'}],
    ['FragmentPath', {FragmentPath: '/etc/systemd/system/a.service'}],
    ['DropInPaths', {DropInPaths: ''}],
    ['UnitFileState', {UnitFileState: 'disabled'}],
  ])('finds another %s', (key, changed) => {
    expect(about(unit, {...answer, properties: {...properties, ...changed}})).toEqual([key])
  })

  it('finds another order of files, another word of is-enabled, and a unit that is not loaded', () => {
    expect(about(unit, {...answer, files: [dropIn, path]})).toEqual(['cat'])
    expect(about(unit, {...answer, enabled: 'static'})).toEqual(['is-enabled'])
    expect(about(unit, {...answer, name: 'c.service'})).toEqual(['loading'])
  })
})

describe('a comparison of commands', () => {
  const prediction = predictText('[Service]\nExecStart=-/bin/x "a b" $C\n', 252)
  const command = {
    directive: 'ExecStart',
    index: 0,
    path: '/bin/x',
    argv: ['/bin/x', 'a b', '$C'],
    flags: ['ignore-failure'],
  }
  const said = (changed: object) => compareCommands(prediction, {...answer, commands: [{...command, ...changed}]})

  it('finds no difference where there is none', () => {
    expect(said({})).toEqual([])
  })

  it.each([
    ['argument', {argv: ['/bin/x', 'a', 'b', '$C']}],
    ['path', {path: '/usr/bin/x'}],
    ['prefix', {flags: []}],
    ['directive', {directive: 'ExecStop'}],
  ])('finds another %s', (_, changed) => {
    expect(said(changed)).toHaveLength(1)
  })
})
