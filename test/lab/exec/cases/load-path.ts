import {type EdgeCase, files, RUN, SYSTEM, VENDOR} from './edge-case.js'

const unit = (text: string) => `[Service]\nType=oneshot\nExecStart=/nd/c0 ${text}\n`

/** Where units are found, under which names, and what hides them. */
export const loadPath: readonly EdgeCase[] = [
  files('path-etc', 'the first file found wins entirely', {
    [`${SYSTEM}/{u}.service`]: unit('etc $A'),
    [`${VENDOR}/{u}.service`]: `${unit('usr')}Environment=A=usr\n`,
  }),
  files('path-run', '/run is above /usr', {
    [`${RUN}/{u}.service`]: unit('run'),
    [`${VENDOR}/{u}.service`]: unit('usr'),
  }),
  files(
    'path-all',
    'all folders, highest first',
    {
      '/etc/systemd/system.control/{u}-a.service': unit('control'),
      '/run/systemd/system.control/{u}-b.service': unit('run-control'),
      '/run/systemd/transient/{u}-c.service': unit('transient'),
      '/etc/systemd/system.attached/{u}-d.service': unit('attached'),
      '/run/systemd/system.attached/{u}-e.service': unit('run-attached'),
      '/usr/local/lib/systemd/system/{u}-f.service': unit('local'),
      [`${SYSTEM}/{u}-a.service`]: unit('etc'),
      [`${SYSTEM}/{u}-b.service`]: unit('etc'),
      [`${SYSTEM}/{u}-c.service`]: unit('etc'),
      [`${RUN}/{u}-d.service`]: unit('run'),
      [`${VENDOR}/{u}-e.service`]: unit('usr'),
      [`${VENDOR}/{u}-f.service`]: unit('usr'),
    },
    ['{u}-a.service', '{u}-b.service', '{u}-c.service', '{u}-d.service', '{u}-e.service', '{u}-f.service'],
  ),
  files('path-lib', '/lib/systemd/system', {'/usr/lib/systemd/system/{u}.service': unit('usr-lib')}),
  files('masked', 'a link to /dev/null masks', {
    [`${SYSTEM}/{u}.service`]: '-> /dev/null',
    [`${VENDOR}/{u}.service`]: unit('usr'),
  }),
  files('masked-empty', 'so does an empty file', {
    [`${SYSTEM}/{u}.service`]: '',
    [`${VENDOR}/{u}.service`]: unit('usr'),
  }),
  files('masked-blank', 'a file of one newline does not', {
    [`${SYSTEM}/{u}.service`]: '\n',
    [`${VENDOR}/{u}.service`]: unit('usr'),
  }),
  files('masked-run', 'masked below /run', {
    [`${RUN}/{u}.service`]: '-> /dev/null',
    [`${VENDOR}/{u}.service`]: unit('usr'),
  }),
  files('masked-run-beaten', 'which a file in /etc beats', {
    [`${RUN}/{u}.service`]: '-> /dev/null',
    [`${SYSTEM}/{u}.service`]: unit('etc'),
  }),
  files('not-there', 'a unit that is not there', {}, ['{u}.service']),
  files(
    'alias',
    'a link to a unit is another name of it',
    {
      [`${VENDOR}/{u}.service`]: unit('%n %N %p'),
      [`${SYSTEM}/{u}-alias.service`]: `-> ${VENDOR}/{u}.service`,
    },
    ['{u}-alias.service'],
  ),
  files(
    'alias-name',
    'the name in it counts, not the path',
    {
      [`${SYSTEM}/{u}.service`]: unit('etc'),
      [`${VENDOR}/{u}.service`]: unit('usr'),
      [`${SYSTEM}/{u}-alias.service`]: `-> ${VENDOR}/{u}.service`,
    },
    ['{u}-alias.service', '{u}.service'],
  ),
  files(
    'alias-chain',
    'an alias of an alias',
    {
      [`${VENDOR}/{u}.service`]: unit('%n'),
      [`${VENDOR}/{u}-one.service`]: '-> {u}.service',
      [`${SYSTEM}/{u}-two.service`]: `-> ${VENDOR}/{u}-one.service`,
    },
    ['{u}-two.service', '{u}-one.service'],
  ),
  files('alias-dangling', 'an alias of nothing', {[`${SYSTEM}/{u}.service`]: '-> {u}-nothing.service'}),
  files('alias-masked', 'an alias of a masked unit', {
    [`${SYSTEM}/{u}-real.service`]: '-> /dev/null',
    [`${SYSTEM}/{u}.service`]: '-> {u}-real.service',
  }),
  files('alias-loop', 'aliases that lead to each other', {
    [`${SYSTEM}/{u}.service`]: '-> {u}-b.service',
    [`${SYSTEM}/{u}-b.service`]: '-> {u}.service',
  }),
  files('linked', 'a link that leaves the load path is followed', {
    [`${SYSTEM}/{u}.service`]: '-> {d}/real.service',
    '{d}/real.service': unit('linked %n'),
  }),
  files('linked-dangling', 'one that leads nowhere', {
    [`${SYSTEM}/{u}.service`]: '-> {d}/nothing.service',
    [`${VENDOR}/{u}.service`]: unit('usr'),
  }),
  files(
    'template',
    'an instance is its template',
    {
      [`${VENDOR}/{u}@.service`]: unit('%i %I %n %N %p %P %j %f'),
    },
    ['{u}@one.service', '{u}@a-b.service'],
  ),
  files(
    'template-alias',
    'an alias of a template',
    {
      [`${VENDOR}/{u}@.service`]: unit('%i %n'),
      [`${SYSTEM}/{u}-alias@.service`]: '-> {u}@.service',
    },
    ['{u}-alias@one.service'],
  ),
  files(
    'template-alias-instance',
    'an alias of an instance',
    {
      [`${VENDOR}/{u}@.service`]: unit('%i %n'),
      [`${SYSTEM}/{u}-alias.service`]: '-> {u}@one.service',
    },
    ['{u}-alias.service'],
  ),
  files(
    'template-masked',
    'an instance may be masked by itself',
    {
      [`${VENDOR}/{u}@.service`]: unit('%i'),
      [`${SYSTEM}/{u}@one.service`]: '-> /dev/null',
    },
    ['{u}@one.service', '{u}@two.service'],
  ),
  files(
    'template-link-instance',
    'an instance that is linked to its template',
    {
      [`${VENDOR}/{u}@.service`]: unit('%i %n'),
      [`${SYSTEM}/{u}@one.service`]: `-> ${VENDOR}/{u}@.service`,
    },
    ['{u}@one.service'],
  ),
  {
    ...files(
      'escaped',
      'escapes in unit names',
      {
        [`${VENDOR}/{u}\\x2dx.service`]: unit('%p %P %j %J'),
      },
      ['{u}\\x2dx.service'],
    ),
    since: 230,
  },
  {
    ...files('path-folder', 'a folder of the name of a unit', {
      [`${SYSTEM}/{u}.service/`]: '',
      [`${VENDOR}/{u}.service`]: unit('usr'),
    }),
    // Until 251 such a folder is a unit that cannot be read.
    since: 252,
  },
]
