import {type ChildProcessByStdio, spawn} from 'node:child_process'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import type {Readable, Writable} from 'node:stream'
import type {NetworkTexts} from '../../../src/facts/network/parse.js'
import {ipv6SettingFiles} from '../../../src/sources/ipv6-settings.js'
import type {Configuration} from './configuration.js'

export type Preference = 'none' | 'temporary' | 'public'

/** What RTM_GETROUTE answers: numbers as the kernel has them. */
export interface RouteReply {
  readonly errno?: string
  readonly table?: number
  readonly type?: number
  readonly dstLength?: number
  readonly srcLength?: number
  readonly dst?: string
  readonly src?: string
  readonly via?: string
  readonly dev?: string
  readonly metric?: number
  readonly prefsrc?: string
}

export interface KernelAnswer {
  readonly get: RouteReply
  /** The route itself (RTM_F_FIB_MATCH). */
  readonly match: RouteReply
  readonly connect: Readonly<Record<Preference, {readonly source?: string; readonly errno?: string}>>
}

export interface Measured {
  readonly texts: NetworkTexts
  /** In the order of the questions. */
  readonly answers: readonly KernelAnswer[]
  /** Commands and settings that the kernel did not accept: they are no part of the configuration. */
  readonly refused: readonly string[]
}

/** A line that worker.py reads. */
export function orderFor({phases, questions}: Configuration): string {
  return JSON.stringify({phases, questions, settings: Object.values(ipv6SettingFiles)})
}

/** A line that it writes. */
export function readMeasured(line: string, {phases}: Configuration): Measured {
  const measured: Measured & {readonly problem?: string} = JSON.parse(line)
  if (measured.problem !== undefined) throw new Error(`${measured.problem}\n${JSON.stringify(phases, null, 1)}`)
  return measured
}

/** worker.py: builds one namespace after another and asks in it. */
export class Worker {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>
  readonly #lines: AsyncIterator<string>
  #errors = ''

  constructor() {
    this.#child = spawn('/usr/bin/python3', [join(import.meta.dirname, 'worker.py')], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8'},
    })
    this.#lines = createInterface({input: this.#child.stdout})[Symbol.asyncIterator]()
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors += text
    })
    this.#child.stdin.on('error', () => {})
  }

  async measure(configuration: Configuration): Promise<Measured> {
    this.#child.stdin.write(`${orderFor(configuration)}\n`)
    const {value, done} = await this.#lines.next()
    if (done) throw new Error(`worker.py ended: ${this.#errors}`)
    return readMeasured(value, configuration)
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.on('close', resolve))
    this.#child.stdin.end()
    await ended
  }
}
