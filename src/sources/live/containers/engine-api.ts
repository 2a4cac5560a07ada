import {IncomingMessage} from 'node:http'
import {createRequire} from 'node:module'
import {errorCode, failureOf, type ReadFailure} from '../../read-regular.js'
import {forgetLastStat} from '../forget-last-stat.js'

/** `gone`: the engine knows of no such thing. */
export type Failure = ReadFailure & {readonly gone?: true}
export type Answer = {readonly value: unknown} | Failure

/** Asks a container engine. Every answer is JSON, whole, and within its cap, or a reason why not. */
export interface EngineApi {
  get(path: string, maxBytes: number): Promise<Answer>
}

/** Every status is an answer to us: dockerode reads the body of what it takes for an error without a cap. */
const anyStatus: Readonly<Record<number, true>> = Object.fromEntries(
  Array.from({length: 500}, (_, index) => [index + 100, true as const]),
)

/** Variables from which dockerode would take another address, or read certificates. */
const DOCKER_VARIABLES = ['DOCKER_HOST', 'DOCKER_CERT_PATH', 'DOCKER_TLS_VERIFY', 'DOCKER_CLIENT_TIMEOUT']

/** When to end. */
export interface Deadline {
  readonly signal: AbortSignal
  readonly timeoutMs: number
}

/**
 * Docker's API, or Podman's equal of it, at a Unix socket.
 *
 * @param deadline ends every question that is still open with `timeout`
 */
export function openEngine(socketPath: string, deadline: Deadline): EngineApi {
  // Not import(), which finds its file later, after who knows which stat(2).
  forgetLastStat()
  const Docker: typeof import('dockerode') = createRequire(import.meta.url)('dockerode')
  // With DOCKER_HOST=tcp://... dockerode dials that host, also where a socket is given.
  const {modem} = withoutVariables(DOCKER_VARIABLES, () => new Docker({socketPath}))
  return {
    get(path, maxBytes) {
      return new Promise((resolve) => {
        if (deadline.signal.aborted) return resolve(late(path, deadline))
        const fail = (error: unknown) =>
          resolve(deadline.signal.aborted ? late(path, deadline) : failureOfRequest(error, path))
        modem.dial(
          {
            path: dockerodePath(path),
            method: 'GET',
            isStream: true,
            statusCodes: anyStatus,
            abortSignal: deadline.signal,
          },
          (error, response) =>
            response instanceof IncomingMessage
              ? readJson(response, path, maxBytes, deadline.signal).then(resolve, fail)
              : fail(error),
        )
      })
    },
  }
}

async function readJson(
  response: IncomingMessage,
  path: string,
  maxBytes: number,
  deadline: AbortSignal,
): Promise<Answer> {
  const chunks: Buffer[] = []
  let total = 0
  const onAbort = () => response.destroy(new Error('deadline'))
  deadline.addEventListener('abort', onAbort)
  try {
    for await (const chunk of response) {
      chunks.push(chunk)
      total += chunk.length
      if (total > maxBytes) return {reason: 'truncated', detail: `GET ${path}: more than ${maxBytes} bytes`}
    }
  } finally {
    deadline.removeEventListener('abort', onAbort)
    response.destroy()
  }
  const status = response.statusCode ?? 0
  if (status === 404) return {reason: 'invalid', detail: `GET ${path}: HTTP 404`, gone: true}
  if (status === 401 || status === 403) return {reason: 'denied', detail: `GET ${path}: HTTP ${status}`}
  if (status !== 200) return {reason: 'invalid', detail: `GET ${path}: HTTP ${status}`}
  try {
    return {value: JSON.parse(Buffer.concat(chunks).toString('utf8'))}
  } catch {
    return {reason: 'invalid', detail: `GET ${path}: not JSON`}
  }
}

function failureOfRequest(error: unknown, path: string): ReadFailure {
  const code = errorCode(error)
  if (code === 'ECONNREFUSED') return {reason: 'absent', detail: 'nothing listens at this socket'}
  // connect(2) on a Unix socket does not wait for a place in the queue when it may not block.
  if (code === 'EAGAIN') return {reason: 'timeout', detail: 'its queue is full: it accepts no connection'}
  if (code === undefined) return {reason: 'invalid', detail: `GET ${path}: ${String(error)}`}
  return failureOf(error, `GET ${path}`)
}

/** dockerode takes the last character off a path with a question mark, which it expects at the end. */
function dockerodePath(path: string): string {
  return path.includes('?') ? `${path}&` : path
}

function late(path: string, {timeoutMs}: Deadline): ReadFailure {
  return {reason: 'timeout', detail: `GET ${path}: no whole answer within ${timeoutMs} ms`}
}

function withoutVariables<T>(names: readonly string[], use: () => T): T {
  const kept = names.map((name) => [name, process.env[name]] as const)
  for (const name of names) delete process.env[name]
  try {
    return use()
  } finally {
    for (const [name, value] of kept) if (value !== undefined) process.env[name] = value
  }
}
