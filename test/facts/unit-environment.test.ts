import {describe, expect, it} from 'vitest'
import {installedVersion} from '../../src/facts/systemd/installed-version.js'
import {type EnvironmentSources, unitEnvironmentFact} from '../../src/facts/unit-environment.js'
import {missing} from '../../src/model/missing.js'
import type {Collected, TreeEntry} from '../../src/sources/collected.js'
import type {InputName} from '../../src/sources/specs.js'
import {derive, tree, valueOfKnown} from './derive.js'

async function sources(inputs: Partial<Record<InputName, string | Collected>>): Promise<EnvironmentSources> {
  return valueOfKnown(await derive(unitEnvironmentFact, inputs))
}

function named(...entries: readonly TreeEntry[]): Collected {
  return {status: 'tree', origin: '', entries}
}

const directory = missing('environment-files', 'invalid', '/etc/d is a directory, not a regular file')
const denied = missing('environment-files', 'denied', '/etc/secret: EACCES')

describe('files that units name', () => {
  const entries: TreeEntry[] = [
    {type: 'file', path: '/etc/a', text: 'A=1\n'},
    {type: 'file', path: '/etc/bad', text: 'A=\ufffd\n', invalidUtf8: true},
    {type: 'absent', path: '/etc/none'},
    {type: 'symlink', path: '/etc/link', target: 'hop'},
    {type: 'symlink', path: '/etc/hop', target: '/etc/a'},
    {type: 'symlink', path: '/etc/dangling', target: 'none'},
    {type: 'symlink', path: '/etc/loop', target: 'loop'},
    {type: 'unread', path: '/etc/d', missing: directory},
    {type: 'unread', path: '/etc/secret', missing: denied},
    {type: 'glob', path: '/etc/default/x-*', matches: ['/etc/default/x-a', '/etc/default/x-b.conf']},
    {type: 'file', path: '/etc/default/x-a', text: ''},
    {type: 'file', path: '/etc/default/x-b.conf', text: ''},
  ]

  it('are there, or not, or nothing that has a text', async () => {
    const {file} = await sources({'environment-files': named(...entries)})
    expect(file('/etc/a')).toEqual({status: 'file', path: '/etc/a', text: 'A=1\n', invalidUtf8: false})
    expect(file('/etc//./a/')).toMatchObject({status: 'file', text: 'A=1\n'})
    expect(file('/etc/link')).toEqual({status: 'file', path: '/etc/link', text: 'A=1\n', invalidUtf8: false})
    expect(file('/etc/bad')).toMatchObject({status: 'file', invalidUtf8: true})
    expect(file('/etc/none')).toEqual({status: 'absent', path: '/etc/none'})
    expect(file('/etc/dangling')).toEqual({status: 'absent', path: '/etc/dangling'})
    expect(file('/etc/d')).toEqual({status: 'not-a-file', path: '/etc/d', detail: directory.detail})
    expect(file('/etc/secret')).toEqual(denied)
    expect(file('/etc/loop')).toMatchObject({status: 'missing', reason: 'invalid'})
  })

  it('are not known where nobody looked', async () => {
    expect((await sources({'environment-files': named(...entries)})).file('/etc/other')).toMatchObject({
      status: 'missing',
      reason: 'not-collected',
    })
    const gone = missing('environment-files', 'timeout', 'late')
    const {file, glob, program} = await sources({'environment-files': gone, 'unit-programs': gone})
    expect([file('/etc/a'), program('/bin/a'), glob('/etc/*')]).toEqual([gone, gone, null])
  })

  it('are absent where a pattern that matches their name ran and did not find them', async () => {
    const {file, glob} = await sources({'environment-files': named(...entries)})
    expect(file('/etc/default/x-a')).toMatchObject({status: 'file'})
    expect(file('/etc/default/x-c')).toEqual({status: 'absent', path: '/etc/default/x-c'})
    expect(file('/etc/default/y-c')).toMatchObject({reason: 'not-collected'})
    expect(file('/etc/default/deep/x-c')).toMatchObject({reason: 'not-collected'})
    expect(glob('/etc/default/x-*')).toEqual(['/etc/default/x-a', '/etc/default/x-b.conf'])
    // What a unit asks for once its specifiers are known.
    expect(glob('/etc/default/x-b*')).toEqual(['/etc/default/x-b.conf'])
    expect(glob('/etc/default/x-*.conf')).toEqual(['/etc/default/x-b.conf'])
    expect(glob('/etc/default/*')).toBeNull()
    expect(glob('/etc/default/?-*')).toBeNull()
  })

  it('hidden ones are not what a * stands for', async () => {
    const all = named({type: 'glob', path: '/etc/default/*', matches: []})
    const {file} = await sources({'environment-files': all})
    expect(file('/etc/default/a')).toMatchObject({status: 'absent'})
    expect(file('/etc/default/.a')).toMatchObject({reason: 'not-collected'})
  })
})

it('programs are scripts, others, or not there', async () => {
  const {program} = await sources({
    'unit-programs': named(
      {type: 'file', path: '/usr/bin/s', text: '#!/bin/sh\n'},
      {type: 'symlink', path: '/bin/s', target: '/usr/bin/s'},
      {type: 'present', path: '/usr/bin/b'},
      {type: 'absent', path: '/usr/bin/n'},
    ),
  })
  expect(program('/bin/s')).toEqual({status: 'script', path: '/bin/s', text: '#!/bin/sh\n'})
  expect(program('/usr/bin/b')).toEqual({status: 'binary', path: '/usr/bin/b'})
  expect(program('/usr/bin/n')).toEqual({status: 'absent', path: '/usr/bin/n'})
  expect(program('/usr/bin/other')).toMatchObject({reason: 'not-collected'})
})

describe('environments', () => {
  const manager = (environment: Record<string, string> | null) =>
    JSON.stringify({version: '252', units: [], environment})

  it('of PID 1 counts where it is systemd', async () => {
    const environ = 'PATH=/bin\0A=x=y\0\0=odd\0nothing\0'
    const own = await sources({'init-environ': environ, 'systemd-manager': manager({LANG: 'C'})})
    expect(own.initEnvironment).toEqual(
      new Map([
        ['PATH', '/bin'],
        ['A', 'x=y'],
      ]),
    )
    expect(own.managerEnvironment).toEqual(new Map([['LANG', 'C']]))
    const other = await sources({'init-environ': environ})
    expect([other.initEnvironment, other.managerEnvironment]).toEqual([null, null])
    const hidden = await sources({'init-environ': environ, 'systemd-manager': missing('systemd-manager', 'denied', '')})
    expect(hidden.initEnvironment?.size).toBe(2)
  })

  it('of the kernel command line', async () => {
    const text = 'root=/dev/vda systemd.setenv=A=1 "systemd.setenv=B=x y" systemd.setenv=C="z" systemd.setenv=A=2\n'
    const {kernelEnvironment} = await sources({'kernel-command-line': text})
    expect(kernelEnvironment).toEqual(
      new Map([
        ['A', '2'],
        ['B', 'x y'],
        ['C', 'z'],
      ]),
    )
    expect((await sources({})).kernelEnvironment).toBeNull()
  })

  const library = (version: number) =>
    named({type: 'present', path: `/usr/lib/systemd/libsystemd-shared-${version}.so`})
  const debian = 'ID=ubuntu\nID_LIKE=debian\n'
  const defaults = tree({'/etc/default/locale': 'LANG="de_DE.UTF-8"\nOTHER=x\n'})

  it.each([
    ['locale.conf', {'locale-conf': 'LANG=fr_FR.UTF-8\nLC_TIME=C\nX=1\n'}, {LANG: 'fr_FR.UTF-8', LC_TIME: 'C'}],
    [
      'kernel first, and alone',
      {'locale-conf': 'LANG=a\nLC_TIME=C\n', 'kernel-command-line': 'locale.LANG=b x'},
      {LANG: 'b'},
    ],
    [
      'Debian once',
      {'os-release': debian, 'service-defaults': defaults, 'systemd-library': library(252)},
      {LANG: 'de_DE.UTF-8'},
    ],
    ['Debian no more', {'os-release': debian, 'service-defaults': defaults, 'systemd-library': library(257)}, {}],
    ['Debian, when?', {'os-release': debian, 'service-defaults': defaults, 'systemd-library': library(255)}, null],
    ['others never', {'os-release': 'ID=fedora\n', 'service-defaults': defaults, 'systemd-library': library(252)}, {}],
    ['denied', {'locale-conf': missing('locale-conf', 'denied', '')}, null],
    ['none', {'os-release': debian}, {}],
  ] satisfies [string, Partial<Record<InputName, string | Collected>>, Record<string, string> | null][])(
    'locale: %s',
    async (_, inputs, expected) => {
      const {locale} = await sources(inputs)
      expect(locale === null ? null : Object.fromEntries(locale)).toEqual(expected)
    },
  )
})

it('defaults are all files of /etc/default, through links', async () => {
  const {defaults} = await sources({
    'service-defaults': tree({
      '/etc/default/a': 'A=1\n',
      '/etc/default/b': '-> a',
      '/etc/default/l': '-> ../locale.conf',
    }),
    'environment-files': named({type: 'file', path: '/etc/locale.conf', text: 'LANG=C\n'}),
  })
  expect(defaults).toMatchObject([
    {status: 'file', path: '/etc/default/a', text: 'A=1\n'},
    {status: 'file', path: '/etc/default/b', text: 'A=1\n'},
    {status: 'file', path: '/etc/locale.conf', text: 'LANG=C\n'},
  ])
})

describe('the installed systemd', () => {
  const version = (...paths: readonly string[]) =>
    installedVersion({status: 'tree', origin: '', entries: paths.map((path): TreeEntry => ({type: 'present', path}))})

  it('tells its version by the names of its libraries', () => {
    expect(version('/usr/lib/systemd/libsystemd-shared-247.so', '/lib/systemd/libsystemd-shared-247.so')).toBe(247)
    expect(version('/usr/lib64/systemd/libsystemd-shared-257.3-1.fc42.so', '/lib64/libsystemd.so.0.40.0')).toBe(257)
    expect(version('/lib/x86_64-linux-gnu/libsystemd.so.0.14.0')).toBe(229)
    expect(version('/lib/libsystemd.so.0.3.1')).toBe(215)
    expect(version('/usr/lib/libsystemd.so.0.36.0')).toBeNull()
    expect(version('/a/libsystemd-shared-252.so', '/b/libsystemd-shared-257.so')).toBeNull()
    expect(installedVersion(missing('systemd-library', 'absent', ''))).toBeNull()
  })
})
