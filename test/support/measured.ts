import {spawnSync} from 'node:child_process'

export interface Measured {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
  /** Of all its threads, user and system: what else runs on the machine hardly changes it. */
  readonly cpuMs: number
  readonly peakMiB: number
}

const MARK = 'netdoctor-measured'
const report = `data:text/javascript,process.on('exit',()=>{const{user,system}=process.cpuUsage();\
process.getBuiltinModule('fs').writeSync(2,'\\n${MARK} '+(user+system)/1000+' '+process.resourceUsage().maxRSS/1024+'\\n')})`

/** Runs a script of Node to its end, or until `limitMs`, and says what it took. */
export function measured(argv: readonly string[], limitMs = 600_000): Measured {
  const ended = spawnSync(process.execPath, ['--import', report, ...argv], {
    encoding: 'utf8',
    env: {PATH: process.env.PATH, NETDOCTOR_CONTAINER_SOCKETS: ''},
    cwd: '/',
    maxBuffer: 1 << 30,
    timeout: limitMs,
    killSignal: 'SIGKILL',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const marks = [...ended.stderr.matchAll(new RegExp(`^${MARK} (\\S+) (\\S+)\\n`, 'gm'))]
  // Its worker threads say so, too; the last and greatest is the whole.
  const most = (at: number) => (marks.length === 0 ? Number.NaN : Math.max(...marks.map((mark) => Number(mark[at]))))
  return {
    exitCode: ended.status,
    stdout: ended.stdout,
    stderr: ended.stderr.replaceAll(new RegExp(`\\n?${MARK} .*\\n`, 'g'), ''),
    cpuMs: most(1),
    peakMiB: most(2),
  }
}
