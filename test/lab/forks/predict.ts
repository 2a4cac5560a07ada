import type {PidsCgroups} from '../../../src/facts/pids-cgroups.js'
import type {TaskCounts} from '../../../src/models/task-limits/counts.js'
import {admitFork, type ForkAdmission, type Forker, forkerOf} from '../../../src/models/task-limits/fork.js'
import {admitStart, type Start, type StartAdmission} from '../../../src/models/task-limits/start.js'
import {admitTask, cgroupLimits, pidsCgroupOf} from '../../../src/models/task-limits/task.js'
import type {Situation} from './situation.js'

/** The model under test; a test of the test puts a broken one here. */
export interface Model {
  admitFork(counts: TaskCounts, forker: Forker): ForkAdmission
  admitStart(counts: TaskCounts, start: Start): StartAdmission
}

export const model: Model = {admitFork, admitStart}

/** What is expected of one situation. */
export interface Prediction {
  readonly step: 'exec' | 'fork' | 'unknown'
  /** Tasks that come into being. */
  readonly least: number
  readonly most: number
  /** Best guess, also where it is not certain. */
  readonly guess: number | null
  readonly certain: boolean
  readonly exempt: string | null
}

/** What the model says of the process that is about to try. */
export function predict(
  situation: Situation,
  pid: number,
  {counts, cgroups}: {readonly counts: TaskCounts; readonly cgroups: PidsCgroups},
  {admitFork, admitStart}: Model,
): Prediction {
  const process = counts.table.byPid.get(pid)
  if (!process) throw new Error(`the snapshot lacks the prober, PID ${pid}`)
  const path = pidsCgroupOf(process, cgroups)
  const {limits, unknowns} = path === null ? {limits: [], unknowns: []} : cgroupLimits(cgroups, path)
  if (unknowns.length > 0) throw new Error(`cgroup of PID ${pid}: ${JSON.stringify(unknowns)}`)
  const {prober} = situation
  if (prober.mode !== 'start') {
    const {allowed, bounds, certain, fork} = admitTask(admitFork(counts, forkerOf(process)), limits)
    return {step: 'fork', ...bounds, guess: allowed, certain, exempt: fork.exempt}
  }
  const inherited = process.nproc?.soft ?? Infinity
  const start = admitStart(counts, {
    kuid: prober.id.kuid,
    userns: process.userns ?? 'new',
    limit: prober.limit < 0 ? inherited : prober.limit,
    limitSet: prober.after ? 'after-setuid' : 'before-setuid',
    needs: 1,
  })
  if (start.outcome === null)
    return {step: 'unknown', least: 0, most: Infinity, guess: null, certain: false, exempt: null}
  const least = Math.min(...limits.map((limit) => limit.allowed))
  const forks = {least: Math.min(least, start.tasks.least - 1), most: Math.min(least, start.tasks.most - 1)}
  if (start.outcome === 'fails-at-exec') return {step: 'exec', least: 0, most: 0, guess: 0, certain: true, exempt: null}
  return {step: 'fork', ...forks, guess: forks.least, certain: forks.least === forks.most, exempt: null}
}
