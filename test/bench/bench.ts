import {spawnSync} from 'node:child_process'
import {existsSync, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import type {Report} from '../../src/model/report.js'
import {benchBatches} from './batches.js'
import {writeSyntheticHost} from './synthetic-host.js'
import {benchUnits} from './units.js'

/**
 * `npm run bench -- [--runs N] [--tasks N] [--seed N]`: time of commands as ratios to `node -e 0` and
 * to `ps -eLf`, measured in turns in the same run, because machines differ and are busy; peak memory. How the time of
 * large batches grows. Then the judgement of all units as a ratio to `systemd-analyze verify --man=no`.
 */
const {values} = parseArgs({
  options: {
    runs: {type: 'string', default: '15'},
    tasks: {type: 'string', default: '20000'},
    seed: {type: 'string', default: '1'},
  },
})
const bin = fileURLToPath(new URL('../../bin/run.js', import.meta.url))
if (!existsSync(fileURLToPath(new URL('../../dist/program.cjs', import.meta.url))))
  throw new Error('first: npm run build')

/** Prints the peak resident set of the process it is loaded into, in KiB. */
const reportMemory = `data:text/javascript,process.on('exit',()=>process.stderr.write('\\npeak '+process.resourceUsage().maxRSS))`

const folder = mkdtempSync(join(tmpdir(), 'netdoctor-bench-'))
try {
  const recorded = [30, 1].map((maxThreads) => {
    const from = join(folder, `threads-${maxThreads}`)
    const host = writeSyntheticHost(from, Number(values.tasks), Number(values.seed), maxThreads)
    const name = `check --from (${host.tasks} tasks, ${host.processes} processes, ${host.containers} containers)`
    return {name, args: [bin, 'check', '--json', '--from', from], culprit: host.culprit}
  })
  const commands = new Map<string, readonly string[]>([
    ['node -e 0', ['-e', '0']],
    ['--version', [bin, '--version']],
    ['--help', [bin, '--help']],
    ['list', [bin, 'list']],
    ['check (this host)', [bin, 'check', '--json']],
    ...recorded.map(({name, args}) => [name, args] as const),
  ])
  for (const {args, culprit} of recorded) requireFindings(args, culprit)

  const times = new Map<string, number[]>([...commands.keys(), 'ps -eLf'].map((name) => [name, []]))
  for (let run = 0; run < Number(values.runs); run++) {
    for (const [name, args] of commands) times.get(name)?.push(timeOf(process.execPath, args))
    times.get('ps -eLf')?.push(timeOf('ps', ['-eLf']))
  }

  const medians = new Map([...times].map(([name, list]) => [name, median(list)]))
  const node = medians.get('node -e 0') ?? Number.NaN
  const ps = medians.get('ps -eLf') ?? Number.NaN
  console.log(`medians of ${values.runs} runs, seed ${values.seed}, Node ${process.version}\n`)
  console.log('     ms  /node  /ps -eLf  peak MiB')
  for (const [name, time] of medians) {
    const args = commands.get(name)
    const peak = args ? peakMemory(args).toFixed(0) : ''
    const ratios = `${(time / node).toFixed(2).padStart(6)} ${(time / ps).toFixed(1).padStart(9)}`
    console.log(`${time.toFixed(1).padStart(7)} ${ratios} ${peak.padStart(9)}  ${name}`)
  }
  benchBatches(bin, folder, Math.min(Number(values.runs), 5))
} finally {
  rmSync(folder, {recursive: true, force: true})
}
benchUnits(bin, Number(values.runs))

function timeOf(program: string, args: readonly string[]): number {
  const start = performance.now()
  const {error} = spawnSync(program, args, {stdio: ['ignore', 'ignore', 'ignore']})
  if (error) throw error
  return performance.now() - start
}

function peakMemory(args: readonly string[]): number {
  const {stderr} = spawnSync(process.execPath, ['--import', reportMemory, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  return Number(/peak (\d+)/.exec(stderr)?.[1]) / 1024
}

/** A fast wrong answer is worth nothing. */
function requireFindings(args: readonly string[], culprit: string): void {
  const {stdout} = spawnSync(process.execPath, args, {encoding: 'utf8', maxBuffer: 1 << 28})
  const report: Report = JSON.parse(stdout)
  const found = report.findings.some(
    ({id, subject}) => id === 'uid-collision/shared-task-limit' && subject.name === culprit,
  )
  const blocked = report.findings.some(({id}) => id === 'fork-limit/start-blocked')
  if (!found || !blocked)
    throw new Error(`the container ${culprit} was not found out: ${JSON.stringify(report.checkers)}`)
}

function median(list: readonly number[]): number {
  const sorted = [...list].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const [lower = Number.NaN, upper = Number.NaN] = [sorted[middle - 1], sorted[middle]]
  return sorted.length % 2 === 0 ? (lower + upper) / 2 : upper
}
