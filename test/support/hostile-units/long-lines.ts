import {type HostileRoot, service, UNITS, upTo} from './root.js'

/** Below the 1 MiB at which systemd stops reading a line. */
const LONG = 1000 << 10

/** One very long line of each kind that a parser might go over more than once. */
const pieces: readonly (readonly [string, string])[] = [
  ['double quotes', '"'],
  ['pairs of quotes', '"" '],
  ['quotes that open mid-word', 'a"b c"'],
  ['single quotes', "'"],
  ['backslashes', '\\'],
  ['unknown escapes', '\\$'],
  ['escapes of a dollar sign', '\\x24A'],
  ['half an escape', '\\x2'],
  ['dollar signs', '$'],
  ['dollar signs apart', '$ '],
  ['variables', '$A '],
  ['variables in a row', '$A$B'],
  ['opened braces', '${'],
  ['opened braces with names', '${A'],
  ['nested defaults', '${A:-'],
  ['braces', '${A}'],
  ['braces apart', '${A} '],
  ['per cent signs', '%'],
  ['specifiers', '%n'],
  ['unknown specifiers', '%Z '],
  ['blanks', ' '],
  ['tabs', '\t'],
  ['words', 'a '],
  ['one word', 'a'],
  ['semicolons', ';'],
  ['commands', '; /usr/bin/true '],
  ['empty commands', ' ;'],
  ['prefixes', '-@:+!'],
  ['slashes', '/'],
  ['dots', '/../'],
  ['equal signs', '='],
  ['assignments', 'A=b '],
  ['letters of four bytes', '\u{1f4a9}'],
]

export const longLines: readonly HostileRoot[] = pieces.map(([name, piece]) => ({
  name: `a line of ${name}`,
  size: LONG,
  make(root, size) {
    const line = upTo(size, piece)
    const short = upTo(size >> 2, piece)
    service(root, 'start.service', `ExecStart=/usr/bin/true ${line}`)
    service(root, 'path.service', `ExecStart=${line}`)
    service(root, 'ignored.service', `ExecStart=-/usr/bin/true "${line}`)
    service(root, 'shell.service', `ExecStart=/bin/sh -c '${line}'`)
    service(root, 'variables.service', `Environment=${line}`, 'ExecStart=/usr/bin/true $A ${B}')
    service(root, 'file.service', `EnvironmentFile=-/${line}`, 'ExecStart=/usr/bin/true $A')
    root.put('/etc/default/long', `A=${short}\n#B=${short}\n${short}\n`)
    service(root, 'long.service', 'EnvironmentFile=/etc/default/long', 'ExecStart=/usr/bin/true $A ${B}')
    root.put(`${UNITS}/section.service`, `[${short}\n[Service]\n${short}\n${short}=${short}\n`)
    root.put(`${UNITS}/wanted.service`, `[Install]\nWantedBy=${short}\nAlias=${short}\n`)
    root.put('/etc/systemd/system.conf', `[Manager]\nDefaultEnvironment=${line}\n`)
  },
}))
