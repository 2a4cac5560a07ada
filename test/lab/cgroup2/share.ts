import {execFileSync} from 'node:child_process'
import {chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {build} from 'esbuild'
import {compileSituation} from '../forks/conductor.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const here = import.meta.dirname

/** Lays down what the virtual machine gets as /lab: Node, the built netdoctor, the situations, the scripts. */
export async function layDownShare(folder: string): Promise<void> {
  if (!existsSync(join(root, 'dist'))) throw new Error('there is no build: npm run build')
  mkdirSync(join(folder, 'out'))
  cpSync(process.execPath, join(folder, 'node'))
  for (const script of ['init.sh', 'run-situations.sh', 'run.sh']) {
    cpSync(join(here, script), join(folder, script))
    chmodSync(join(folder, script), 0o755)
  }
  const netdoctor = join(folder, 'package/netdoctor')
  for (const path of [...shipped(), ...dependencies()]) {
    cpSync(realpathSync(join(root, path)), join(netdoctor, path), {recursive: true})
  }
  // One file instead of thousands: opening one over 9p takes long.
  execFileSync('tar', ['-C', join(folder, 'package'), '-cf', join(folder, 'netdoctor.tar'), 'netdoctor'])
  const program = compileSituation()
  cpSync(program.path, join(folder, 'situation'))
  program.remove()
  await build({
    entryPoints: [join(here, 'guest.ts')],
    outfile: join(folder, 'guest.mjs'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    external: ['dockerode', 'systeminformation'],
    logLevel: 'warning',
  })
}

function shipped(): string[] {
  const pages = readdirSync(join(root, 'src/checkers'))
    .map((name) => `src/checkers/${name}/README.md`)
    .filter((path) => existsSync(join(root, path)))
  return ['bin/run.js', 'dist', 'schema', 'package.json', 'oclif.manifest.json', ...pages]
}

/** Folders of the packages that a user gets too. */
function dependencies(): string[] {
  const {packages}: {packages: Record<string, Record<string, unknown>>} = JSON.parse(
    readFileSync(join(root, 'package-lock.json'), 'utf8'),
  )
  const developing = ['dev', 'optional', 'devOptional', 'peer']
  return Object.entries(packages).flatMap(([path, about]) =>
    path === '' || developing.some((mark) => about[mark]) ? [] : [path],
  )
}
