import {spawn} from 'node:child_process'

export interface Output {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface CommandOptions {
  readonly input?: Buffer | string
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Runs a program to its end. Rejects only if it cannot be started. */
export function tryCommand(argv: readonly [string, ...string[]], options: CommandOptions = {}): Promise<Output> {
  const [program, ...args] = argv
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {PATH, LC_ALL: 'C', HOME: '/root', ...options.env},
    ...(options.cwd === undefined ? {} : {cwd: options.cwd}),
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    stderr += chunk
  })
  // A program that does not read its input is no fault of ours.
  child.stdin.on('error', () => {})
  child.stdin.end(options.input)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({code: code ?? -1, stdout, stderr}))
  })
}

/** Runs a program and gives its standard output. Rejects, quoting its words, unless it exits with 0. */
export async function command(argv: readonly [string, ...string[]], options: CommandOptions = {}): Promise<string> {
  const {code, stdout, stderr} = await tryCommand(argv, options)
  if (code !== 0) throw new Error(`${argv.join(' ')}: exit ${code}: ${stderr.trim() || stdout.trim()}`)
  return stdout
}

/** Asks until `probe` gives something, for at most `seconds`. */
export async function eventually<T>(what: string, seconds: number, probe: () => Promise<T | null>): Promise<T> {
  const end = performance.now() + seconds * 1000
  while (performance.now() < end) {
    const found = await probe()
    if (found !== null) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${what}: not within ${seconds} s`)
}
