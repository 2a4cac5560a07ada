import {type ChildProcess, spawn} from 'node:child_process'
import {type Missing, missing} from '../../model/missing.js'
import type {Raw} from '../collected.js'
import {errorCode} from '../read-regular.js'

const DEFAULT_MAX_BYTES = 16 << 20
const STDERR_BYTES = 8 << 10
/** From SIGTERM to SIGKILL, and from there to giving up. */
const TERM_GRACE_MS = 200
const KILL_GRACE_MS = 300
/** How long after its exit its last output may take to arrive, while another process holds the pipe. */
const DRAIN_MS = 200

/** Nothing of the caller's: no locale, no PERL5OPT, no LD_PRELOAD, no PATH of a user. */
const ENVIRONMENT = {LC_ALL: 'C', PATH: '/usr/sbin:/usr/bin:/sbin:/bin'}

/** Each is in a process group of its own, so Ctrl-C does not reach it. One listener for all: Node warns of many. */
const running = new Set<ChildProcess>()

export interface CommandOptions {
  /** Name of the input that it answers. */
  readonly input: string
  readonly timeoutMs: number
  readonly okExitCodes?: readonly number[]
  readonly maxBytes?: number
  /** What it reads from its standard input; else that is closed. */
  readonly stdin?: string
  /** Ends it before its time. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Runs one command: no shell, standard input closed unless it is given, a process group of its own, which is killed at
 * the deadline. Always answers at most half a second after it: a process that not even SIGKILL
 * ends (uninterruptible sleep) is left behind, and so is one that only holds the pipe.
 */
export function runCommand(argv: readonly [string, ...string[]], options: CommandOptions): Promise<Raw | Missing> {
  const origin = argv.join(' ')
  const {input, timeoutMs, maxBytes = DEFAULT_MAX_BYTES, okExitCodes = [0]} = options
  const fail = (reason: Missing['reason'], detail: string) => missing(input, reason, `${origin}: ${detail}`)

  let child: ChildProcess
  try {
    const [program, ...args] = argv
    const stdin = options.stdin === undefined ? 'ignore' : 'pipe'
    child = spawn(program, args, {detached: true, stdio: [stdin, 'pipe', 'pipe'], env: ENVIRONMENT, cwd: '/'})
  } catch (error) {
    return Promise.resolve(cannotStart(error, fail))
  }

  return new Promise((resolve) => {
    const timers: NodeJS.Timeout[] = []
    const output: Buffer[] = []
    let size = 0
    let stderr = ''
    let ended: {code: number | null; signal: NodeJS.Signals | null} | undefined
    let stopped: Missing | undefined

    const finish = (answer: Raw | Missing) => {
      for (const timer of timers) clearTimeout(timer)
      options.signal?.removeEventListener('abort', onAbort)
      running.delete(child)
      if (running.size === 0) process.off('exit', killRunning)
      // Whoever still holds the other end must neither keep us waiting nor keep us alive.
      child.stdin?.destroy()
      child.stdout?.destroy()
      child.stderr?.destroy()
      child.unref()
      resolve(answer)
    }
    const stop = (why: Missing) => {
      if (stopped) return
      stopped = why
      killGroup(child, 'SIGTERM')
      timers.push(
        setTimeout(() => killGroup(child, 'SIGKILL'), TERM_GRACE_MS),
        setTimeout(
          () => finish({...why, detail: `${why.detail}; still running, given up`}),
          TERM_GRACE_MS + KILL_GRACE_MS,
        ),
      )
    }
    const onAbort = () => stop(fail('timeout', 'interrupted'))
    const answer = () => {
      if (stopped) return finish(stopped)
      if (!ended) return
      if (ended.code === null) return finish(fail('invalid', `killed by ${ended.signal}`))
      if (okExitCodes.includes(ended.code)) {
        return finish({status: 'raw', origin, text: Buffer.concat(output).toString('utf8'), exitCode: ended.code})
      }
      finish(fail('invalid', `exit code ${ended.code}${firstLine(stderr)}`))
    }

    timers.push(setTimeout(() => stop(fail('timeout', `no answer within ${timeoutMs} ms`)), timeoutMs))
    if (running.size === 0) process.once('exit', killRunning)
    running.add(child)
    options.signal?.addEventListener('abort', onAbort, {once: true})
    if (options.signal?.aborted) onAbort()
    child.on('error', (error) => finish(cannotStart(error, fail)))
    // EPIPE: it ended before it had read all; its exit code says why.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(options.stdin)
    child.stdout?.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= maxBytes) output.push(chunk)
      else stop(fail('truncated', `more than ${maxBytes} bytes of output`))
    })
    child.stderr?.on('data', (chunk: Buffer) => {
      if (stderr.length < STDERR_BYTES) stderr += chunk.toString('utf8')
    })
    child.on('exit', (code, signal) => {
      ended = {code, signal}
      if (stopped) {
        killGroup(child, 'SIGKILL')
        finish(stopped)
        return
      }
      timers.push(
        setTimeout(() => {
          killGroup(child, 'SIGKILL')
          answer()
        }, DRAIN_MS),
      )
    })
    child.on('close', answer)
  })
}

function cannotStart(error: unknown, fail: (reason: Missing['reason'], detail: string) => Missing): Missing {
  const code = errorCode(error)
  if (code === undefined) throw error
  if (code === 'ENOENT') return fail('absent', 'no such command')
  return fail('denied', `cannot be started: ${code}`)
}

function killRunning(): void {
  for (const child of running) killGroup(child, 'SIGKILL')
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // ESRCH: the group has no member left.
  }
}

function firstLine(stderr: string): string {
  const line = stderr.split('\n', 1)[0]?.trim()
  return line ? `: ${line.slice(0, 300)}` : ''
}
