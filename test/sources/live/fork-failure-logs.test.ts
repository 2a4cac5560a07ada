import {execFileSync} from 'node:child_process'
import {closeSync, openSync, writeFileSync} from 'node:fs'
import {describe, expect, test} from 'vitest'
import {isForkFailure} from '../../../src/sources/live/fork-failure-text.js'
import {readKernelLog} from '../../../src/sources/live/kernel-log.js'
import {temporaryFolder} from '../../support/temporary-folder.js'

describe('a message of a refused fork', () => {
  test.each([
    'cgroup: fork rejected by pids controller in /user.slice',
    'chroot.c: fork() failed: Resource temporarily unavailable',
    'a.service: Failed to fork: Resource temporarily unavailable',
    'Failed at step EXEC spawning /usr/bin/x: Resource temporarily unavailable',
    '-bash: fork: retry: Resource temporarily unavailable',
    'sh: 1: Cannot fork',
    "sh: can't fork: Resource temporarily unavailable",
    'java.lang.OutOfMemoryError: unable to create new native thread',
    'runtime: failed to create new OS thread (have 5 already; errno=11)',
    'exec /bin/sh: resource temporarily unavailable',
  ])('%s', (message) => expect(isForkFailure(message)).toBe(true))

  test.each([
    'read: Resource temporarily unavailable',
    'Failed at step EXEC spawning /usr/bin/x: No such file or directory',
    'Started a.service',
    'forked off a worker',
  ])('is not: %s', (message) => expect(isForkFailure(message)).toBe(false))
})

describe('the kernel log', () => {
  // A FIFO that is open for writing answers as /dev/kmsg does: what is there, then EAGAIN.
  test('is read to its end without waiting for more', async () => {
    const path = `${temporaryFolder()}/kmsg`
    execFileSync('mkfifo', [path])
    const writer = openSync(path, 'r+')
    const message = 'cgroup: fork rejected by pids controller in /a'
    writeFileSync(writer, `6,1234,5000000,-;${message}\n SUBSYSTEM=x\n`)
    const clocks = {now: Date.parse('2026-01-02T00:01:00Z'), monotonicMs: 60_000}
    expect(await readKernelLog('it', path, clocks)).toEqual([
      {from: 'kernel-log', at: '2026-01-02T00:00:05.000Z', unit: null, message},
    ])
    closeSync(writer)
  })

  test('is absent or denied, and says so', async () => {
    expect(await readKernelLog('it', '/nowhere')).toMatchObject({reason: 'absent'})
  })
})
