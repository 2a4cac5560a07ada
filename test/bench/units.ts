import {spawnSync} from 'node:child_process'
import {existsSync, mkdtempSync, readdirSync, rmSync} from 'node:fs'
import {homedir, tmpdir} from 'node:os'
import {join} from 'node:path'
import {HostRoot} from '../support/hostile-units/root.js'

const unitName = /^[^@]+\.(service|socket|timer|path|target|mount|automount|swap|slice)$/
const folders = ['/etc/systemd/system', '/usr/lib/systemd/system']
const SYNTHETIC_UNITS = 1000

/**
 * Times the judgement of all units against `systemd-analyze verify --man=no` of the same units, in turns: those of
 * this machine, made-up ones, and those of the corpus if `npm run lab -- corpus` has unpacked it.
 */
export function benchUnits(bin: string, runs: number): void {
  if (spawnSync('systemd-analyze', ['--version']).error) {
    console.log('\nsystemd-analyze is not installed: units are not compared')
    return
  }
  const folder = mkdtempSync(join(tmpdir(), 'netdoctor-bench-'))
  try {
    const made = join(folder, 'root')
    writeUnits(new HostRoot(made), SYNTHETIC_UNITS)
    const roots = ['/', made, ...cachedCorpora()]
    for (const root of roots) compare(bin, root, runs, root === made ? 'made up' : root)
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}

function compare(bin: string, root: string, runs: number, title: string): void {
  const names = namesBelow(root)
  const where = root === '/' ? [] : ['--root', root]
  const commands = new Map<string, readonly [string, ...string[]]>([
    ['node -e 0', [process.execPath, '-e', '0']],
    [
      'systemd-analyze verify --man=no',
      ['systemd-analyze', ...(root === '/' ? [] : [`--root=${root}`]), 'verify', '--man=no', ...names],
    ],
    ['check unit-environment', [process.execPath, bin, 'check', 'unit-environment', '--json', ...where]],
    [
      'check unit-environment boot-persistence',
      [process.execPath, bin, 'check', 'unit-environment', 'boot-persistence', '--json', ...where],
    ],
    ['predict exec --all', [process.execPath, bin, 'predict', 'exec', '--all', '--json', ...where]],
  ])
  requireAnswers(bin, where)
  const times = new Map<string, number[]>([...commands.keys()].map((name) => [name, []]))
  for (let run = 0; run < runs; run++) {
    for (const [name, argv] of commands) times.get(name)?.push(timeOf(argv))
  }
  const medianOf = (name: string) => median(times.get(name) ?? [])
  const verify = medianOf('systemd-analyze verify --man=no')
  const node = medianOf('node -e 0')
  console.log(`\n${names.length} units, ${title}; medians of ${runs} runs`)
  console.log('     ms  /node  /verify  less node')
  for (const name of times.keys()) {
    const time = medianOf(name)
    const ratios = [time / node, time / verify, (time - node) / verify].map((ratio) => ratio.toFixed(2).padStart(8))
    console.log(`${time.toFixed(1).padStart(7)} ${ratios.join(' ')}  ${name}`)
  }
}

/** A fast wrong answer is worth nothing: each service has to be there, and no checker may break. */
function requireAnswers(bin: string, where: readonly string[]): void {
  const run = (...args: readonly string[]) => {
    const {stdout} = spawnSync(process.execPath, [bin, ...args, '--json', ...where], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    })
    return stdout
  }
  const names = namesBelow(where[1] ?? '/').filter((name) => name.endsWith('.service'))
  const lines = run('predict', 'exec', '--all').split('\n').length - 1
  // Aliases are told under one name.
  if (lines < names.length / 2) throw new Error(`${names.length} services, but only ${lines} were predicted`)
  const {checkers} = JSON.parse(run('check', 'unit-environment', 'boot-persistence'))
  for (const {id, status, reason} of checkers) if (status === 'error') throw new Error(`${id}: ${reason}`)
}

function namesBelow(root: string): string[] {
  const found = folders.flatMap((folder) => {
    const path = join(root, folder)
    return existsSync(path) ? readdirSync(path).filter((name) => unitName.test(name)) : []
  })
  return [...new Set(found)].sort()
}

function cachedCorpora(): string[] {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'netdoctor-lab', 'corpus')
  if (!existsSync(cache)) return []
  return readdirSync(cache).flatMap((release) => {
    const merged = readdirSync(join(cache, release)).filter((name) => /^merged-\w+$/.test(name))
    return merged.map((name) => join(cache, release, name))
  })
}

function writeUnits(root: HostRoot, count: number): void {
  for (let at = 0; at < count; at++) {
    root.put(
      `/usr/lib/systemd/system/worker${at}.service`,
      `[Unit]
Description=Worker ${at}
After=network.target

[Service]
EnvironmentFile=-/etc/default/worker${at}
ExecStart=/usr/bin/true --number ${at} --data \${DATA} $OPTIONS
ExecReload=/bin/kill -HUP $MAINPID

[Install]
WantedBy=multi-user.target
`,
    )
    root.put(`/etc/default/worker${at}`, `DATA=/srv/${at}\n#OPTIONS=--verbose\n`)
  }
}

function timeOf([program, ...args]: readonly [string, ...string[]]): number {
  const start = performance.now()
  const {error} = spawnSync(program, args, {stdio: ['ignore', 'ignore', 'ignore']})
  if (error) throw error
  return performance.now() - start
}

function median(list: readonly number[]): number {
  const sorted = [...list].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}
