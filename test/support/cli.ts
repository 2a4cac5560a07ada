import {spawn, spawnSync} from 'node:child_process'
import {mkdtempSync, readdirSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Ended {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The package as users get it: packed, and installed from its tarball into a folder of its own. */
export class InstalledPackage {
  readonly folder: string
  readonly packageFolder: string
  readonly bin: string

  constructor() {
    // World-readable, so that the tests of another UID can run it.
    this.folder = mkdtempSync(join(tmpdir(), 'netdoctor-e2e-'))
    spawnOrThrow('chmod', ['755', this.folder])
    spawnOrThrow('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', this.folder], root)
    const tarball = readdirSync(this.folder).find((name) => name.endsWith('.tgz'))
    if (!tarball) throw new Error('npm pack made no tarball')
    const flags = [
      '--prefix',
      this.folder,
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
      '--omit=dev',
    ]
    spawnOrThrow('npm', ['install', ...flags, join(this.folder, tarball)])
    this.packageFolder = join(this.folder, 'node_modules/netdoctor')
    this.bin = join(this.folder, 'node_modules/.bin/netdoctor')
  }

  /** Runs it to its end. `through` is a program that starts it (`setpriv ...`). */
  run(
    args: readonly string[],
    options: {env?: NodeJS.ProcessEnv; through?: readonly string[]; cwd?: string} = {},
  ): Ended {
    const [program = '', ...rest] = [...(options.through ?? []), process.execPath, this.bin, ...args]
    const ended = spawnSync(program, rest, {
      encoding: 'utf8',
      env: {PATH: process.env.PATH, HOME: this.folder, ...options.env},
      cwd: options.cwd ?? '/',
      maxBuffer: 64 << 20,
    })
    if (ended.error) throw ended.error
    return {exitCode: ended.status, stdout: ended.stdout, stderr: ended.stderr}
  }

  /** Starts it and hands over the running child. */
  start(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    return spawn(process.execPath, [this.bin, ...args], {
      env: {PATH: process.env.PATH, HOME: this.folder, ...env},
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }

  remove(): void {
    rmSync(this.folder, {recursive: true, force: true})
  }
}

function spawnOrThrow(program: string, args: readonly string[], cwd?: string): void {
  const {status, stdout, stderr, error} = spawnSync(program, args, {encoding: 'utf8', ...(cwd ? {cwd} : {})})
  if (error) throw error
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}\n${stdout}${stderr}`)
}
