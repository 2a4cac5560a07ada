import {execFileSync} from 'node:child_process'
import {chmodSync, mkdtempSync, rmSync} from 'node:fs'
import {chmod, link, mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import {type BootedDebian, bootDebian} from '../../support/lab/booted.js'
import {scratch} from '../../support/lab/scratch.js'
import {type LabFiles, layDown} from './files.js'
import {RECORDINGS} from './recordings.js'

/** Programs of the lab below /nd: each command of a unit has one of its own, which tells it from the others. */
export const programs: readonly string[] = [
  ...['c', 's', 'f', 'n'].flatMap((does) => Array.from({length: does === 'c' ? 100 : 10}, (_, at) => `${does}${at}`)),
  'c$X',
  'c%x',
  'c x',
  'cä',
]

/** Where a program may be found by its name alone. */
const FOLDERS = ['/nd', '/nd/search', '/usr/local/bin']

/** Environment of PID 1 of which units may ask for copies. */
const environment = {NDPASS: 'from PID 1', NDPASS2: '', NDPASS3: 'a "b c" $D'}

/** Compiles the recorder; gives its path and how to remove it. */
export function compileRecorder(): {readonly path: string; remove(): void} {
  const dir = mkdtempSync('/tmp/nd-exec-')
  const path = join(dir, 'recorder')
  const source = join(import.meta.dirname, 'recorder.c')
  execFileSync('gcc', ['-O2', '-static', '-Wall', '-Wextra', '-o', path, source], {stdio: 'pipe'})
  chmodSync(path, 0o755)
  return {path, remove: () => rmSync(dir, {recursive: true, force: true})}
}

/** A booted Debian with the recorder in it, and with these files from the beginning of its PID 1. */
export async function bootRecorded(release: string, recorder: string, files: LabFiles): Promise<BootedDebian> {
  const machine = await bootDebian({release, environment})
  const {dir, remove} = await scratch()
  try {
    await chmod(dir, 0o755)
    await layDown(dir, files)
    for (const folder of FOLDERS) {
      await mkdir(join(dir, folder), {recursive: true})
      for (const name of programs) {
        const first = join(dir, '/nd', programs[0] ?? '')
        if (join(dir, folder, name) === first) execFileSync('cp', [recorder, first])
        else await link(first, join(dir, folder, name))
      }
    }
    await machine.copyIn(dir)
    // A shell that only writes down what it is given.
    await succeed(machine, ['useradd', '--shell', '/nd/c99', '--home-dir', '/', 'ndshell'])
    await succeed(machine, ['mkdir', '-p', '-m', '1777', RECORDINGS])
    return machine
  } catch (error) {
    await machine.stop()
    throw error
  } finally {
    await remove()
  }
}

export async function succeed(machine: BootedDebian, argv: readonly [string, ...string[]], input?: string) {
  const {code, stdout, stderr} = await machine.run(argv, input)
  if (code !== 0) throw new Error(`${argv.join(' ').slice(0, 200)}: exit ${code}: ${stderr}`)
  return stdout
}
