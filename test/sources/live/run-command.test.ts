import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {setTimeout as sleep} from 'node:timers/promises'
import {describe, expect, test} from 'vitest'
import {runCommand} from '../../../src/sources/live/run-command.js'
import {temporaryFolder} from '../../support/temporary-folder.js'

const run = (argv: readonly [string, ...string[]], options: Partial<Parameters<typeof runCommand>[1]> = {}) =>
  runCommand(argv, {input: 'it', timeoutMs: 10_000, ...options})

/** Tells the PID of a process that is still there, whatever its state. */
function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
}

async function waitUntilGone(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(5)
}

describe('an answer', () => {
  test('is all of standard output, with the exit code', async () => {
    expect(await run(['sh', '-c', 'echo one; echo two'])).toEqual({
      status: 'raw',
      origin: 'sh -c echo one; echo two',
      text: 'one\ntwo\n',
      exitCode: 0,
    })
  })

  test('comes only with an exit code that makes it one', async () => {
    expect(await run(['sh', '-c', 'echo no; echo why >&2; echo more >&2; exit 3'])).toMatchObject({
      status: 'missing',
      input: 'it',
      reason: 'invalid',
      detail: expect.stringMatching(/: exit code 3: why$/),
    })
    expect(await run(['sh', '-c', 'echo yes; exit 3'], {okExitCodes: [0, 3]})).toMatchObject({
      text: 'yes\n',
      exitCode: 3,
    })
  })

  test('is large, and standard error larger', async () => {
    const answer = await run(['sh', '-c', 'head -c 3000000 /dev/zero >&2; head -c 3000000 /dev/zero | tr "\\0" x'])
    expect(answer.status === 'raw' && answer.text.length).toBe(3_000_000)
  })

  test('is not given by a shell, and not under the environment of the caller', async () => {
    expect(await run(['echo', '$HOME;`id`', '*'])).toMatchObject({text: '$HOME;`id` *\n'})
    const environment = await run(['env'])
    expect(environment.status === 'raw' && environment.text.split('\n').sort()).toEqual([
      '',
      'LC_ALL=C',
      'PATH=/usr/sbin:/usr/bin:/sbin:/bin',
    ])
    expect(await run(['cat'])).toMatchObject({text: ''})
  })
})

describe('no answer', () => {
  test('from a command that is not there, or may not be run', async () => {
    expect(await run(['netdoctor-no-such-command'])).toMatchObject({reason: 'absent'})
    expect(await run(['/etc/passwd'])).toMatchObject({reason: 'denied'})
  })

  test('from one that was killed by somebody else', async () => {
    expect(await run(['sh', '-c', 'kill -SEGV $$'])).toMatchObject({
      reason: 'invalid',
      detail: expect.stringContaining('killed by SIGSEGV'),
    })
  })

  test('that is only a part: endless output is truncated and its writer killed', async () => {
    const answer = await run(['sh', '-c', 'echo $$ >&2; exec yes'], {maxBytes: 1 << 20})
    expect(answer).toMatchObject({status: 'missing', reason: 'truncated'})
  })

  test('before the deadline: sleep is killed', async () => {
    const answer = await run(['sleep', '1000.25'], {timeoutMs: 50})
    expect(answer).toMatchObject({reason: 'timeout', detail: 'sleep 1000.25: no answer within 50 ms'})
    expect(commandLines()).not.toContain('sleep\x001000.25\0')
  })

  test('because it was interrupted', async () => {
    const controller = new AbortController()
    const answer = run(['sleep', '1000'], {signal: controller.signal})
    controller.abort()
    expect(await answer).toMatchObject({reason: 'timeout', detail: 'sleep 1000: interrupted'})
  })
})

describe('what does not want to end', () => {
  test('a command that ignores SIGTERM is killed', async () => {
    const script = 'trap "" TERM; echo $$ >"$1"; while :; do sleep 0.05; done'
    const {path, pid} = pidFile()
    expect(await run(['sh', '-c', script, 'sh', path], {timeoutMs: 200})).toMatchObject({reason: 'timeout'})
    await waitUntilGone(pid())
  })

  test('a grandchild that holds the pipe of a command that ended holds nothing up, and is killed', async () => {
    const {path, pid} = pidFile()
    const answer = await run(['sh', '-c', 'sleep 1000 & echo $! >"$1"; echo done', 'sh', path])
    expect(answer).toMatchObject({status: 'raw', text: 'done\n'})
    await waitUntilGone(pid())
  })

  test('nor does one that left the process group', async () => {
    const {path, pid} = pidFile()
    const answer = await run(['sh', '-c', 'setsid sleep 1000 & echo $! >"$1"; echo done', 'sh', path])
    expect(answer).toMatchObject({status: 'raw', text: 'done\n'})
    process.kill(pid(), 'SIGKILL')
  })

  test('a grandchild that ignores SIGTERM is killed at the deadline with the command', async () => {
    const {path, pid} = pidFile()
    const script = '(trap "" TERM; while :; do sleep 0.05; done) & echo $! >"$1"; wait'
    expect(await run(['sh', '-c', script, 'sh', path], {timeoutMs: 200})).toMatchObject({reason: 'timeout'})
    await waitUntilGone(pid())
  })
})

function pidFile(): {path: string; pid: () => number} {
  const path = `${temporaryFolder()}/pid`
  return {path, pid: () => Number(readFileSync(path, 'utf8'))}
}

/** Of all processes there are: `ps` is not installed everywhere. */
function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      } catch {
        // It has ended meanwhile.
        return ''
      }
    })
}
