import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import type {Tree, TreeEntry} from '../../src/sources/collected.js'
import {environmentFilesOf, linkedUnitFilesOf, programsOf} from '../../src/sources/unit-references.js'
import {holdsForAll} from '../support/property.js'

function units(...texts: readonly string[]): Tree[] {
  const entries = texts.map((text, at): TreeEntry => ({type: 'file', path: `/etc/systemd/system/u${at}.service`, text}))
  return [{status: 'tree', origin: '', entries}]
}

/** The same the long way: all comments out, all lines joined, each looked at. */
function lineByLine(text: string): string[] {
  const lines = text.split('\n').filter((line) => !/^[ \t]*[#;]/.test(line))
  const joined = lines
    .join('\n')
    .replace(/(\\+)(?:\n|$)/g, (whole, slashes: string) => (slashes.length % 2 === 1 ? `${slashes.slice(1)} ` : whole))
  const paths = joined.split('\n').flatMap((line) => {
    const [, key, value = ''] = /^\s*(EnvironmentFile|PAMName)\s*=(.*)$/.exec(line) ?? []
    if (key === undefined) return []
    return key === 'PAMName' ? ['/etc/environment'] : [value.trim()]
  })
  return [...new Set(paths.flatMap((path) => (path.startsWith('/') ? [simplified(path)] : [])))].sort()
}

function simplified(path: string): string {
  return `/${path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')}`
}

describe('environment files', () => {
  test.each([
    ['EnvironmentFile=/etc/default/a', ['/etc/default/a']],
    ['EnvironmentFile=-/etc/default/a', ['/etc/default/a']],
    ['  EnvironmentFile = /etc/default/a b \r', ['/etc/default/a b']],
    ['EnvironmentFile=\\\n  /etc/default/a', ['/etc/default/a']],
    ['EnvironmentFile=\\\n# not this: /etc/x\n  /etc/default/a', ['/etc/default/a']],
    ['EnvironmentFile=/etc//default/./a/', ['/etc/default/a']],
    ['EnvironmentFile=/etc/default/%p', ['/etc/default/*']],
    ['EnvironmentFile=/etc/default/x-%i.env', ['/etc/default/x-*.env']],
    ['EnvironmentFile=%E/a\nEnvironmentFile=%t/b\nEnvironmentFile=%S/c', ['/etc/a', '/run/b', '/var/lib/c']],
    ['EnvironmentFile=%h/.env\nEnvironmentFile=/etc/100%%', ['/etc/100%', '/root/.env']],
    ['EnvironmentFile=/etc/a.d/*.conf', ['/etc/a.d/*.conf']],
    ['#EnvironmentFile=/etc/default/a\n;EnvironmentFile=/etc/b', []],
    ['EnvironmentFile=relative\nEnvironmentFile="/etc/quoted"\nEnvironmentFile=', []],
    ['environmentfile=/etc/a\nEnvironmentFiles=/etc/a\nXEnvironmentFile=/etc/a', []],
    ['EnvironmentFile=/%i\nEnvironmentFile=/*/%i', []],
    [`EnvironmentFile=/etc/${'x'.repeat(5000)}`, []],
    ['EnvironmentFile=/etc/a\0b', []],
    ['PAMName=login', ['/etc/environment']],
  ])('of %j', (text, paths) => {
    expect(environmentFilesOf(units(`[Service]\n${text}\n`))).toEqual(paths)
  })

  test('are found wherever lines are continued, commented out or cut off', () => {
    const piece = fc.constantFrom(
      'EnvironmentFile',
      'PAMName',
      ' ',
      '\t',
      '=',
      '/a',
      '/b',
      '\n',
      '\\\n',
      '\\',
      '#',
      'X',
    )
    const text = fc.array(piece, {maxLength: 24}).map((pieces) => pieces.join(''))
    holdsForAll(
      fc.property(text, (unit) => {
        expect(environmentFilesOf(units(unit))).toEqual(lineByLine(unit))
      }),
    )
  })

  test.each([
    ['carriage returns', '\r'.repeat(1 << 20)],
    ['blanks', ' '.repeat(1 << 20)],
    ['lines that go on', 'EnvironmentFile=\\\n'.repeat(50_000)],
    ['keys that are cut off', 'EnvironmentFile\\\n'.repeat(50_000)],
  ])('are looked for in a mebibyte of %s', (_, text) => {
    expect(environmentFilesOf(units(`${text}\nEnvironmentFile=/a`)).length).toBeLessThan(2)
  })

  test('of all units together are asked for once', () => {
    const text = 'EnvironmentFile=/etc/default/a\n'
    expect(environmentFilesOf([...units(text, text), ...units(text)])).toEqual(['/etc/default/a'])
  })
})

const folders = ['/bin', '/sbin', '/usr/bin', '/usr/local/bin', '/usr/local/sbin', '/usr/sbin']

describe('programs', () => {
  test.each([
    ['ExecStart=/usr/bin/a -x', ['/usr/bin/a']],
    [
      'ExecStartPre=-/usr/bin/a\nExecStop=@/usr/bin/b b\nExecReload=+!/usr/bin/c',
      ['/usr/bin/a', '/usr/bin/b', '/usr/bin/c'],
    ],
    ['ExecStart=/bin/a ; /bin/b ;/bin/c', ['/bin/a', '/bin/b']],
    ['ExecStart="/opt/my program" x', ['/opt/my program']],
    ['ExecStart=/opt/my\\x20program', ['/opt/my program']],
    ["ExecStart='/opt/a b'c", ['/opt/a bc']],
    ['ExecStart=/bin/sh /opt/start.sh -c "x /y"', ['/bin/sh', '/opt/start.sh']],
    ['ExecStart=/usr/bin/env python3 /opt/a.py', ['/opt/a.py', '/usr/bin/env']],
    ['ExecStart=/usr/bin/cat /etc/secret', ['/usr/bin/cat']],
    ['ExecStart=name', folders.map((folder) => `${folder}/name`)],
    [
      'ExecSearchPath=/opt/bin\nExecStart=name',
      ['/bin/name', '/opt/bin/name', ...folders.slice(1).map((f) => `${f}/name`)],
    ],
    ['ExecStart=/opt/%i/run', ['/opt/*/run']],
    ['ExecStart=\nExecStart=./x\nExecStart=a/b\nExecStart=$BIN', folders.map((folder) => `${folder}/$BIN`)],
    ['ExecStart=/bin/a \\\n  ; a comment \\\n  /bin/b', ['/bin/a']],
    ['ExecStart="/bin/never closed', ['/bin/never closed']],
  ])('of %j', (text, paths) => {
    expect(programsOf(units(`[Service]\n${text}\n`))).toEqual([...paths].sort())
  })
})

test('links that lead out of the load path are asked for themselves', () => {
  const link = (path: string, target: string): TreeEntry => ({type: 'symlink', path, target})
  const entries = [
    link('/etc/systemd/system/alias.service', '/usr/lib/systemd/system/real.service'),
    link('/etc/systemd/system/also.service', '../../../lib/systemd/system/real.service'),
    link('/etc/systemd/system/masked.service', '/dev/null'),
    link('/etc/systemd/system/linked.service', '/opt/linked.service'),
    link('/etc/systemd/system/up.service', '../up.service'),
    link('/etc/systemd/system/a.service.d/x.conf', '/opt/x.conf'),
    link('/etc/systemd/system/a.service.d', '/opt/folder'),
    link('/etc/systemd/system/multi-user.target.wants/a.service', '/opt/a.service'),
    link('/etc/systemd/system/self.service', 'self.service'),
    // Its folder is a link: where it leads the text does not say.
    link('/etc/systemd/system/a.service.d/y.conf', 'z.conf'),
    link('/lib/systemd/system/null.service', '../../../dev/null'),
  ]
  expect(linkedUnitFilesOf([{status: 'tree', origin: '', entries}])).toEqual([
    '/etc/systemd/system/also.service',
    '/etc/systemd/system/linked.service',
    '/etc/systemd/system/up.service',
    '/etc/systemd/system/a.service.d/x.conf',
    '/etc/systemd/system/a.service.d/y.conf',
    '/lib/systemd/system/null.service',
  ])
})

test('hostile text names no more than can be looked at', () => {
  const lines = Array.from({length: 60_000}, (_, at) => `EnvironmentFile=/etc/${at}\nExecStart=/bin/${at}\n`).join('')
  expect(environmentFilesOf(units(lines))).toHaveLength(50_000)
  expect(programsOf(units(lines))).toHaveLength(50_000)
  const commands = `ExecStart=${'x ; '.repeat(100_000)}\nExecSearchPath=${'/a:'.repeat(100_000)}\n`
  expect(programsOf(units(commands)).length).toBeLessThan(10)
})
