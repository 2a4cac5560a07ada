import {execFileSync} from 'node:child_process'
import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs'
import {describe, expect, test} from 'vitest'
import {ExpendableReader, readInChild} from '../../../src/sources/live/expendable-reader.js'
import {temporaryFolder} from '../../support/temporary-folder.js'

const maxBytes = 1 << 20

describe('reading in a child process', () => {
  test('gives each request its answer, in order', async () => {
    const root = temporaryFolder()
    mkdirSync(`${root}/etc`)
    writeFileSync(`${root}/etc/passwd`, 'root:x:0:0\u001b[31m\n"\\\u2028')
    writeFileSync(`${root}/etc/large`, 'x'.repeat(2000))
    symlinkSync('/etc/passwd', `${root}/etc/link`)
    execFileSync('mkfifo', [`${root}/etc/fifo`])
    const results = await readInChild(
      [
        {root, path: '/etc/passwd', maxBytes},
        {root, path: '/etc/nothing', maxBytes},
        {root, path: '/etc/large', maxBytes: 1000},
        {root, path: '/etc/fifo', maxBytes},
        {root, path: '/etc/link', maxBytes},
        {root: '/nowhere', path: '/etc/passwd', maxBytes},
      ],
      {timeoutMs: 20_000},
    )
    expect(results).toEqual([
      {text: 'root:x:0:0\u001b[31m\n"\\\u2028'},
      {reason: 'absent', detail: '/etc/nothing: ENOENT'},
      {reason: 'truncated', detail: '/etc/large is larger than 1000 bytes'},
      {reason: 'invalid', detail: '/etc/fifo is a FIFO, not a regular file'},
      {text: 'root:x:0:0\u001b[31m\n"\\\u2028'},
      {reason: 'absent', detail: '/etc/passwd: ENOENT'},
    ])
  })

  test('of nothing starts none', async () => {
    expect(await readInChild([], {timeoutMs: 1})).toEqual([])
  })

  test('of much: answers longer than a pipe holds', async () => {
    const root = temporaryFolder()
    writeFileSync(`${root}/large`, '\u00e4'.repeat(maxBytes / 2))
    const results = await readInChild(
      Array.from({length: 5}, () => ({root, path: 'large', maxBytes})),
      {timeoutMs: 20_000},
    )
    expect(results.map((result) => 'text' in result && result.text.length)).toEqual(Array(5).fill(maxBytes / 2))
  })

  test('lists folders and reads links too', async () => {
    const root = temporaryFolder()
    symlinkSync('/target', `${root}/link`)
    const reader = new ExpendableReader(20_000)
    expect(await reader.list({root, path: '/'})).toEqual({entries: [{name: 'link', type: 'symlink'}]})
    expect(await reader.readlink({root, path: '/link'})).toEqual({target: '/target'})
    reader.close()
  })
})
