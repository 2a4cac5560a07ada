import {execFileSync} from 'node:child_process'
import {mkdirSync, symlinkSync, truncateSync, writeFileSync} from 'node:fs'
import {describe, expect, test} from 'vitest'
import type {Tree, TreeEntry} from '../../src/sources/collected.js'
import {createHostFiles} from '../../src/sources/live/files.js'
import {readNamedFiles} from '../../src/sources/named-files.js'
import type {NamedFilesSpec} from '../../src/sources/spec-types.js'
import {temporaryFolder} from '../support/temporary-folder.js'

const files = createHostFiles(10_000)

function spec(paths: readonly string[], rest: Partial<NamedFilesSpec> = {}): NamedFilesSpec {
  return {kind: 'named-files', from: [], paths: () => paths, content: 'text', ...rest}
}

/** Entries without the folder in front of their paths. */
async function entriesOf(folder: string, paths: readonly string[], rest: Partial<NamedFilesSpec> = {}) {
  const full = paths.map((path) => (path.startsWith('/') ? path : `${folder}/${path}`))
  const tree = await files.named('it', spec(full, rest), [])
  const text = JSON.stringify(tree.entries).replaceAll(`${folder}/`, '')
  return JSON.parse(text) as TreeEntry[]
}

const unread = (path: string, reason: string, detail = expect.any(String)) => ({
  type: 'unread',
  path,
  missing: {status: 'missing', input: 'it', reason, detail},
})

describe('files that are asked for by name', () => {
  test('are there, or not, and nothing is left unsaid', async () => {
    const folder = temporaryFolder()
    writeFileSync(`${folder}/file`, 'A=1\n')
    writeFileSync(`${folder}/latin1`, Buffer.from('A=caf\xe9\n', 'latin1'))
    expect(await entriesOf(folder, ['file', 'nothing', 'nothing/below', 'file/below', 'latin1', 'file'])).toEqual([
      {type: 'file', path: 'file', text: 'A=1\n'},
      {type: 'absent', path: 'file/below'},
      {type: 'file', path: 'latin1', text: 'A=caf\ufffd\n', invalidUtf8: true},
      {type: 'absent', path: 'nothing'},
      {type: 'absent', path: 'nothing/below'},
    ])
  })

  test('of a link both it and what it leads to, hop by hop', async () => {
    const folder = temporaryFolder()
    mkdirSync(`${folder}/real/deep`, {recursive: true})
    writeFileSync(`${folder}/real/file`, 'text')
    symlinkSync('real/deep', `${folder}/folder`)
    symlinkSync('second', `${folder}/first`)
    symlinkSync(`${folder}/real/file`, `${folder}/second`)
    symlinkSync('../file', `${folder}/real/deep/up`)
    symlinkSync('gone', `${folder}/dangling`)
    symlinkSync('loop', `${folder}/loop`)
    symlinkSync('pong', `${folder}/ping`)
    symlinkSync('ping', `${folder}/pong`)
    symlinkSync('x/\ufffd', `${folder}/odd`)
    expect(await entriesOf(folder, ['first', 'folder/up', 'dangling', 'loop', 'ping'])).toEqual([
      {type: 'symlink', path: 'dangling', target: 'gone'},
      {type: 'symlink', path: 'first', target: 'second'},
      // `..` leads out of real/deep, not out of the link to it: as text it would be a file that is not there.
      {type: 'symlink', path: 'folder/up', target: 'real/file'},
      {type: 'absent', path: 'gone'},
      {type: 'symlink', path: 'loop', target: 'loop'},
      {type: 'symlink', path: 'ping', target: 'pong'},
      {type: 'symlink', path: 'pong', target: 'ping'},
      {type: 'file', path: 'real/file', text: 'text'},
      {type: 'symlink', path: 'second', target: 'real/file'},
    ])
  })

  test('that are no files are not opened', async () => {
    const folder = temporaryFolder()
    execFileSync('mkfifo', [`${folder}/fifo`])
    mkdirSync(`${folder}/folder`)
    symlinkSync('/dev/null', `${folder}/null`)
    writeFileSync(`${folder}/large`, '')
    truncateSync(`${folder}/large`, 2 ** 40)
    const paths = ['fifo', 'folder', 'large', 'null', '/dev/zero', '/proc/kmsg', '/proc/self/mem']
    expect(await entriesOf(folder, paths)).toEqual([
      {type: 'file', path: '/dev/null', text: ''},
      unread('/dev/zero', 'invalid', '/dev/zero is a device, not a regular file'),
      unread('/proc/kmsg', 'unsupported'),
      unread('/proc/self/mem', 'unsupported'),
      unread('fifo', 'invalid', 'fifo is a FIFO, not a regular file'),
      unread('folder', 'invalid', 'folder is a directory, not a regular file'),
      unread('large', 'truncated'),
      {type: 'symlink', path: 'null', target: '/dev/null'},
    ])
  })

  test('may have any name that a file can have, and names that none can have are unread', async () => {
    const folder = temporaryFolder()
    for (const name of ['a\nb', '\u001b[2J', '"', ' ']) writeFileSync(`${folder}/${name}`, name)
    const entries = await entriesOf(folder, ['a\nb', '\u001b[2J', '"', ' ', 'x\0y', 'y'.repeat(300), 'a\ufffd'])
    expect(entries.filter(({type}) => type === 'file').map(({path}) => path)).toEqual(['\u001b[2J', ' ', '"', 'a\nb'])
    expect(entries.filter(({type}) => type === 'absent')).toEqual([])
    expect(entries.filter(({type}) => type === 'unread')).toHaveLength(3)
  })

  test('of programs only scripts are read', async () => {
    const folder = temporaryFolder()
    writeFileSync(`${folder}/script`, '#!/bin/sh\necho $X\n')
    writeFileSync(`${folder}/binary`, '\x7fELF')
    writeFileSync(`${folder}/empty`, '')
    symlinkSync('script', `${folder}/link`)
    expect(await entriesOf(folder, ['link', 'binary', 'empty', 'none'], {content: 'scripts'})).toEqual([
      {type: 'present', path: 'binary'},
      {type: 'present', path: 'empty'},
      {type: 'symlink', path: 'link', target: 'script'},
      {type: 'absent', path: 'none'},
      {type: 'file', path: 'script', text: '#!/bin/sh\necho $X\n'},
    ])
    expect(await entriesOf(folder, ['script'], {content: 'names'})).toEqual([{type: 'present', path: 'script'}])
  })
})

describe('a pattern', () => {
  test('stands beside the files that it matches, folders and dangling links among them, in the order of bytes', async () => {
    const folder = temporaryFolder()
    for (const name of ['b.conf', 'a.conf', '.hidden.conf', 'Z.conf', 'x.txt']) writeFileSync(`${folder}/${name}`, name)
    mkdirSync(`${folder}/folder.conf`)
    symlinkSync('gone', `${folder}/link.conf`)
    const [glob, ...rest] = await entriesOf(folder, ['*.conf'])
    expect(glob).toEqual({
      type: 'glob',
      path: '*.conf',
      matches: ['Z.conf', 'a.conf', 'b.conf', 'folder.conf', 'link.conf'],
    })
    expect(rest).toEqual([
      {type: 'file', path: 'Z.conf', text: 'Z.conf'},
      {type: 'file', path: 'a.conf', text: 'a.conf'},
      {type: 'file', path: 'b.conf', text: 'b.conf'},
      unread('folder.conf', 'invalid'),
      {type: 'absent', path: 'gone'},
      {type: 'symlink', path: 'link.conf', target: 'gone'},
    ])
  })

  test('may have its wildcards in any component', async () => {
    const folder = temporaryFolder()
    for (const name of ['a', 'b', 'c']) mkdirSync(`${folder}/${name}/sub`, {recursive: true})
    writeFileSync(`${folder}/a/sub/env`, '')
    writeFileSync(`${folder}/b/sub/env`, '')
    writeFileSync(`${folder}/d`, '')
    const matches = async (pattern: string) => {
      const entry = (await entriesOf(folder, [pattern])).find(({path}) => path === pattern)
      return entry?.type === 'glob' ? entry.matches : entry
    }
    expect(await matches('*/sub/env')).toEqual(['a/sub/env', 'b/sub/env'])
    expect(await matches('[!a]/*/en?')).toEqual(['b/sub/env'])
    expect(await matches('*/none')).toEqual([])
    expect(await matches('none/*')).toEqual([])
    expect(await matches('{a,b}/sub/env*')).toEqual([])
    // Only quoted: then it is a name.
    expect(await matches('\\a/sub/env')).toEqual(['a/sub/env'])
    // Not closed: a bracket like any other.
    expect((await entriesOf(folder, ['[a'])).map(({type}) => type)).toEqual(['absent'])
  })

  test('that matches a name that is no UTF-8 says so of it', async () => {
    const folder = temporaryFolder()
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/x`), Buffer.from([0xff]), Buffer.from('.conf')]), 'secret')
    expect(await entriesOf(folder, ['*.conf'])).toEqual([
      {type: 'glob', path: '*.conf', matches: ['x\ufffd.conf']},
      unread('x\ufffd.conf', 'invalid'),
    ])
  })

  test('is all or nothing: a folder that cannot be listed leaves it open what it matches', async () => {
    const reader = {
      look: () => ({reason: 'absent' as const, detail: ''}),
      list: (path: string) =>
        path === '/etc'
          ? {entries: ['a', 'b'].map((name) => ({name, type: 'directory' as const}))}
          : {reason: path === '/etc/b' ? ('denied' as const) : ('absent' as const), detail: path},
    }
    const tree = await readNamedFiles('it', spec(['/etc/*/x*']), [], reader)
    expect(tree.entries).toEqual([unread('/etc/*/x*', 'denied', '/etc/b')])
  })

  test('that matches more than anybody configures is not known', async () => {
    const names = Array.from({length: 20_000}, (_, at) => ({name: `${at}`, type: 'file' as const}))
    const reader = {look: () => ({type: 'present' as const}), list: () => ({entries: names})}
    const tree = await readNamedFiles('it', spec(['/etc/*']), [], reader)
    expect(tree.entries).toEqual([unread('/etc/*', 'truncated')])
  })
})

test('what is not read before the deadline is unread', async () => {
  const reader = {look: () => ({type: 'present' as const}), list: () => ({entries: []})}
  const late: Tree = await readNamedFiles('it', spec(['/a', '/b*']), [], reader, {signal: AbortSignal.abort()})
  expect(late.entries).toEqual([unread('/a', 'timeout'), unread('/b*', 'timeout')])
})
