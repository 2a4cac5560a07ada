import {type EdgeCase, files, oneshot, RUN, service} from './edge-case.js'

const unit = (text: string | Uint8Array) => ({[`${RUN}/{u}.service`]: text})
const HEAD = '[Service]\nType=oneshot\n'

/** The grammar of unit files. */
export const syntax: readonly EdgeCase[] = [
  files(
    'sections-repeat',
    'a section may repeat, and everything adds up',
    unit(
      `${HEAD}ExecStart=/nd/c0\n[Unit]\nDescription=x\n[Service]\nExecStart=/nd/c1\nEnvironment=A=1\n[Service]\nEnvironment=B=2\n`,
    ),
  ),
  files(
    'case',
    'sections and keys have a case',
    unit(`${HEAD}execstart=/nd/c0\nExecStart=/nd/c1\n[service]\nExecStart=/nd/c2\nEnvironment=A=1\n`),
  ),
  files(
    'unknown',
    'unknown keys and sections are ignored',
    unit(`${HEAD}Nothing=x\nExecStart=/nd/c0 a\n[X-Lab]\nExecStart=/nd/c1\n[Lab]\nExecStart=/nd/c2\n`),
  ),
  files(
    'blanks-around',
    'white space around = and at the ends goes',
    unit(`${HEAD}  ExecStart \t=\t /nd/c0 a  \nEnvironment = A=1  \n`),
  ),
  files('bom', 'a byte order mark is accepted', unit(`\ufeff${HEAD}ExecStart=/nd/c0\n`)),
  files('bom-second', 'one on a later line is not, or is', unit(`# x\n\ufeff${HEAD}ExecStart=/nd/c0\n`)),
  files(
    'crlf',
    'carriage returns at the ends of lines',
    unit(`${HEAD}Environment=A=1\nExecStart=/nd/c0 a $A\n`.replaceAll('\n', '\r\n')),
  ),
  files('cr-inside', 'a carriage return inside a line', unit(`${HEAD}ExecStart=/nd/c0 a\rExecStart=/nd/c1 b\n`)),
  files('no-newline', 'the last line may have no end', unit(`${HEAD}ExecStart=/nd/c0 a`)),
  files(
    'comments',
    'comments begin with # or ;',
    unit(`# [Service]\n; x\n${HEAD}#ExecStart=/nd/c1\n;ExecStart=/nd/c2\nExecStart=/nd/c0\n`),
  ),
  files(
    'comments-indented',
    'also after blanks',
    unit(`${HEAD}  # ExecStart=/nd/c1\n \t; ExecStart=/nd/c2\nExecStart=/nd/c0\n`),
  ),
  files(
    'comments-inline',
    'there are no comments behind a value',
    unit(`${HEAD}ExecStart=/nd/c0 a # b\nEnvironment=A=1 # B=2\n`),
  ),
  files(
    'comment-backslash',
    'a comment that ends in a backslash',
    unit(`${HEAD}# x \\\nExecStart=/nd/c0 a\nExecStart=/nd/c1 b\n`),
  ),
  files('continued', 'a backslash at the end joins lines', unit(`${HEAD}ExecStart=/nd/c0 a \\\n  b\\\nc \\\n\td\n`)),
  files('continued-word', 'by one blank', unit(`${HEAD}ExecStart=/nd/c0 "a\\\nb" c\\\nd 'e\\\n  f'\n`)),
  files(
    'continued-comment',
    'comments inside a continuation are skipped',
    unit(`${HEAD}ExecStart=/nd/c0 a \\\n# comment\n  b \\\n; other\n c\n`),
  ),
  files(
    'continued-comment-backslash',
    'also those that end in a backslash',
    unit(`${HEAD}ExecStart=/nd/c0 a \\\n# comment \\\n  b\nExecStart=/nd/c1\n`),
  ),
  files(
    'continued-empty',
    'an empty line ends a continuation',
    unit(`${HEAD}ExecStart=/nd/c0 a \\\n\nExecStart=/nd/c1 b\n`),
  ),
  files(
    'continued-key',
    'a key may be continued, too',
    unit(`${HEAD}Exec\\\nStart=/nd/c0 a\nExecStart=\\\n/nd/c1 b\n`),
  ),
  files('continued-end', 'a continuation at the end of the file', unit(`${HEAD}ExecStart=/nd/c0 a \\`)),
  files(
    'continued-double',
    'two backslashes at the end are none',
    unit(`${HEAD}ExecStart=/nd/c0 a \\\\\nEnvironment=A=1\n`),
  ),
  files(
    'continued-blank',
    'a backslash before a blank is none',
    unit(`${HEAD}ExecStart=/nd/c0 a \\ \nExecStart=/nd/c1 b\n`),
  ),
  files(
    'header-broken',
    'a header without ] refuses the unit',
    unit(`${HEAD}ExecStart=/nd/c0\n[Unit\nDescription=x\n`),
  ),
  files(
    'header-broken-second',
    'of two faults the first one counts',
    unit(`${HEAD}ExecStart=/nd/c0 "x\n[Unit\nDescription=x\n`),
  ),
  files(
    'header-blank',
    'blanks around a header',
    unit(` [Service] \nType=oneshot\nExecStart=/nd/c0\n[ Service ]\nExecStart=/nd/c1\n`),
  ),
  files('no-equals', 'a line without = is ignored', unit(`${HEAD}rubbish\nExecStart=/nd/c0\n`)),
  files('no-key', 'a line that begins with =', unit(`${HEAD}=x\nExecStart=/nd/c0\n`)),
  files(
    'not-utf8',
    'a line that is no UTF-8 is ignored',
    unit(
      Buffer.concat([
        Buffer.from(`${HEAD}ExecStart=/nd/c1 a`),
        Buffer.from([0xff]),
        Buffer.from('\nExecStart=/nd/c0 b\n'),
      ]),
    ),
  ),
  files('nul', 'a NUL ends the line', unit(`${HEAD}ExecStart=/nd/c0 a\0b\nExecStart=/nd/c1 b\n`)),
  files(
    'long-line',
    'a line of 3000 bytes',
    unit(`${HEAD}ExecStart=/nd/c0 ${'abcdefghi '.repeat(300)}\nExecStart=/nd/c1\n`),
  ),
  {
    ...files('include', '.include is gone since 246', {
      [`${RUN}/{u}.service`]: `.include {d}/other\n${HEAD}ExecStart=/nd/c0 a $I\n`,
      '{d}/other': '[Service]\nEnvironment=I=included\n',
    }),
    since: 246,
  },
  oneshot('reset-exec', 'an empty ExecStart= forgets those before', [
    'ExecStart=/nd/c0',
    'ExecStart=',
    'ExecStart=/nd/c1',
  ]),
  oneshot('reset-blank', 'also of nothing but blanks', ['ExecStart=/nd/c0', 'ExecStart=   ', 'ExecStart=/nd/c1']),
  oneshot('reset-environment', 'an empty Environment= forgets those before', [
    'Environment=A=1',
    'Environment=',
    'Environment=B=2',
    'ExecStart=/nd/c0 $A $B',
  ]),
  oneshot(
    'reset-file',
    'an empty EnvironmentFile= too',
    ['EnvironmentFile={d}/a', 'EnvironmentFile=', 'EnvironmentFile={d}/b', 'ExecStart=/nd/c0 $A $B'],
    {files: {'{d}/a': 'A=1\n', '{d}/b': 'B=2\n'}},
  ),
  oneshot('reset-pass', 'an empty PassEnvironment= and UnsetEnvironment= too', [
    'PassEnvironment=NDPASS',
    'PassEnvironment=',
    'Environment=A=1 B=2',
    'UnsetEnvironment=A',
    'UnsetEnvironment=',
    'UnsetEnvironment=B',
    'ExecStart=/nd/c0 $NDPASS $A $B',
  ]),
  service('reset-type', 'the last Type= counts', [
    'Type=simple',
    'Type=oneshot',
    'ExecStart=/nd/c0',
    'ExecStart=/nd/c1',
  ]),
]
