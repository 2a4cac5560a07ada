import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {parseArgs} from 'node:util'
import {whyNot} from '../../support/lab/requirements.js'
import {scratch} from '../../support/lab/scratch.js'
import {bootedProblems} from './booted.js'
import {layDownShare} from './share.js'
import {bootVirtual} from './virtual.js'

const usage = `npm run lab -- cgroup2 [--seed N] [--cases N] [--only CASE] [--no-situations] [--no-systemd]

Boots a Debian with cgroup v2 in a virtual machine, twice: for situations made up at random, and with systemd.
scripts/lab/provision.sh cgroup2 installs what it needs.`

/** Gives the exit code. */
export async function cgroup2Lab(argv: readonly string[]): Promise<number> {
  const {values} = parseArgs({
    args: [...argv],
    options: {
      seed: {type: 'string', default: String(Date.now() % 1_000_000)},
      cases: {type: 'string', default: '100'},
      only: {type: 'string'},
      'no-situations': {type: 'boolean', default: false},
      'no-systemd': {type: 'boolean', default: false},
      help: {type: 'boolean', default: false},
    },
  })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const lacking = whyNot('root', 'gcc', 'qemu-system-x86_64', 'debootstrap', 'busybox', 'cpio', 'mkfs.ext4')
  if (lacking !== null) throw new Error(`${lacking}: run scripts/lab/provision.sh cgroup2 as root`)
  const {dir: folder, remove} = await scratch()
  try {
    await layDownShare(folder)
    const problems: string[] = []
    if (!values['no-situations']) problems.push(...(await situations(folder, values)))
    if (!values['no-systemd']) {
      const console = await bootVirtual(folder, '/sbin/init', 600)
      problems.push(...bootedProblems(join(folder, 'out'), console))
    }
    for (const problem of problems) console.log(problem)
    console.log(problems.length === 0 ? 'All as expected.' : `${problems.length} not as expected.`)
    return problems.length === 0 ? 0 : 1
  } finally {
    await remove()
  }
}

async function situations(
  folder: string,
  {seed, cases, only}: {readonly seed: string; readonly cases: string; readonly only?: string | undefined},
): Promise<string[]> {
  console.log(`seed ${seed}, ${only === undefined ? `${cases} cases` : `case ${only}`}`)
  const args = ['--seed', seed, '--cases', cases, ...(only === undefined ? [] : ['--only', only])]
  writeFileSync(join(folder, 'arguments'), args.join(' '))
  // Measured: half a minute for 50 situations on an idle machine, several times that on a busy one.
  const said = await bootVirtual(folder, '/lab/init.sh', 300 + 10 * Number(cases))
  const result = read(join(folder, 'out/situations.json'))
  if (result === null) throw new Error(`no result:\n${said}`)
  const {summary, wrong}: {summary: string; wrong: string[]} = JSON.parse(result)
  console.log(summary)
  return wrong
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
