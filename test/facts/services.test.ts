import {describe, expect, it} from 'vitest'
import {servicesFact} from '../../src/facts/services.js'
import {missing} from '../../src/model/missing.js'
import type {Collected, TreeEntry} from '../../src/sources/collected.js'
import {derive, gapsOf, tree, valueOfKnown} from './derive.js'

const withUnreadable = (collected: Collected): Collected => {
  if (collected.status !== 'tree') return collected
  const entries = collected.entries.map((entry): TreeEntry => {
    if (entry.type !== 'file' || entry.text !== unreadable) return entry
    return {type: 'unread', path: entry.path, missing: missing('systemd', 'denied', `EACCES: ${entry.path}`)}
  })
  return {...collected, entries}
}

const servicesIn = (files: Record<string, string>, conf: Record<string, string> = {}) =>
  derive(servicesFact, {
    'systemd-units': withUnreadable(tree(files)),
    'systemd-system-conf': withUnreadable(tree(conf)),
    'threads-max': '10000\n',
    'pid-max': '4194304\n',
  })

/** What `tree` makes an entry of that exists and could not be read. */
const unreadable = '!denied'

const unit = (...lines: string[]) => `[Service]\nExecStart=/bin/x\n${lines.join('\n')}\n`

describe('servicesFact', () => {
  it('reads what decides about the tasks of a service, with file and line', async () => {
    const {byName} = valueOfKnown(
      await servicesIn({
        '/usr/lib/systemd/system/es.service': unit('User=es', 'LimitNPROC=3:5', 'TasksMax=10%', 'PrivateUsers=yes'),
        '/etc/systemd/system/multi-user.target.wants/es.service': '-> /usr/lib/systemd/system/es.service',
      }),
    )
    expect(byName.get('es.service')).toMatchObject({
      name: 'es.service',
      masked: false,
      enabled: true,
      fragmentPath: '/usr/lib/systemd/system/es.service',
      user: {value: 'es', origin: {path: '/usr/lib/systemd/system/es.service', line: 3, text: 'User=es'}},
      limitNproc: {value: {soft: 3, hard: 5}, origin: {line: 4}},
      tasksMax: {value: 1000},
      privateUsers: true,
      slice: 'system.slice',
      execStart: ['/bin/x'],
      program: 'x',
    })
  })

  it('takes the first file of the load path entirely', async () => {
    const {byName} = valueOfKnown(
      await servicesIn({
        '/etc/systemd/system/a.service': unit('LimitNPROC=1'),
        '/usr/lib/systemd/system/a.service': unit('LimitNPROC=2', 'User=u'),
      }),
    )
    expect(byName.get('a.service')).toMatchObject({limitNproc: {value: {soft: 1}}, user: null})
  })

  it.each([
    ['a link to /dev/null', '-> /dev/null'],
    ['an empty file', ''],
  ])('sees that %s masks', async (_, text) => {
    const {byName} = valueOfKnown(
      await servicesIn({
        '/etc/systemd/system/a.service': text,
        '/usr/lib/systemd/system/a.service': unit('LimitNPROC=2'),
      }),
    )
    expect(byName.get('a.service')).toMatchObject({masked: true, limitNproc: null})
  })

  it('lists an alias under its real name, whose content and drop-ins of both names count', async () => {
    const {services, byName} = valueOfKnown(
      await servicesIn({
        '/usr/lib/systemd/system/real.service': unit('User=u'),
        // The name of the target is looked up; that it names another folder does not matter.
        '/etc/systemd/system/real.service': unit('User=mine'),
        '/etc/systemd/system/other.service': '-> /lib/systemd/system/real.service',
        '/etc/systemd/system/other.service.d/1.conf': '[Service]\nLimitNPROC=7\n',
        '/etc/systemd/system/x.target.wants/other.service': '-> ../other.service',
      }),
    )
    expect(services.map(({name}) => name)).toEqual(['real.service'])
    expect(byName.get('other.service')).toMatchObject({
      name: 'real.service',
      enabled: true,
      user: {value: 'mine'},
      limitNproc: {value: {soft: 7}},
    })
  })

  it('looks past a link to the same name in another load path folder', async () => {
    const {byName} = valueOfKnown(
      await servicesIn({
        '/etc/systemd/system/a.service': '-> /usr/lib/systemd/system/a.service',
        '/usr/lib/systemd/system/a.service': unit('LimitNPROC=2'),
      }),
    )
    expect(byName.get('a.service')).toMatchObject({limitNproc: {value: {soft: 2}}})
  })

  it('takes what stands before the broken section header of a drop-in', async () => {
    const fact = await servicesIn({
      '/usr/lib/systemd/system/a.service': unit('LimitNPROC=1'),
      '/etc/systemd/system/a.service.d/1.conf': '[Service]\nLimitNPROC=2\n[Broken\n[Service]\nLimitNPROC=3\n',
    })
    expect(gapsOf(fact)).toEqual([])
    expect(valueOfKnown(fact).byName.get('a.service')).toMatchObject({limitNproc: {value: {soft: 2}}})
  })

  it('survives aliases that lead to each other', async () => {
    const fact = await servicesIn({
      '/etc/systemd/system/a.service': '-> b.service',
      '/etc/systemd/system/b.service': '-> a.service',
    })
    expect(valueOfKnown(fact).services).toEqual([])
  })

  it('says which unit it cannot know because its file lies elsewhere', async () => {
    const fact = await servicesIn({'/etc/systemd/system/a.service': '-> /opt/a.service'})
    expect(gapsOf(fact)).toEqual(['systemd-units: not-collected'])
    expect(fact.known && fact.gaps[0]?.detail).toBe(
      'a.service: /etc/systemd/system/a.service leads to /opt/a.service, which was not read',
    )
  })

  it.each([
    ['a file that cannot be read', {'/etc/systemd/system/a.service.d/1.conf': '-> /opt/1.conf'}],
    ['in a folder that cannot be read', {'/etc/systemd/system/a.service.d': unreadable}],
    ['perhaps in a load path that cannot be read', {'/run/systemd/system': unreadable}],
    ['perhaps a link in a folder that cannot be read', {'/run/systemd/system/x.target.wants': unreadable}],
  ])('says so when a drop-in is %s', async (_, files) => {
    const fact = await servicesIn({'/usr/lib/systemd/system/a.service': unit(), ...files})
    expect(gapsOf(fact)).toHaveLength(1)
  })

  it('parses drop-ins in the order of their names, and the first folder wins a name', async () => {
    const {byName} = valueOfKnown(
      await servicesIn({
        '/usr/lib/systemd/system/a-b.service': unit('LimitNPROC=1', 'TasksMax=1'),
        '/usr/lib/systemd/system/a-b.service.d/50.conf': '[Service]\nLimitNPROC=50\n',
        '/run/systemd/system/a-.service.d/70.conf': '[Service]\nLimitNPROC=70\n',
        '/etc/systemd/system/service.d/50.conf': '[Service]\nTasksMax=99\n',
        '/usr/lib/systemd/system/service.d/60.conf': '[Service]\nTasksMax=60\n',
        '/etc/systemd/system/a-b.service.d/ignored': '[Service]\nTasksMax=5\n',
      }),
    )
    expect(byName.get('a-b.service')).toMatchObject({
      limitNproc: {value: {soft: 70}, origin: {path: '/run/systemd/system/a-.service.d/70.conf', line: 2}},
      tasksMax: {value: 60},
    })
  })

  it('lets a link to /dev/null hide a drop-in of the same name', async () => {
    const {byName} = valueOfKnown(
      await servicesIn({
        '/usr/lib/systemd/system/a.service': unit('LimitNPROC=1'),
        '/usr/lib/systemd/system/a.service.d/x.conf': '[Service]\nLimitNPROC=2\n',
        '/etc/systemd/system/a.service.d/x.conf': '-> /dev/null',
      }),
    )
    expect(byName.get('a.service')).toMatchObject({limitNproc: {value: {soft: 1}}})
  })

  it('judges instances that something wants, and no templates', async () => {
    const {services} = valueOfKnown(
      await servicesIn({
        '/usr/lib/systemd/system/pg-x@.service': unit('User=pg-%i', 'LimitNPROC=4'),
        '/etc/systemd/system/multi-user.target.wants/pg-x@one.service': '-> /usr/lib/systemd/system/pg-x@.service',
        '/etc/systemd/system/pg-x@.service.d/1.conf': '[Service]\nLimitNPROC=5\n',
        '/etc/systemd/system/pg-x@one.service.d/2.conf': '[Service]\nTasksMax=6\n',
      }),
    )
    expect(services).toMatchObject([
      {
        name: 'pg-x@one.service',
        enabled: true,
        user: {value: 'pg-one'},
        limitNproc: {value: {soft: 5}},
        tasksMax: {value: 6},
        slice: 'system-pg\\x2dx.slice',
      },
    ])
  })

  it('keeps what was set when a later value is none, and goes back where systemd does', async () => {
    const {byName} = valueOfKnown(
      await servicesIn({
        '/usr/lib/systemd/system/a.service': unit(
          'Slice=x.slice',
          'Slice=',
          'LimitNPROC=4',
          'LimitNPROC=x',
          'User=u',
          'User=',
          'TasksMax=5',
          'TasksMax=',
        ),
        '/usr/lib/systemd/system/b.service': unit('ExecStart=', 'ExecStart=-+"/bin/y z" 1'),
      }),
    )
    expect(byName.get('a.service')).toMatchObject({
      limitNproc: {value: {soft: 4}},
      user: null,
      tasksMax: null,
      slice: 'x.slice',
    })
    expect(byName.get('b.service')).toMatchObject({program: 'y z', ignoresUser: true})
  })

  it('reads the defaults and the slices', async () => {
    const {defaultLimitNproc, defaultTasksMax, slices} = valueOfKnown(
      await servicesIn(
        {'/etc/systemd/system/user-.slice.d/1.conf': '', '/etc/systemd/system/x.slice': '[Slice]\nTasksMax=7\n'},
        {
          '/etc/systemd/system.conf': '[Manager]\nDefaultLimitNPROC=100\n',
          '/usr/lib/systemd/system.conf.d/9.conf': '[Manager]\nDefaultLimitNPROC=200\n',
        },
      ),
    )
    expect(defaultLimitNproc).toMatchObject({
      value: {soft: 200},
      origin: {path: '/usr/lib/systemd/system.conf.d/9.conf'},
    })
    expect(defaultTasksMax).toMatchObject({value: 1500})
    expect(slices.get('x.slice')).toMatchObject({value: 7})
  })

  it('is unknown without the units, and knows that a host without systemd has none', async () => {
    expect(gapsOf(await derive(servicesFact, {'systemd-units': missing('systemd-units', 'denied', '')}))).toEqual([
      'systemd-units: denied',
    ])
    expect(valueOfKnown(await derive(servicesFact, {})).services).toEqual([])
  })

  it.each(['/etc/systemd', '/run/systemd/system.conf.d', '/etc/systemd/system.conf'])('misses %s', async (path) => {
    expect(gapsOf(await servicesIn({}, {[path]: unreadable}))).toEqual(['systemd: denied'])
  })

  it('has a gap when the defaults cannot be read', async () => {
    const fact = await derive(servicesFact, {
      'systemd-units': tree({}),
      'systemd-system-conf': missing('systemd-system-conf', 'timeout', ''),
    })
    expect(gapsOf(fact)).toEqual(['systemd-system-conf: timeout'])
  })
})
