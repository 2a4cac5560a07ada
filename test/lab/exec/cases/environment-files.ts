import {type EdgeCase, oneshot, RUN, service} from './edge-case.js'

const SHOW = 'ExecStart=/nd/c0 $A ${A} $B ${B} $C ${C}'

/** One file of this text, and what becomes of A, B and C. */
function read(id: string, claim: string, text: string | Uint8Array): EdgeCase {
  return oneshot(`file-${id}`, claim, ['EnvironmentFile={d}/env', SHOW], {files: {'{d}/env': text}})
}

/** One EnvironmentFile= of this value; there are `a`, `b` and `sub/` in the folder. */
function named(id: string, claim: string, ...values: readonly string[]): EdgeCase {
  const lines = values.map((value) => `EnvironmentFile=${value}`)
  const files = {'{d}/a': 'A=a\nB=a\n', '{d}/b': 'B=b\nC=b\n', '{d}/sub/': ''}
  return oneshot(`named-${id}`, claim, [...lines, SHOW, 'ExecStopPost=/nd/c1 $A'], {files})
}

const bytes = (...parts: readonly (string | number)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part]))))

const linesOf = (...lines: readonly string[]) => `${lines.join('\n')}\n`

/** EnvironmentFile= and the grammar of what it names. */
export const environmentFiles: readonly EdgeCase[] = [
  read('plain', 'NAME=value', 'A=1\nB=two words\nC=\n'),
  read('blanks', 'blanks at both ends of key and value go', '  A = 1  \n\tB\t=\ttwo  words\t\nC =\n'),
  read('comments', 'comments begin with # or ; in the first column or after blanks', '#A=1\n;B=2\n  # C=3\nA=x\n'),
  read('comments-inline', 'there are no comments behind a value', 'A=1 # x\nB=2;x\nC="3" # y\n'),
  read(
    'comment-backslash',
    'a comment that ends in a backslash takes the next line, until 253',
    '# x \\\nA=1\n#\\\n\\\nB=2\nC=3\n',
  ),
  read('comment-backslash-inside', 'a backslash inside a comment', '# a\\b\nA=1\n# \\\\\nB=2\n#\\ \nC=3\n'),
  read('export', 'export belongs to shells', 'export A=1\nexport B\nC=3\n'),
  read('dollar', '$ has no meaning', 'B=x\nA=$B\nC=${B}$$\n'),
  read('percent', 'nor has %', 'A=%n\nB=100%\n'),
  read('quotes', 'quotes at the beginning of a value', `A="x y"\nB='x "y" z'\nC="it's"\n`),
  read('quotes-inside', 'inside a value they are text', `A=a"b c"\nB=it's\nC=a'b'\n`),
  read('quotes-appended', 'what follows a closing quote is appended', `A="x"y"z"\nB='a' 'b'\nC="a"'b' c \n`),
  read('quotes-lines', 'a quoted value may have several lines', `A="one\ntwo"\nB='three\n\nfour'\nC=x\n`),
  read(
    'quotes-continued',
    'a backslash at the end of a line in quotes',
    `A="one\\\ntwo"\nB='three\\\nfour'\nC=x\\\ny\n`,
  ),
  read('quotes-open', 'a quote that nothing closes', `A=1\nB="x\nC=3\n`),
  read(
    'escapes-double',
    'escapes between double quotes',
    linesOf('A="a\\"b\\\\c\\$d\\`e"', String.raw`B="a\nb\tc\x"`, String.raw`C="\'"`),
  ),
  read(
    'escapes-single',
    'escapes between single quotes',
    linesOf(String.raw`A='a\nb\\c\"'`, String.raw`B='it\'`, 'C=3'),
  ),
  read(
    'escapes-plain',
    'escapes without quotes',
    linesOf(String.raw`A=a\nb\\c\"d\$e`, String.raw`B=a\ b\  `, String.raw`C=\x41`),
  ),
  read('continued', 'a backslash at the end of a line', 'A=a \\\n b\\\nc\nB=\\\nx\nC=y\\\n'),
  read('continued-end', 'a backslash at the end of the file', 'A=1\nB=x\\'),
  read('crlf', 'lines that end in CR LF', 'A=1\r\nB="x y"\r\nC=a\\\r\nb\r\n'),
  read('cr', 'lines that end in CR', 'A=1\rB=2\rC=3'),
  read('bom', 'a byte order mark makes the first key no name', '\ufeffA=1\nB=2\n'),
  read('no-newline', 'the last line may have no end', 'A=1\nB=2'),
  read('empty', 'an empty file', ''),
  read('rubbish', 'lines that are no assignments', 'hello\nA\n=x\nA B=1\n1A=1\nA-B=2\nA.B=3\nB+=x\n[section]\nC=3\n'),
  read('twice', 'the last one counts', 'A=1\nA=2\nB=1\nB=\n'),
  read('equals', 'a value may hold =', 'A=b=c\nB==\nC= = x\n'),
  read('control', 'control characters in values', 'A=a\x07b\nB=a\x1b[1mb\nC=a\x7fb\n'),
  read('tabs', 'tabs and other white space', 'A=a\tb\nB=\x0bx\x0c\nC=\u00a0x\u00a0\n'),
  read('unicode', 'letters of all scripts', 'A=ä€😀\nÄ=1\nB="ß ß"\n'),
  read(
    'not-utf8',
    'a value that is no UTF-8 refuses the file, and nothing is executed',
    bytes('A=1\nB=x', 0xff, 'y\nC=3\n'),
  ),
  read('not-utf8-key', 'a key that is no UTF-8 does, too', bytes('A=1\nB', 0xff, '=x\nC=3\n')),
  read('not-utf8-comment', 'in a comment it does not matter', bytes('A=1\n# ', 0xff, '\nC=3\n')),
  read('not-utf8-line', 'nor in a line without =', bytes('A=1\nx', 0xff, '\nC=3\n')),
  read('nul', 'a NUL', 'A=1\nB=x\0y\nC=3\n'),
  read('multiline-key', 'a backslash in a key', 'A\\\nB=1\nC=3\n'),
  read('hash-value', 'a value that begins with #', 'A=#x\nB= # y\nC="#z"\n'),
  read('semicolon-value', 'a value that begins with ;', 'A=;x\nB="a;b"\n'),
  read('long', 'a file of many lines', `${Array.from({length: 2000}, (_, at) => `V${at}=x`).join('\n')}\nA=1\n`),
  oneshot('file-not-utf8-optional', 'with - a file that is no UTF-8 is ignored', ['EnvironmentFile=-{d}/env', SHOW], {
    files: {'{d}/env': bytes('A=1\nB=', 0xff, '\n')},
  }),
  named('plain', 'a file that is there', '{d}/a'),
  named('two', 'of two files the later one wins', '{d}/a', '{d}/b'),
  named('two-turned', 'by the order in which they are named', '{d}/b', '{d}/a'),
  named('missing', 'nothing is executed if a mandatory file is missing', '{d}/a', '{d}/nothing'),
  named('missing-optional', '- ignores that', '{d}/a', '-{d}/nothing'),
  named('folder', 'a folder is no file', '{d}/sub'),
  named('folder-optional', 'which - ignores', '-{d}/sub', '{d}/a'),
  named('glob', 'a pattern names all that it matches, sorted', '{d}/*'),
  named('glob-files', 'a pattern of files only', '{d}/[ab]'),
  named('glob-question', 'with ?', '{d}/?'),
  named('glob-none', 'a pattern without match is a missing file', '{d}/*.conf', '{d}/a'),
  named('glob-none-optional', 'which - ignores', '-{d}/*.conf', '{d}/a'),
  named('glob-braces', 'braces are none', '-{d}/{a,b}', '{d}/a'),
  named('glob-escaped', 'a backslash in the path', String.raw`-{d}/\a`, '{d}/b'),
  named('quoted', 'quotes belong to the path, which is then no absolute one', '"{d}/a"', '{d}/b'),
  named('relative', 'a relative path is ignored', 'a', '{d}/b'),
  named('several', 'there is only one path on a line', '-{d}/a {d}/b', '{d}/b'),
  named('blank-optional', 'a blank after the -', '- {d}/a', '{d}/b'),
  named('variable', '$ is no variable in it', '-/etc/$A/a', '{d}/b'),
  named('specifier', 'specifiers are expanded', '/etc/nd/%N/a'),
  named('specifier-bad', 'one that does not exist loses the line', '/etc/nd/%z/a', '{d}/b'),
  named('slashes', 'double slashes and dots', '/etc//nd/./%N//a'),
  named('parent', '.. in a path', '{d}/sub/../a', '-{d}/nothing/../b'),
  named('same-twice', 'the same file twice', '{d}/a', '{d}/b', '{d}/a'),
  oneshot(
    'file-beats',
    'a file beats Environment=, whatever the order',
    ['Environment=A=unit B=unit', 'EnvironmentFile={d}/env', 'Environment=B=later C=later', SHOW],
    {files: {'{d}/env': 'A=file\nB=file\n'}},
  ),
  oneshot('file-link', 'links are followed', ['EnvironmentFile={d}/link', SHOW], {
    files: {'{d}/link': '-> real', '{d}/real': 'A=1\n'},
  }),
  oneshot('file-link-broken', 'a link to nowhere is a missing file', ['EnvironmentFile={d}/link', SHOW], {
    files: {'{d}/link': '-> nowhere'},
  }),
  oneshot('file-link-glob', 'a link to nowhere that a pattern matches', ['EnvironmentFile={d}/l*', SHOW], {
    files: {'{d}/link': '-> nowhere'},
  }),
  oneshot('file-link-null', 'a link to /dev/null', ['EnvironmentFile={d}/link', SHOW], {
    files: {'{d}/link': '-> /dev/null'},
  }),
  oneshot('file-link-loop', 'a link to itself', ['EnvironmentFile=-{d}/link', SHOW], {files: {'{d}/link': '-> link'}}),
  oneshot('file-link-folder', 'a file in a linked folder', ['EnvironmentFile={d}/l/env', SHOW], {
    files: {'{d}/l': '-> real', '{d}/real/env': 'A=1\n'},
  }),
  oneshot('file-missing-minus', 'a missing file stops commands with -, too', [
    'EnvironmentFile={d}/nothing',
    'ExecStartPre=-/nd/c1',
    'ExecStart=-/nd/c0',
  ]),
  service('file-missing-phases', 'a missing file stops every phase', [
    'Type=oneshot',
    'EnvironmentFile={d}/nothing',
    'ExecCondition=/nd/c1',
    'ExecStartPre=/nd/c2',
    'ExecStart=/nd/c0',
    'ExecStop=/nd/c3',
    'ExecStopPost=/nd/c4',
  ]),
  oneshot('file-instance', 'a file of the instance', [], {
    files: {
      [`${RUN}/{u}.service`]: '',
      [`${RUN}/{u}@.service`]: `[Service]\nType=oneshot\nEnvironmentFile=/etc/nd/{u}/%i\n${SHOW}\n`,
      '{d}/one': 'A=1\n',
    },
    units: ['{u}@one.service', '{u}@two.service', '{u}.service'],
  }),
]
