import {chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {bootVirtual} from '../cgroup2/virtual.js'
import {orderFor, readMeasured} from './conductor.js'
import type {Configuration} from './configuration.js'
import {type ConfigurationResult, judge, kernelOf} from './run.js'

const SECONDS_EACH = 15
const SECONDS_TO_BOOT = 180

/**
 * Has the configurations built by the kernel of this machine's release, in a virtual machine: an older kernel than that
 * of most developers, with what theirs may lack (VRF, home addresses).
 */
export async function runVirtual(
  configurations: readonly {readonly index: string; readonly configuration: Configuration}[],
): Promise<{readonly release: string; readonly results: readonly ConfigurationResult[]}> {
  const folder = mkdtempSync('/tmp/nd-source-')
  try {
    takeAlongPython(folder)
    for (const name of ['worker.py', 'virtual-init.sh']) cpSync(join(import.meta.dirname, name), join(folder, name))
    chmodSync(join(folder, 'virtual-init.sh'), 0o755)
    writeFileSync(
      join(folder, 'orders'),
      configurations.map(({configuration}) => `${orderFor(configuration)}\n`).join(''),
    )
    const seconds = SECONDS_TO_BOOT + SECONDS_EACH * configurations.length
    const console = await bootVirtual(folder, '/lab/virtual-init.sh', seconds)
    const read = (name: string) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '')
    const answers = read('answers').split('\n').slice(0, -1)
    if (answers.length !== configurations.length) {
      throw new Error(`${answers.length} answers for ${configurations.length}: ${read('errors')}${console}`)
    }
    const ran = kernelOf(read('release').trim(), Number(read('mip6')) > 0)
    const results = configurations.map(({index, configuration}, at) =>
      judge(index, configuration, readMeasured(answers[at] ?? '', configuration), ran),
    )
    return {release: ran.kernel.release, results}
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}

/** The virtual machine has none; it is of the same release, so that this one runs there. */
function takeAlongPython(folder: string): void {
  const version = readdirSync('/usr/lib').find((name) => /^python3\.\d+$/.test(name))
  if (version === undefined) throw new Error('no python3')
  cpSync(`/usr/bin/${version}`, join(folder, 'usr/bin/python3'), {dereference: true})
  const left = new Set(['test', 'idlelib', 'tkinter', 'lib2to3', 'ensurepip', 'dist-packages', '__pycache__'])
  cpSync(`/usr/lib/${version}`, join(folder, 'usr/lib', version), {
    recursive: true,
    dereference: true,
    filter: (source) => !left.has(source.split('/').at(-1) ?? ''),
  })
}
