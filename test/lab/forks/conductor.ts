import {type ChildProcessByStdio, execFileSync, spawn} from 'node:child_process'
import {chmodSync, mkdtempSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import type {Readable, Writable} from 'node:stream'

export interface Counted {
  /** Where it ended: at execve() or at fork(). */
  readonly step: 'exec' | 'fork'
  readonly tasks: number
  readonly errno: number
}

/** Compiles situation.c; gives its path and how to remove it. */
export function compileSituation(): {readonly path: string; remove(): void} {
  const dir = mkdtempSync('/tmp/nd-forks-')
  chmodSync(dir, 0o755)
  const path = join(dir, 'situation')
  const source = join(import.meta.dirname, 'situation.c')
  execFileSync('gcc', ['-O2', '-static', '-Wall', '-Wextra', '-pthread', '-o', path, source], {stdio: 'pipe'})
  chmodSync(path, 0o755)
  return {path, remove: () => rmSync(dir, {recursive: true, force: true})}
}

/** One program that builds a situation or probes; everything below it ends when its stdin closes. */
export class Conductor {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>
  readonly #ended: Promise<void>
  #lines = ''
  #errors = ''
  #exited = false
  #wake: () => void = () => {}

  constructor(argv: readonly [string, ...string[]]) {
    this.#child = spawn(argv[0], argv.slice(1), {stdio: ['pipe', 'pipe', 'pipe']})
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#lines += text
      this.#wake()
    })
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors += text
    })
    this.#child.stdin.on('error', () => {})
    this.#ended = new Promise((resolve) => {
      this.#child.on('close', () => {
        this.#exited = true
        this.#wake()
        resolve()
      })
    })
  }

  get said(): string {
    return this.#errors
  }

  tell(...lines: readonly string[]): void {
    this.#child.stdin.write(lines.map((line) => `${line}\n`).join(''))
  }

  /** The words after `keyword` of the first line that begins with it. */
  async hear(keyword: string): Promise<string[]> {
    for (;;) {
      const line = this.#lines.split('\n').find((each) => each.startsWith(keyword))
      if (line !== undefined && this.#lines.includes(`${line}\n`)) return line.trim().split(' ').slice(1)
      if (this.#exited) throw new Error(`ended before it said ${keyword}: ${this.#errors}`)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  async result(): Promise<Counted> {
    const [step, tasks, errno] = await this.hear('RESULT')
    return {step: step === 'exec' ? 'exec' : 'fork', tasks: Number(tasks), errno: Number(errno)}
  }

  async end(): Promise<void> {
    this.#child.stdin.end()
    await this.#ended
  }
}
