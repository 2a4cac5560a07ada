import {type ChildProcess, spawn} from 'node:child_process'
import {existsSync} from 'node:fs'
import {createRequire} from 'node:module'
import {Socket} from 'node:net'
import {dirname, join} from 'node:path'
import {fileURLToPath, pathToFileURL} from 'node:url'

/** Where the build puts the child's entry, below the folder of the build; it is an entry of its own. */
const BUILT_ENTRY = 'src/sources/live/expendable-child.js'

/** One child process. It never keeps this process alive: whoever waits for an answer has a timer that does. */
export class ExpendableWorker {
  readonly #child: ChildProcess
  #pending = ''

  /** @param onLine a parsed answer; @param onEnd it ended, or could not be started (with the errno) */
  constructor(onLine: (answer: unknown) => void, onEnd: (code: string) => void) {
    this.#child = spawn(process.execPath, childArguments(), {
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
      // Not the caller's: NODE_OPTIONS could load anything into it.
      env: {LC_ALL: 'C', PATH: '/usr/sbin:/usr/bin:/sbin:/bin'},
    })
    const {stdin, stdout} = this.#child
    this.#child.unref()
    for (const stream of [stdin, stdout]) if (stream instanceof Socket) stream.unref()
    this.#child.on('error', (error) => onEnd('code' in error ? String(error.code) : error.message))
    this.#child.on('exit', () => onEnd('it ended'))
    // EPIPE: its end is told by 'exit'.
    stdin?.on('error', () => {})
    stdout?.setEncoding('utf8')
    stdout?.on('data', (chunk: string) => {
      const lines = chunk.split('\n')
      lines[0] = this.#pending + lines[0]
      this.#pending = lines.pop() ?? ''
      for (const line of lines) onLine(JSON.parse(line))
    })
  }

  send(request: unknown): void {
    this.#child.stdin?.write(`${JSON.stringify(request)}\n`)
  }

  /** Ends it; if it hangs in the kernel it is left behind. */
  abandon(): void {
    this.#child.removeAllListeners('exit')
    this.#child.stdin?.destroy()
    this.#child.stdout?.destroy()
    this.#child.kill('SIGKILL')
  }
}

/** From the sources (tests, development) the entry is TypeScript, which plain Node 20 does not run. */
function childArguments(): string[] {
  const self = fileURLToPath(import.meta.url)
  if (self.endsWith('.ts')) {
    const loader = pathToFileURL(createRequire(self).resolve('tsx')).href
    return ['--import', loader, join(dirname(self), 'expendable-child.ts')]
  }
  for (let folder = dirname(self); folder !== dirname(folder); folder = dirname(folder)) {
    const entry = join(folder, BUILT_ENTRY)
    if (existsSync(entry)) return [entry]
  }
  throw new Error(`${BUILT_ENTRY} is missing from the build`)
}
