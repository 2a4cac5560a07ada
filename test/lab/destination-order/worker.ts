import {type ChildProcessByStdio, execFileSync, spawn} from 'node:child_process'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import type {Readable, Writable} from 'node:stream'
import type {Configuration} from './configuration.js'

/** What `ip -json -details address show` gives of a device. */
export interface ShownLink {
  /** A hardware type as ip(8) names it: ether, loopback, sit, ipip, tunnel6, ... */
  readonly link_type: string
  readonly addr_info: readonly {
    readonly local?: string
    /** The other end. */
    readonly address?: string
    readonly prefixlen?: number
    readonly deprecated?: boolean
    readonly optimistic?: boolean
    readonly home?: boolean
  }[]
}

export interface Measured {
  /** `2.36` */
  readonly glibc: string
  /** getaddrinfo() did: not all names have answers. */
  readonly crashed: boolean
  readonly addresses: readonly ShownLink[]
  readonly answers: readonly {
    readonly name: string
    /** `4:192.0.2.1`, `6:::1`: in the order of getaddrinfo(). */
    readonly order: readonly string[]
    /** By destination. null: connect() failed. */
    readonly sources: ReadonlyMap<string, string | null>
  }[]
  /** Commands that the kernel did not accept: they are no part of the configuration. */
  readonly refused: readonly string[]
}

/** Compiles resolve.c into a folder; gives its path. */
export function compileResolver(folder: string): string {
  const program = join(folder, 'resolve')
  execFileSync('gcc', ['-Wall', '-Werror', '-O1', '-o', program, join(import.meta.dirname, 'resolve.c')])
  return program
}

/** worker.py: builds one namespace after another and asks the glibc of `root` in it. */
export class Worker {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>
  readonly #lines: AsyncIterator<string>
  #errors = ''

  constructor(program: string, root: string) {
    this.#child = spawn('/usr/bin/python3', [join(import.meta.dirname, 'worker.py'), program, root], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8'},
    })
    this.#lines = createInterface({input: this.#child.stdout})[Symbol.asyncIterator]()
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors += text
    })
    this.#child.stdin.on('error', () => {})
  }

  /** Until the next is measured, this process is in the namespaces of the last configuration. */
  get pid(): number | undefined {
    return this.#child.pid
  }

  /** @param settle whether the network shall change no more when it is asked */
  async measure({tunnels, links, sysctl, ip, gai, names}: Configuration, settle = false): Promise<Measured> {
    const hosts = names.flatMap(({name, addresses}) => addresses.map((address) => `${address} ${name}\n`)).join('')
    const request = {tunnels, links, sysctl, ip, gai, hosts, names: names.map(({name}) => name), settle}
    this.#child.stdin.write(`${JSON.stringify(request)}\n`)
    const {value, done} = await this.#lines.next()
    if (done) throw new Error(`worker.py ended: ${this.#errors}`)
    const reply: {
      readonly problem?: string
      readonly addresses: readonly ShownLink[]
      readonly lines: readonly string[]
      readonly crashed: boolean
      readonly refused: readonly string[]
    } = JSON.parse(value)
    if (reply.problem !== undefined) throw new Error(`${reply.problem}\n${JSON.stringify(request, null, 1)}`)
    const {addresses, refused, crashed} = reply
    const [glibc = '', ...lines] = reply.lines
    return {glibc, crashed, addresses, refused, answers: parseLines(lines)}
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.on('close', resolve))
    this.#child.stdin.end()
    await ended
  }
}

/** The lines of resolve.c. */
function parseLines(lines: readonly string[]): Measured['answers'] {
  const answers: {name: string; order: readonly string[]; sources: Map<string, string | null>}[] = []
  for (const line of lines) {
    const [head = '', ...rest] = line.split(' ')
    const [destination = '', source = ''] = rest
    if (head === '>') answers.at(-1)?.sources.set(destination, source === '-' ? null : source.slice(2))
    else answers.push({name: head, order: rest, sources: new Map()})
  }
  return answers
}
