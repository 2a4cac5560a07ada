import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {predictBoot} from '../../../../src/models/systemd/boot/boot.js'
import {mountUnitName, mountUnitsFor, parentMounts} from '../../../../src/models/systemd/boot/mount-names.js'
import {holdsForAll} from '../../../support/property.js'
import {type Given, setting, unitsOf} from './units.js'

const wants = (target: string, name: string, root = '/etc/systemd/system') => `${root}/${target}.wants/${name}`
const base: Record<string, Given> = {
  'multi-user.target': {aliases: ['default.target', 'runlevel3.target'], pulledInBy: []},
  'sysinit.target': {},
}
const boot = (given: Record<string, Given>, version = 252) => predictBoot(unitsOf({...base, ...given}, {version}))
const names = (map: ReadonlyMap<string, unknown>) => [...map.keys()].sort()

describe('what a boot starts', () => {
  it('is what links of persistent folders and settings lead to from default.target', () => {
    const {started, target} = boot({
      'a.service': {links: [wants('multi-user.target', 'a.service')], text: '[Unit]\nRequires=b.service\n'},
      'b.service': {pulledInBy: [setting('a.service')]},
      'c.service': {},
      'd.service': {links: [wants('graphical.target', 'd.service')]},
    })
    expect(target).toBe('multi-user.target')
    expect(names(started)).toEqual(['a.service', 'b.service', 'multi-user.target', 'sysinit.target'])
    expect(started.get('b.service')?.because).toMatchObject({from: 'a.service', kind: 'hard', how: 'setting'})
    expect(started.get('a.service')?.because).toMatchObject({
      from: 'multi-user.target',
      path: '/etc/systemd/system/multi-user.target.wants/a.service',
    })
  })

  it('takes no link in /run, but what a generator makes again', () => {
    const {started} = boot({
      'a.service': {links: [wants('multi-user.target', 'a.service', '/run/systemd/system')]},
      'b.service': {links: [wants('multi-user.target', 'b.service', '/run/systemd/generator')]},
      'c.service': {links: [wants('multi-user.target', 'c.service', '/run/systemd/generator.late')]},
    })
    expect(names(started)).not.toContain('a.service')
    expect(names(started)).toEqual(expect.arrayContaining(['b.service', 'c.service']))
  })

  it('finds folders by alias, and of a template for each instance', () => {
    const {started} = boot({
      'a.service': {links: [wants('runlevel3.target', 'a.service')]},
      'x@.service': {isTemplate: true},
      'x@1.service': {template: 'x@.service', links: [wants('multi-user.target', 'x@1.service')]},
      'b.service': {links: [wants('x@.service', 'b.service')]},
    })
    expect(names(started)).toEqual(expect.arrayContaining(['a.service', 'x@1.service', 'b.service']))
    expect(names(started)).not.toContain('x@.service')
  })

  it.each([
    ['masked', {loadState: 'masked'}],
    ['refused', {loadState: 'refused'}],
    ['not there', {loadState: 'not-found', fragmentPath: null}],
    ['of this boot only', {fragmentPath: '/run/systemd/system/a.service'}],
    ['linked for this boot, before 250', {fragmentPath: '/opt/a', otherFragments: ['/run/systemd/system/a.service']}],
    [
      'masked for this boot, before 250',
      {loadState: 'masked', fragmentPath: '/dev/null', unitFileState: 'masked-runtime'},
    ],
  ] as const)('leaves out what is %s', (_, given) => {
    const {started} = boot({'a.service': {...given, links: [wants('multi-user.target', 'a.service')]}})
    expect(names(started)).not.toContain('a.service')
  })

  it('takes the file or lets go the mask that /run hides until the reboot', () => {
    const links = [wants('multi-user.target', 'a.service')]
    const otherFragments = ['/usr/lib/systemd/system/a.service']
    const masked = {loadState: 'masked', fragmentPath: '/run/systemd/system/a.service'} as const
    expect(names(boot({'a.service': {...masked, otherFragments, links}}).started)).toContain('a.service')
    expect(names(boot({'a.service': {...masked, links}}).started)).not.toContain('a.service')
  })

  it('drops the Wants= of a unit that requires what cannot be started, and doubts its other Requires=', () => {
    const {started, lacks} = boot({
      'a.service': {
        links: [wants('multi-user.target', 'a.service')],
        text: '[Unit]\nRequires=gone.service other.service\nWants=helper.service\nUpholds=held.service\n',
      },
      'gone.service': {loadState: 'not-found', fragmentPath: null, pulledInBy: [setting('a.service')]},
      'other.service': {pulledInBy: [setting('a.service')]},
      'helper.service': {pulledInBy: [setting('a.service')]},
      'held.service': {pulledInBy: [setting('a.service')]},
    })
    expect(started.get('a.service')?.certain).toBe(true)
    expect(started.get('other.service')?.certain).toBe(false)
    expect(started.has('helper.service')).toBe(false)
    expect(started.has('held.service')).toBe(true)
    expect(lacks('a.service')).toBe('gone.service')
  })

  it('knows what units pull in by default', () => {
    const {started} = boot({
      'a.service': {
        links: [wants('multi-user.target', 'a.service')],
        text: '[Unit]\nRequiresMountsFor=/srv/data/x\n[Service]\nSockets=a.socket\nType=dbus\nBusName=x.y\nSlice=a.slice\n',
      },
      'a.socket': {},
      'a.slice': {},
      'dbus.socket': {},
      'srv.mount': {},
      'srv-data.mount': {},
      'srv-other.mount': {},
    })
    expect(names(started)).toEqual(
      ['a.service', 'a.slice', 'a.socket', 'dbus.socket', 'multi-user.target', 'srv-data.mount', 'srv.mount'].concat(
        'sysinit.target',
      ),
    )
  })

  it('falls back to rescue.target', () => {
    const prediction = predictBoot(unitsOf({'rescue.target': {}}))
    expect([prediction.target, ...prediction.started.keys()]).toEqual(['rescue.target', 'rescue.target'])
  })
})

describe('what starts on demand', () => {
  const trigger = (how: 'socket' | 'timer' | 'path', by: string) =>
    ({how, by, path: `/etc/systemd/system/${by}`, runtime: false}) as const

  it('is what a trigger that is started leads to, and all that pulls in', () => {
    const {started, onDemand} = boot({
      'a.socket': {links: [wants('sockets.target', 'a.socket')]},
      'sockets.target': {links: [wants('multi-user.target', 'sockets.target')]},
      'a.service': {pulledInBy: [trigger('socket', 'a.socket')], text: '[Unit]\nWants=b.service\n'},
      'b.service': {pulledInBy: [setting('a.service')]},
      'c.socket': {},
      'c.service': {pulledInBy: [trigger('socket', 'c.socket')]},
    })
    expect(names(started)).not.toContain('a.service')
    expect(names(onDemand)).toEqual(['a.service', 'b.service'])
  })

  it('needs D-Bus for a bus name, and nothing for udev, devices and terminals', () => {
    const given: Record<string, Given> = {
      'a.service': {pulledInBy: [{how: 'dbus', by: 'x.y', path: '/usr/share/dbus-1/x.service', runtime: false}]},
      'b.service': {pulledInBy: [{how: 'udev', by: '9.rules', path: '/usr/lib/udev/rules.d/9.rules', runtime: false}]},
      'c.service': {links: ['/etc/systemd/system/dev-sda.device.wants/c.service']},
      'getty@.service': {isTemplate: true, aliases: ['autovt@.service']},
      'getty@tty7.service': {template: 'getty@.service'},
    }
    expect(names(boot(given).onDemand)).toEqual(['b.service', 'c.service', 'getty@tty7.service', 'sysinit.target'])
    const withBus = boot({...given, 'dbus.socket': {links: [wants('multi-user.target', 'dbus.socket')]}})
    expect(names(withBus.onDemand)).toContain('a.service')
  })
})

it('stays linear on long chains and circles', () => {
  const given: Record<string, Given> = {}
  for (let at = 0; at < 20_000; at++) {
    given[`u${at}.service`] = {
      pulledInBy: [setting(at === 0 ? 'multi-user.target' : `u${at - 1}.service`)],
      text: `[Unit]\nRequires=u${(at + 1) % 20_000}.service\n`,
    }
  }
  expect(boot(given).started.size).toBe(20_002)
})

it('starts nothing that it cannot explain', () => {
  const names = ['a', 'b', 'c', 'd', 'e'].map((stem) => `${stem}.service`)
  const edge = fc.record({
    from: fc.constantFrom('multi-user.target', 'graphical.target', ...names),
    to: fc.constantFrom(...names),
    runtime: fc.boolean(),
  })
  holdsForAll(
    fc.property(fc.array(edge, {maxLength: 12}), fc.subarray(names), (edges, masked) => {
      const given: Record<string, Given> = {}
      for (const name of names) {
        given[name] = {
          ...(masked.includes(name) ? {loadState: 'masked'} : {}),
          links: edges
            .filter(({to}) => to === name)
            .map(({from, runtime}) => wants(from, name, runtime ? '/run/systemd/system' : '/etc/systemd/system')),
        }
      }
      const {started} = boot(given)
      // Told another way round: the smallest set that holds the target and is closed under the links.
      const expected = new Set(['multi-user.target'])
      for (let grown = true; grown; ) {
        grown = false
        for (const {from, to, runtime} of edges) {
          if (runtime || masked.includes(to) || !expected.has(from) || expected.has(to)) continue
          expected.add(to)
          grown = true
        }
      }
      expect(new Set([...started.keys()].filter((name) => name !== 'sysinit.target'))).toEqual(expected)
    }),
  )
})

describe('mount units', () => {
  it('are named as systemd-escape does', () => {
    expect(mountUnitName('/srv/my data-1/.x')).toBe('srv-my\\x20data\\x2d1-.x.mount')
    expect(mountUnitName('/.hidden')).toBe('\\x2ehidden.mount')
    expect(mountUnitName('/')).toBe('-.mount')
    expect(mountUnitsFor('/a//b/./c')).toEqual(['a.mount', 'a-b.mount', 'a-b-c.mount'])
    expect(parentMounts('a-b\\x2dc-d.mount')).toEqual(['a.mount', 'a-b\\x2dc.mount'])
  })
})
