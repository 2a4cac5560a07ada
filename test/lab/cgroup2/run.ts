import {countTasks} from '../../../src/models/task-limits/counts.js'
import {cgroupLimits, pidsCgroupOf} from '../../../src/models/task-limits/task.js'
import {Conductor, type Counted} from '../forks/conductor.js'
import {model, type Prediction, predict} from '../forks/predict.js'
import {commandsOf, type Situation} from '../forks/situation.js'
import {type Snapshot, takeSnapshot} from '../forks/snapshot.js'
import type {NestedSituation} from './generate.js'
import {NestedCgroups, type Refusals} from './nested-cgroups.js'

export interface NestedResult extends NestedSituation {
  readonly situation: Situation
  readonly prediction: Prediction
  readonly counted: Counted
  readonly snapshot: Snapshot
  readonly pid: number
  /** Room below the lowest of the limits of its cgroups, before it tried; Infinity without any. */
  readonly cgroupRoom: number
  /** A cgroup of it had more tasks than its limit. */
  readonly above: boolean
  /** What its cgroups count as refused afterwards, the prober's own first. */
  readonly refusals: readonly Refusals[]
}

export interface NestedBatch {
  readonly situations: readonly NestedSituation[]
  /** Path of the compiled situation.c. */
  readonly program: string
  /** Where the hierarchy with the pids controller is mounted. */
  readonly root: string
  /** While the situations still stand, after all have tried. */
  readonly whileStanding: (results: readonly NestedResult[]) => Promise<void>
}

/** Builds them all, predicts from one snapshot, then lets each count. */
export async function runNested({situations, program, root, whileStanding}: NestedBatch): Promise<NestedResult[]> {
  const built: Built[] = []
  try {
    // All settle before anything is torn down, so that nothing is left behind when one fails.
    const starts = await Promise.allSettled(situations.map((each) => Built.start(each, program, root)))
    for (const start of starts) if (start.status === 'fulfilled') built.push(start.value)
    const failed = starts.find((start) => start.status === 'rejected')
    if (failed) throw failed.reason
    for (const {cgroups} of built) cgroups.limit()
    const snapshot = await takeSnapshot()
    const counts = countTasks(snapshot.table, snapshot.namespaces, snapshot.kernel)
    const results = await Promise.all(
      built.map(async ({nested, pid, prober, cgroups}) => {
        const prediction = predict(nested.situation, pid, {counts, cgroups: snapshot.cgroups}, model)
        const {limits} = cgroupLimits(snapshot.cgroups, pathOf(snapshot, pid))
        prober.tell('go')
        const counted = await prober.result()
        return {
          ...nested,
          prediction,
          counted,
          snapshot,
          pid,
          cgroupRoom: Math.min(...limits.map(({allowed}) => allowed)),
          above: limits.some(({count, limit}) => count > limit),
          refusals: cgroups.refusals(),
        }
      }),
    )
    await whileStanding(results)
    return results
  } finally {
    await Promise.all(built.map((each) => each.end()))
  }
}

function pathOf({table, cgroups}: Snapshot, pid: number): string {
  const process = table.byPid.get(pid)
  const path = process ? pidsCgroupOf(process, cgroups) : null
  if (path === null) throw new Error(`the snapshot lacks the cgroup of PID ${pid}`)
  return path
}

/** One situation that stands. */
class Built {
  private constructor(
    readonly nested: NestedSituation,
    readonly pid: number,
    readonly prober: Conductor,
    readonly cgroups: NestedCgroups,
    private readonly conductors: readonly Conductor[],
  ) {}

  static async start(nested: NestedSituation, program: string, root: string): Promise<Built> {
    const {situation, tree} = nested
    const cgroups = new NestedCgroups(root, `netdoctor-lab-${process.pid}-${situation.index}`, tree)
    const conductors: Conductor[] = []
    try {
      for (const [index, {uid, processes, threads}] of tree.crowds.entries()) {
        const enter = ['sh', '-c', 'echo $$ >"$1" && exec "$2"', 'sh', cgroups.procsOf(index), program] as const
        const crowd = new Conductor(enter)
        conductors.push(crowd)
        const hold = `hold ns=init uid=${uid} euid=${uid} threads=${threads}`
        crowd.tell(...Array<string>(processes).fill(hold), 'ready')
        await crowd.hear('READY')
      }
      const prober = new Conductor([program])
      conductors.push(prober)
      prober.tell(...commandsOf(situation, cgroups.procs), 'ready')
      const [pid] = await prober.hear('READY')
      return new Built(nested, Number(pid), prober, cgroups, conductors)
    } catch (error) {
      await end(conductors, cgroups)
      throw new Error(`situation ${situation.index}: ${String(error)}\n${JSON.stringify(nested)}`)
    }
  }

  end(): Promise<void> {
    return end(this.conductors, this.cgroups)
  }
}

async function end(conductors: readonly Conductor[], cgroups: NestedCgroups): Promise<void> {
  await Promise.all(conductors.map((each) => each.end()))
  await cgroups.remove()
}
