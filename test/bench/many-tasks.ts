import {spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {existsSync, readFileSync} from 'node:fs'
import {createInterface} from 'node:readline'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import type {Report} from '../../src/model/report.js'

const bin = fileURLToPath(new URL('../../bin/run.js', import.meta.url))
const main = fileURLToPath(new URL('../../dist/program.cjs', import.meta.url))
const maker = fileURLToPath(new URL('many-tasks.py', import.meta.url))
/** What is found must not depend on the container engines of this machine. */
const env = {PATH: process.env.PATH, NETDOCTOR_CONTAINER_SOCKETS: ''}
const UIDS = 20

type Argv = readonly [string, ...string[]]

/**
 * `npm run lab -- many-tasks [--tasks N] [--threads N] [--runs N]`, as root: makes N real tasks that sleep, in
 * processes of some threads each, and times `check` and `ps -eLf` on them in turns. Among them is one process
 * that may make no further task: a fast answer that misses it is worth nothing.
 */
export async function manyTasks(argv: readonly string[]): Promise<void> {
  const {values} = parseArgs({
    args: [...argv],
    options: {
      tasks: {type: 'string', default: '10000'},
      threads: {type: 'string', default: '2'},
      runs: {type: 'string', default: '7'},
    },
  })
  if (!existsSync(main)) throw new Error('first: npm run build')
  if (process.getuid?.() !== 0) throw new Error('needs root')
  const threads = Number(values.threads)
  const processes = Math.ceil(Number(values.tasks) / threads)
  // Far from any account; another run takes others.
  const firstUid = 1_000_000_000 + (process.pid % 100_000) * 100
  const numbers = [firstUid, UIDS, processes, threads - 1].map(String)
  const child = spawn('/usr/bin/python3', [maker, ...numbers], {stdio: ['pipe', 'pipe', 'inherit'], detached: true})
  const ended = once(child, 'close')
  try {
    const started = performance.now()
    const [line = 'it ended'] = await Promise.race([
      once(createInterface({input: child.stdout}), 'line'),
      ended.then(() => []),
    ])
    const pid = /^ready (\d+)$/.exec(line)?.[1]
    if (pid === undefined) throw new Error(`tasks cannot be made: ${line}`)
    // The fourth field counts all tasks of the host.
    const tasks = readFileSync('/proc/loadavg', 'utf8').split(' ')[3]?.split('/')[1]
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    console.log(`${tasks} tasks, of which ${processes} processes of ${threads} are ours, made in ${seconds} s`)
    console.log(requireFinding(pid))
    compare(Number(values.runs))
  } finally {
    child.stdin.end()
    await ended
  }
}

function compare(runs: number): void {
  const commands = new Map<string, Argv>([
    ['node -e 0', [process.execPath, '-e', '0']],
    ['ps -eLf', ['ps', '-eLf']],
    ['check', [process.execPath, bin, 'check', '--json']],
  ])
  const times = new Map<string, number[]>([...commands.keys()].map((name) => [name, []]))
  for (let run = 0; run < runs; run++) {
    for (const [name, argv] of commands) times.get(name)?.push(timeOf(argv))
  }
  const timeFor = (name: string) => median(times.get(name) ?? [])
  console.log(`medians of ${runs} runs, Node ${process.version}\n     ms  /node  /ps -eLf  peak MiB`)
  for (const [name, argv] of commands) {
    const time = timeFor(name)
    const node = (time / timeFor('node -e 0')).toFixed(2).padStart(6)
    const ps = (time / timeFor('ps -eLf')).toFixed(2).padStart(9)
    console.log(`${time.toFixed(1).padStart(7)} ${node} ${ps} ${peakMemory(argv).padStart(9)}  ${name}`)
  }
}

function timeOf([program, ...args]: Argv): number {
  const start = performance.now()
  const {error} = spawnSync(program, args, {stdio: ['ignore', 'ignore', 'ignore'], env})
  if (error) throw error
  return performance.now() - start
}

function peakMemory([program, ...args]: Argv): string {
  if (program !== process.execPath) return ''
  const report = `data:text/javascript,process.on('exit',()=>process.stderr.write('\\npeak '+process.resourceUsage().maxRSS))`
  const {stderr} = spawnSync(program, ['--import', report, ...args], {encoding: 'utf8', maxBuffer: 1 << 28, env})
  return (Number(/peak (\d+)/.exec(stderr)?.[1]) / 1024).toFixed(0)
}

function requireFinding(pid: string): string {
  const {stdout} = spawnSync(process.execPath, [bin, 'check', '--json'], {encoding: 'utf8', maxBuffer: 1 << 28, env})
  const {findings, checkers}: Report = JSON.parse(stdout)
  const found = findings.filter(({id, evidence}) => {
    return id === 'fork-limit/fork-blocked' && evidence.some(({source}) => source.startsWith(`/proc/${pid}/`))
  })
  if (found.length !== 1) throw new Error(`process ${pid} was not found out: ${JSON.stringify(checkers)}`)
  return found[0]?.summary ?? ''
}

function median(list: readonly number[]): number {
  const sorted = [...list].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}
