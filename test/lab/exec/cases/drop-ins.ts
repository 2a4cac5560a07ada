import {type EdgeCase, files, RUN, SYSTEM, VENDOR} from './edge-case.js'

const MAIN = '[Service]\nType=oneshot\nEnvironment=M=main A=main\nExecStart=/nd/c0 $M $A $B $C $D\n'
const set = (text: string) => `[Service]\nEnvironment=${text}\n`

/** Drop-ins: which count, and in which order. */
export const dropIns: readonly EdgeCase[] = [
  files('drop-in', 'drop-ins are read after the file', {
    [`${VENDOR}/{u}.service`]: MAIN,
    [`${SYSTEM}/{u}.service.d/10-a.conf`]: set('A=drop'),
  }),
  files('drop-in-order', 'in the order of their names, over all folders', {
    [`${VENDOR}/{u}.service`]: MAIN,
    [`${SYSTEM}/{u}.service.d/10-a.conf`]: set('A=etc'),
    [`${VENDOR}/{u}.service.d/20-a.conf`]: set('A=usr'),
    [`${RUN}/{u}.service.d/15-a.conf`]: set('A=run B=run'),
  }),
  files('drop-in-hides', 'of two of one name that in the higher folder counts', {
    [`${VENDOR}/{u}.service`]: MAIN,
    [`${SYSTEM}/{u}.service.d/10-a.conf`]: set('A=etc'),
    [`${RUN}/{u}.service.d/10-a.conf`]: set('A=run B=run'),
    [`${VENDOR}/{u}.service.d/10-a.conf`]: set('A=usr C=usr'),
  }),
  files('drop-in-masked', 'a link to /dev/null hides those of its name', {
    [`${VENDOR}/{u}.service`]: MAIN,
    [`${SYSTEM}/{u}.service.d/10-a.conf`]: '-> /dev/null',
    [`${VENDOR}/{u}.service.d/10-a.conf`]: set('A=usr'),
    [`${VENDOR}/{u}.service.d/20-b.conf`]: set('B=usr'),
  }),
  files('drop-in-empty', 'so does an empty file', {
    [`${VENDOR}/{u}.service`]: MAIN,
    [`${SYSTEM}/{u}.service.d/10-a.conf`]: '',
    [`${VENDOR}/{u}.service.d/10-a.conf`]: set('A=usr'),
  }),
  files('drop-in-names', 'only *.conf counts', {
    [`${VENDOR}/{u}.service`]: MAIN,
    [`${SYSTEM}/{u}.service.d/10-a.conf~`]: set('A=tilde'),
    [`${SYSTEM}/{u}.service.d/20-b`]: set('B=none'),
    [`${SYSTEM}/{u}.service.d/.30-c.conf`]: set('C=hidden'),
    [`${SYSTEM}/{u}.service.d/40-d.conf.dpkg-old`]: set('D=old'),
    [`${SYSTEM}/{u}.service.d/50-d.CONF`]: set('D=upper'),
  }),
  files(
    'drop-in-prefix',
    'folders of prefixes count since 239',
    {
      [`${VENDOR}/{u}-x-y.service`]: MAIN,
      [`${SYSTEM}/{u}-.service.d/30-a.conf`]: set('A=short B=short'),
      [`${SYSTEM}/{u}-x-.service.d/20-a.conf`]: set('A=long C=long'),
      [`${SYSTEM}/{u}-x-y.service.d/10-a.conf`]: set('A=whole D=whole'),
    },
    ['{u}-x-y.service'],
  ),
  files(
    'drop-in-prefix-hides',
    'the more specific folder hides the name',
    {
      [`${VENDOR}/{u}-x-y.service`]: MAIN,
      [`${SYSTEM}/{u}-.service.d/10-a.conf`]: set('A=short B=short'),
      [`${VENDOR}/{u}-x-.service.d/10-a.conf`]: set('A=long C=long'),
      [`${SYSTEM}/{u}-x-.service.d/20-a.conf`]: set('D=etc'),
      [`${VENDOR}/{u}-x-y.service.d/20-a.conf`]: set('D=usr'),
    },
    ['{u}-x-y.service'],
  ),
  files('drop-in-type', 'service.d is for all services, since 244', {
    [`${VENDOR}/{u}.service`]: `[Service]\nType=oneshot\nExecStart=/nd/c0 $NDTYPE \${NDTYPE2}\n`,
    [`${SYSTEM}/{u}.service.d/91-nd-type.conf`]: set('NDTYPE2=own'),
  }),
  files(
    'drop-in-template',
    'of an instance the instance and the template',
    {
      [`${VENDOR}/{u}@.service`]: MAIN,
      [`${SYSTEM}/{u}@.service.d/10-a.conf`]: set('A=template B=template'),
      [`${SYSTEM}/{u}@.service.d/20-b.conf`]: set('B=%i C=template'),
      [`${VENDOR}/{u}@one.service.d/10-a.conf`]: set('A=instance'),
    },
    ['{u}@one.service', '{u}@two.service'],
  ),
  files(
    'drop-in-template-prefix',
    'prefixes of templates',
    {
      [`${VENDOR}/{u}-x@.service`]: MAIN,
      [`${SYSTEM}/{u}-@.service.d/10-a.conf`]: set('A=prefix'),
      [`${SYSTEM}/{u}-.service.d/20-b.conf`]: set('B=no'),
      [`${SYSTEM}/{u}-@one.service.d/30-c.conf`]: set('C=prefix'),
    },
    ['{u}-x@one.service'],
  ),
  files(
    'drop-in-instance-file',
    'an instance may have a file of its own',
    {
      [`${VENDOR}/{u}@.service`]: MAIN,
      [`${VENDOR}/{u}@one.service`]: '[Service]\nType=oneshot\nExecStart=/nd/c1 %i $A\n',
      [`${SYSTEM}/{u}@.service.d/10-a.conf`]: set('A=template'),
    },
    ['{u}@one.service', '{u}@two.service'],
  ),
  files('drop-in-alias', 'folders of aliases count as well', {
    [`${VENDOR}/{u}.service`]: MAIN,
    [`${SYSTEM}/{u}-other.service`]: `-> ${VENDOR}/{u}.service`,
    [`${SYSTEM}/{u}-other.service.d/10-a.conf`]: set('A=alias B=alias'),
    [`${VENDOR}/{u}.service.d/10-a.conf`]: set('A=own'),
    [`${VENDOR}/{u}-other.service.d/20-c.conf`]: set('C=alias'),
  }),
  files(
    'drop-in-alias-asked',
    'by whichever name it is asked for',
    {
      [`${VENDOR}/{u}.service`]: MAIN,
      [`${SYSTEM}/{u}-other.service`]: '-> {u}.service',
      [`${SYSTEM}/{u}-other.service.d/10-a.conf`]: set('A=alias'),
    },
    ['{u}-other.service', '{u}.service'],
  ),
  files('drop-in-reset', 'a drop-in may reset and begin anew', {
    [`${VENDOR}/{u}.service`]: MAIN,
    [`${SYSTEM}/{u}.service.d/10-a.conf`]: '[Service]\nEnvironment=\nExecStart=\nExecStart=/nd/c1 $A $M\n',
  }),
  files('drop-in-second', 'a second ExecStart= refuses a simple service', {
    [`${VENDOR}/{u}.service`]: '[Service]\nExecStart=/nd/s0\n',
    [`${SYSTEM}/{u}.service.d/10-a.conf`]: '[Service]\nExecStart=/nd/s1\n',
  }),
  files('drop-in-added', 'a oneshot takes it', {
    [`${VENDOR}/{u}.service`]: MAIN,
    [`${SYSTEM}/{u}.service.d/10-a.conf`]: '[Service]\nExecStart=/nd/c1 $A\nExecStartPre=/nd/c2\n',
  }),
  files('drop-in-no-section', 'a drop-in needs its section', {
    [`${VENDOR}/{u}.service`]: MAIN,
    [`${SYSTEM}/{u}.service.d/10-a.conf`]: 'Environment=A=drop\n[Service]\nEnvironment=B=drop\n',
  }),
  files('drop-in-broken', 'an error in a drop-in ends the drop-in only', {
    [`${VENDOR}/{u}.service`]: MAIN,
    [`${SYSTEM}/{u}.service.d/10-a.conf`]: '[Service]\nEnvironment=A=1\n[Unit\nEnvironment=B=2\n',
    [`${SYSTEM}/{u}.service.d/20-b.conf`]: set('C=3'),
  }),
  files('drop-in-broken-exec', 'also one in an Exec line', {
    [`${VENDOR}/{u}.service`]: MAIN,
    [`${SYSTEM}/{u}.service.d/10-a.conf`]: '[Service]\nEnvironment=A=1\nExecStart=/nd/c1 "x\nEnvironment=B=2\n',
    [`${SYSTEM}/{u}.service.d/20-b.conf`]: set('C=3'),
  }),
  files('drop-in-linked', 'a drop-in may be a link', {
    [`${VENDOR}/{u}.service`]: MAIN,
    [`${SYSTEM}/{u}.service.d/10-a.conf`]: '-> {d}/real',
    '{d}/real': set('A=linked'),
  }),
  files('drop-in-dangling', 'a link to nowhere', {
    [`${VENDOR}/{u}.service`]: MAIN,
    [`${SYSTEM}/{u}.service.d/10-a.conf`]: '-> {d}/nowhere',
    [`${VENDOR}/{u}.service.d/10-a.conf`]: set('A=usr'),
  }),
  files('drop-in-folder-linked', 'a folder of drop-ins may be a link', {
    [`${VENDOR}/{u}.service`]: MAIN,
    [`${SYSTEM}/{u}.service.d`]: '-> {d}/real.d',
    '{d}/real.d/10-a.conf': set('A=linked'),
  }),
  files('drop-in-files', 'drop-ins add environment files', {
    [`${VENDOR}/{u}.service`]: `${MAIN}EnvironmentFile=-{d}/a\n`,
    [`${SYSTEM}/{u}.service.d/10-a.conf`]: '[Service]\nEnvironmentFile=\nEnvironmentFile={d}/b\n',
    '{d}/a': 'A=a\nB=a\n',
    '{d}/b': 'A=b\n',
  }),
  files('drop-in-only', 'drop-ins without a unit are nothing', {[`${SYSTEM}/{u}.service.d/10-a.conf`]: set('A=1')}),
  files(
    'drop-in-wide',
    'a folder between 239 and the type',
    {
      [`${VENDOR}/{u}-long-name-of-it.service`]: MAIN,
      [`${SYSTEM}/{u}-long-name-.service.d/10-a.conf`]: set('A=two'),
      [`${SYSTEM}/{u}-long-.service.d/05-a.conf`]: set('A=one B=one'),
      [`${SYSTEM}/{u}-long-name.service.d/10-a.conf`]: set('C=no'),
    },
    ['{u}-long-name-of-it.service'],
  ),
]
