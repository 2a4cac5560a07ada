import {describe, expect, it} from 'vitest'
import {type Units, unitsFact} from '../../src/facts/units.js'
import {missing} from '../../src/model/missing.js'
import type {Collected} from '../../src/sources/collected.js'
import type {InputName} from '../../src/sources/specs.js'
import {derive, gapsOf, tree, valueOfKnown} from './derive.js'

type Inputs = Partial<Record<InputName, string | Collected>>

const library = (version: number): Inputs => ({
  'systemd-library': tree({[`/usr/lib/x86_64-linux-gnu/systemd/libsystemd-shared-${version}.so`]: ''}),
})

const unitsIn = async (files: Record<string, string>, more: Inputs = {}): Promise<Units> =>
  valueOfKnown(await derive(unitsFact, {'systemd-units': tree(files), ...more}))

const service = '[Service]\nExecStart=/bin/x\n'
const etc = '/etc/systemd/system'
const usr = '/usr/lib/systemd/system'

describe('unitsFact', () => {
  it('loads a unit with its drop-ins and aliases, once', async () => {
    const {units, byName} = await unitsIn({
      [`${usr}/a.service`]: service,
      [`${usr}/b.service`]: '-> a.service',
      [`${etc}/b.service.d/2.conf`]: '[Service]\nUser=two\n',
      '/run/systemd/system/a.service.d/1.conf': '[Service]\nUser=one\n',
    })
    expect(units.map(({name}) => name)).toEqual(['a.service'])
    expect(byName.get('b.service')).toMatchObject({
      name: 'a.service',
      aliases: ['b.service'],
      loadState: 'loaded',
      fragmentPath: `${usr}/a.service`,
      dropInPaths: ['/run/systemd/system/a.service.d/1.conf', `${etc}/b.service.d/2.conf`],
      unitFileState: 'static',
    })
    expect(byName.get('a.service')?.assignments.map(({value}) => value)).toEqual(['/bin/x', 'one', 'two'])
  })

  it('takes /lib and /usr/lib for one folder where they hold the same', async () => {
    const both = {'/lib/systemd/system/a.service': service, [`${usr}/a.service`]: service}
    const dropIns = {'/lib/systemd/system/a.service.d/1.conf': '', [`${usr}/a.service.d/1.conf`]: ''}
    const {units} = await unitsIn({...both, ...dropIns}, library(252))
    expect(units).toMatchObject([
      {fragmentPath: '/lib/systemd/system/a.service', dropInPaths: [`${usr}/a.service.d/1.conf`], otherFragments: []},
    ])
    expect((await unitsIn({...both, ...dropIns}, library(257))).units).toMatchObject([
      {fragmentPath: `${usr}/a.service`, dropInPaths: [`${usr}/a.service.d/1.conf`]},
    ])
  })

  it('keeps them apart where they do not: since 255 only /usr/lib counts', async () => {
    const files = {'/lib/systemd/system/a.service': service, [`${usr}/a.service`]: `${service}User=b\n`}
    expect((await unitsIn(files, library(254))).units).toMatchObject([
      {fragmentPath: '/lib/systemd/system/a.service', otherFragments: [`${usr}/a.service`]},
    ])
    expect((await unitsIn(files, library(255))).units).toMatchObject([
      {fragmentPath: `${usr}/a.service`, otherFragments: []},
    ])
  })

  it.each([
    [238, []],
    [239, [`${etc}/a-.service.d/1.conf`]],
    [243, [`${etc}/a-.service.d/1.conf`]],
    [244, [`${etc}/a-.service.d/1.conf`, `${etc}/service.d/2.conf`]],
  ])('knows of version %i which drop-ins for several units there are', async (version, dropInPaths) => {
    const files = {
      [`${usr}/a-b.service`]: service,
      [`${etc}/a-.service.d/1.conf`]: '',
      [`${etc}/service.d/2.conf`]: '',
      [`${etc}/a-b.service.d/.hidden.conf`]: '',
    }
    expect((await unitsIn(files, library(version))).byName.get('a-b.service')).toMatchObject({dropInPaths})
  })

  it('loads instances that links or settings name, and any other when asked', async () => {
    const {units, byName, load} = await unitsIn({
      [`${usr}/a@.service`]: `[Unit]\nWants=b@%i.service\n${service}`,
      [`${usr}/b@.service`]: service,
      [`${usr}/getty.target`]: '[Unit]\n',
      [`${etc}/getty.target.wants/a@tty1.service`]: `-> ${usr}/a@.service`,
    })
    expect(units.map(({name}) => name)).toEqual([
      'a@.service',
      'a@tty1.service',
      'b@.service',
      'b@tty1.service',
      'getty.target',
    ])
    const path = `${etc}/getty.target.wants/a@tty1.service`
    expect(byName.get('a@tty1.service')).toMatchObject({
      template: 'a@.service',
      isTemplate: false,
      unitFileState: 'enabled',
      pulledInBy: [{how: 'wants', by: 'getty.target', path, runtime: false}],
    })
    expect(byName.get('b@tty1.service')?.pulledInBy).toMatchObject([{how: 'setting', by: 'a@tty1.service'}])
    expect(load('a@tty2.service')).toMatchObject({fragmentPath: `${usr}/a@.service`, pulledInBy: []})
    expect(load('c@tty2.service')).toBeNull()
    expect(load('user-1000.slice')).toMatchObject({loadState: 'loaded', fragmentPath: null})
  })

  it('reads what links out of the load path lead to', async () => {
    const files = {[`${etc}/a.service`]: '-> /opt/a.service', [`${etc}/b.service`]: '-> /opt/gone.service'}
    const linked = tree({'/opt/a.service': '-> real', '/opt/real': service})
    if (linked.status !== 'tree') throw new Error()
    const entries = [...linked.entries, {type: 'absent' as const, path: '/opt/gone.service'}]
    const {byName} = await unitsIn(files, {'linked-units': {...linked, entries}, ...library(252)})
    expect(byName.get('a.service')).toMatchObject({
      loadState: 'loaded',
      fragmentPath: `${etc}/a.service`,
      linkedTo: '/opt/real',
      unitFileState: 'alias',
    })
    expect(byName.get('b.service')).toMatchObject({loadState: 'not-found', fragmentPath: null})
    const fact = await derive(unitsFact, {'systemd-units': tree(files)})
    expect(gapsOf(fact)).toEqual(['systemd-units: not-collected', 'systemd-units: not-collected'])
  })

  it.each<[string, Record<string, string>, string]>([
    ['enabled', {[`${etc}/x.target.wants/a.service`]: `-> ${usr}/a.service`}, 'enabled'],
    ['enabled until the next boot', {'/run/systemd/system/x.target.wants/a.service': '-> a'}, 'enabled-runtime'],
    ['enabled by an alias that [Install] names', {[`${etc}/c.service`]: `-> ${usr}/a.service`}, 'enabled'],
    ['known under another name', {[`${etc}/d.service`]: `-> ${usr}/a.service`}, 'indirect'],
    ['masked', {[`${etc}/a.service`]: '-> /dev/null'}, 'masked'],
    ['masked until the next boot', {'/run/systemd/system/a.service': ''}, 'masked-runtime'],
    ['generated', {'/run/systemd/generator/a.service': service}, 'generated'],
    ['transient', {'/run/systemd/transient/a.service': service}, 'transient'],
    ['without links', {}, 'disabled'],
    ['without [Install]', {[`${etc}/a.service`]: service}, 'static'],
    ['with Also= only', {[`${etc}/a.service`]: `${service}[Install]\nAlso=c.socket\n`}, 'indirect'],
    ['what systemctl refuses', {[`${etc}/a.service`]: `${service}[Install]\nAlso=nonsense\n`}, 'bad'],
  ])('says of a unit that is %s what is-enabled says', async (_, files, state) => {
    const shipped = {[`${usr}/a.service`]: `${service}[Install]\nWantedBy=x.target\nAlias=c.service\n`}
    const {byName} = await unitsIn({...shipped, [`${usr}/x.target`]: '', ...files}, library(252))
    expect(byName.get('a.service')?.unitFileState).toBe(state)
  })

  it.each([
    // A relative link to what is out of the load path: of what has a lower priority the name alone counts no more.
    [247, '../../../../opt/a.service', 'linked-runtime'],
    [247, '/opt/a.service', 'enabled-runtime'],
    [247, '/run/systemd/system/../../../opt/a.service', 'linked-runtime'],
    [248, '/run/./systemd/system/../../../opt/a.service', 'enabled-runtime'],
    [249, '/run/./systemd/system/../../../opt/a.service', 'linked-runtime'],
    [251, '../../../../opt/a.service', 'enabled-runtime'],
  ])('says in version %i of a unit linked to %s what is-enabled says', async (version, target, state) => {
    const files = {
      '/run/systemd/system/a.service': `-> ${target}`,
      '/run/systemd/generator.late/a.service': `-> ${usr}/b.service`,
      [`${usr}/b.service`]: service,
    }
    const linked = tree({'/opt/a.service': service})
    const {byName} = await unitsIn(files, {'linked-units': linked, ...library(version)})
    expect(byName.get('a.service')?.unitFileState).toBe(state)
  })

  it('leaves an instance its name where the template that a link gives it has another file for it', async () => {
    const files = {
      [`${etc}/b@i.service`]: '-> a@.service',
      [`${etc}/a@i.service`]: `${service}User=i\n`,
      [`${usr}/a@.service`]: service,
    }
    const {byName} = await unitsIn(files, library(252))
    const fragmentPath = `${usr}/a@.service`
    expect(byName.get('b@i.service')).toMatchObject({name: 'b@i.service', aliases: ['a@i.service'], fragmentPath})
    expect(byName.get('a@i.service')).toMatchObject({name: 'a@i.service', fragmentPath: `${etc}/a@i.service`})
    const {'/etc/systemd/system/a@i.service': _, ...without} = files
    expect((await unitsIn(without, library(252))).byName.get('b@i.service')).toMatchObject({name: 'a@i.service'})
  })

  it('leaves a linked unit its name in version 247 where a mask has that of the file', async () => {
    const files = {[`${etc}/b.service`]: '-> /opt/a.service', '/run/systemd/system/a.service': ''}
    const more = {'linked-units': tree({'/opt/a.service': service}), ...library(247)}
    const {byName} = await unitsIn(files, more)
    expect(byName.get('b.service')).toMatchObject({name: 'b.service', loadState: 'loaded'})
    expect(byName.get('a.service')).toMatchObject({name: 'a.service', loadState: 'masked'})
  })

  it('lets a link to /dev/null take back what a folder further down pulls in', async () => {
    const {byName} = await unitsIn({
      [`${usr}/a.service`]: service,
      [`${usr}/x.target`]: '[Unit]\n',
      [`${usr}/x.target.wants/a.service`]: '-> ../a.service',
      [`${etc}/x.target.wants/a.service`]: '-> /dev/null',
    })
    expect(byName.get('a.service')?.pulledInBy).toEqual([])
  })

  it('keeps the links of a unit that is masked or gone: one may be back at the next boot', async () => {
    const {byName} = await unitsIn({
      [`${usr}/a.service`]: service,
      [`${usr}/x.target`]: '[Unit]\n',
      '/run/systemd/system/x.target': '-> /dev/null',
      [`${etc}/x.target.wants/a.service`]: `-> ${usr}/a.service`,
      [`${etc}/gone.target.wants/a.service`]: `-> ${usr}/a.service`,
    })
    expect(
      byName
        .get('a.service')
        ?.pulledInBy.map(({by}) => by)
        .sort(),
    ).toEqual(['gone.target', 'x.target'])
    expect(byName.get('gone.target')).toMatchObject({loadState: 'not-found'})
    expect(byName.get('x.target')).toMatchObject({loadState: 'masked', otherFragments: [`${usr}/x.target`]})
  })

  it('tells what starts a unit on demand', async () => {
    const {byName} = await unitsIn(
      {
        [`${usr}/a.service`]: service,
        [`${usr}/dbus-a.service`]: '-> a.service',
        [`${usr}/t@.service`]: service,
        [`${usr}/a.timer`]: '[Timer]\nOnBootSec=1\n',
        [`${usr}/b.path`]: '[Path]\nUnit=a.service\n',
        [`${usr}/t.socket`]: '[Socket]\nAccept=yes\n',
      },
      {
        'dbus-services': tree({
          '/usr/share/dbus-1/system-services/a.service': '[D-BUS Service]\nName=org.a\nSystemdService=dbus-a.service\n',
        }),
        'udev-rules': tree({
          '/usr/lib/udev/rules.d/9.rules': 'ENV{SYSTEMD_WANTS}+="t@$env{X}.service a.service"\n',
          '/usr/lib/udev/rules.d/8.rules': '# ENV{SYSTEMD_WANTS}+="a.service"\n',
        }),
      },
    )
    expect(
      byName
        .get('a.service')
        ?.pulledInBy.map(({how, by}) => `${how} ${by}`)
        .sort(),
    ).toEqual(['dbus org.a', 'path b.path', 'timer a.timer', 'udev 9.rules'])
    expect(
      byName
        .get('t@.service')
        ?.pulledInBy.map(({how, by}) => `${how} ${by}`)
        .sort(),
    ).toEqual(['socket t.socket', 'udev 9.rules'])
  })

  describe('init scripts', () => {
    const sysv: Inputs = {
      'sysv-scripts': tree({
        '/etc/init.d/a': '#!/bin/sh\n',
        '/etc/init.d/b': '#!/bin/sh\n',
        '/etc/init.d/README': 'no',
      }),
      'sysv-links': tree({'/etc/rc2.d/S01a': '-> ../init.d/a', '/etc/rc2.d/S01b': '-> ../init.d/b'}),
    }
    const shadowing = {[`${usr}/a.service`]: `${service}[Install]\nWantedBy=multi-user.target\n`}

    it('are shadowed by a native unit, and become one without it', async () => {
      const {units} = await unitsIn(shadowing, {...sysv, ...library(259)})
      expect(units).toMatchObject([
        {
          name: 'a.service',
          unitFileState: 'disabled',
          sysv: {script: '/etc/init.d/a', startLinks: ['/etc/rc2.d/S01a']},
        },
        {name: 'b.service', unitFileState: 'generated', loadState: 'loaded', pulledInBy: [{by: 'multi-user.target'}]},
      ])
    })

    it('are nothing to systemd since version 260', async () => {
      const {byName} = await unitsIn(shadowing, {...sysv, ...library(260)})
      expect(byName.get('b.service')).toMatchObject({loadState: 'not-found', unitFileState: 'not-found'})
    })

    it('are what the generator made of them where it has run', async () => {
      const generated = {'/run/systemd/generator.late/c.service': service}
      const {byName} = await unitsIn({...shadowing, ...generated}, {...sysv, ...library(252)})
      expect(byName.get('b.service')).toMatchObject({loadState: 'not-found', sysv: {script: '/etc/init.d/b'}})
    })
  })

  it('refuses what systemd refuses for its file alone', async () => {
    const {byName} = await unitsIn({
      [`${usr}/a.service`]: '[Service\nExecStart=/bin/x\n',
      [`${usr}/b@c.slice`]: '[Slice]\n',
      [`${usr}/no/unit.service`]: '',
    })
    expect(byName.get('a.service')).toMatchObject({
      loadState: 'refused',
      loadError: `${usr}/a.service:1: broken section header`,
      assignments: [],
    })
    expect(byName.get('b@c.slice')).toMatchObject({loadState: 'refused'})
  })

  it('survives loops of aliases, drop-ins and instances', async () => {
    const fact = await derive(unitsFact, {
      'systemd-units': tree({
        [`${etc}/a.service`]: '-> b.service',
        [`${etc}/b.service`]: '-> a.service',
        [`${etc}/c.service`]: service,
        [`${etc}/c.service.d/1.conf`]: '-> 1.conf',
        [`${etc}/d@.service`]: '[Unit]\nWants=d@%i1.service d@%i2.service\n',
        [`${etc}/e.target`]: '[Unit]\nWants=d@0.service\n',
      }),
    })
    expect(gapsOf(fact)).toEqual(['systemd-units: truncated'])
    expect(valueOfKnown(fact).byName.get('a.service')).toMatchObject({loadState: 'not-found', unitFileState: 'bad'})
  })

  it('knows the values of specifiers, and which it does not know', async () => {
    const {specifiers, version} = await unitsIn(
      {},
      {
        hostname: 'web.example.org\n',
        'machine-id': '0123456789ABCDEF0123456789abcdef\n',
        'boot-id': '01234567-89ab-cdef-0123-456789abcdef\n',
        'os-release': 'ID=debian\nVERSION_ID="12"\n',
        ...library(252),
      },
    )
    expect(version).toBe(252)
    expect(specifiers).toMatchObject({
      H: 'web.example.org',
      l: 'web',
      m: '0123456789abcdef0123456789abcdef',
      b: '0123456789abcdef0123456789abcdef',
      o: 'debian',
      w: '12',
      W: '',
      v: null,
      a: null,
    })
  })

  it('takes the view of PID 1 where there is one, and misses it where it does not answer', async () => {
    const units = [{Id: 'a.service', Names: 'a.service b.service', NeedDaemonReload: 'yes', ActiveState: 'active'}]
    const {manager} = await unitsIn(
      {},
      {'systemd-manager': JSON.stringify({version: '252.39-1~deb12u2', units, environment: {LANG: 'C'}})},
    )
    expect(manager?.byName.get('b.service')).toMatchObject({
      id: 'a.service',
      needDaemonReload: true,
      activeState: 'active',
    })
    expect(manager?.environment).toEqual({LANG: 'C'})
    expect((await unitsIn({})).manager).toBeNull()
    for (const answer of [missing('systemd-manager', 'timeout', ''), 'nonsense', '{"version": 1}']) {
      const fact = await derive(unitsFact, {'systemd-manager': answer})
      expect(gapsOf(fact)).toHaveLength(1)
    }
  })

  it('misses inputs that it was not given', async () => {
    const denied = (name: InputName) => missing(name, 'denied', '')
    expect(gapsOf(await derive(unitsFact, {'systemd-units': denied('systemd-units')}))).toEqual([
      'systemd-units: denied',
    ])
    const names: InputName[] = ['dbus-services', 'udev-rules', 'sysv-scripts', 'sysv-links', 'systemd-system-conf']
    for (const name of names)
      expect(gapsOf(await derive(unitsFact, {[name]: denied(name)}))).toEqual([`${name}: denied`])
  })

  it('reads the configuration of the manager', async () => {
    const {managerAssignments} = await unitsIn(
      {},
      {'systemd-system-conf': tree({'/etc/systemd/system.conf': '[Manager]\nDefaultEnvironment=A=1\n'})},
    )
    expect(managerAssignments).toMatchObject([{key: 'DefaultEnvironment', value: 'A=1'}])
  })
})
