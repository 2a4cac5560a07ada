import {countTasks} from '../../../src/models/task-limits/counts.js'
import type {Dockerd} from '../../support/lab/docker.js'
import {Conductor, type Counted} from './conductor.js'
import {generate} from './generate.js'
import {LabCgroup, pidsRoot} from './lab-cgroups.js'
import {model, type Prediction, predict} from './predict.js'
import {commandsOf, creatorsUnchanged, MOST_TRIES, type Situation} from './situation.js'
import {type Snapshot, takeSnapshot} from './snapshot.js'

export interface RunOptions {
  readonly seed: number
  readonly cases: number
  /** Only the situation of this number. */
  readonly only?: number
  /** Path of the compiled situation.c. */
  readonly program: string
  /** For situations with containers: every tenth. */
  readonly docker?: {readonly daemon: Dockerd; readonly image: string} | undefined
  readonly onBatch?: (done: number) => void
}

export interface CaseResult {
  readonly situation: Situation
  readonly prediction: Prediction
  readonly counted: Counted
  readonly snapshot: Snapshot
  readonly pid: number
}

const BATCH = 50
const UIDS_EACH = 200
const DOCKER_EVERY = 10

/** Builds situations, predicts all from one snapshot, then lets each count. */
export async function runCases(options: RunOptions): Promise<CaseResult[]> {
  const results: CaseResult[] = []
  const first = options.only ?? 0
  const end = options.only === undefined ? options.cases : options.only + 1
  for (let from = first; from < end; from += BATCH) {
    const situations = []
    for (let index = from; index < Math.min(end, from + BATCH); index++) {
      const docker = options.docker !== undefined && index % DOCKER_EVERY === DOCKER_EVERY - 1
      situations.push(generate({seed: options.seed, index, firstUid: uidsOf(index - from), docker}))
    }
    results.push(...(await runBatch(situations, options)))
    options.onBatch?.(results.length)
  }
  return results
}

/**
 * UIDs that two runs at the same time do not share: above the ranges that systemd-nspawn picks from,
 * below 2^31, which is Docker's limit.
 */
export function uidsOf(slot: number): number {
  return 1_900_000_000 + (process.pid % 24_000) * BATCH * UIDS_EACH + slot * UIDS_EACH
}

/** At most `BATCH` at a time: their UIDs must differ. */
export async function runBatch(
  situations: readonly Situation[],
  options: Pick<RunOptions, 'program' | 'docker'>,
): Promise<CaseResult[]> {
  const built: Built[] = []
  try {
    // All settle before anything is torn down, so that nothing is left behind when one fails.
    const starts = await Promise.allSettled(situations.map((situation) => Built.start(situation, options)))
    for (const start of starts) if (start.status === 'fulfilled') built.push(start.value)
    const failed = starts.find((start) => start.status === 'rejected')
    if (failed) throw failed.reason
    const snapshot = await takeSnapshot()
    const counts = countTasks(snapshot.table, snapshot.namespaces, snapshot.kernel)
    return await Promise.all(
      built.map(async ({situation, pid, prober}) => {
        const prediction = predict(situation, pid, {counts, cgroups: snapshot.cgroups}, model)
        prober.tell('go')
        return {situation, prediction, counted: await prober.result(), snapshot, pid}
      }),
    )
  } finally {
    await Promise.all(built.map((each) => each.end()))
  }
}

/** One situation that stands. */
class Built {
  private constructor(
    readonly situation: Situation,
    readonly pid: number,
    readonly prober: Conductor,
    private readonly cleanUp: readonly (() => Promise<unknown>)[],
  ) {}

  static async start(situation: Situation, {program, docker}: Pick<RunOptions, 'program' | 'docker'>): Promise<Built> {
    const cleanUp: (() => Promise<unknown>)[] = []
    try {
      const cgroup =
        situation.cgroup && pidsRoot
          ? new LabCgroup(pidsRoot, `netdoctor-lab-${process.pid}-${situation.index}`, situation.cgroup)
          : null
      if (cgroup) cleanUp.unshift(() => cgroup.remove())
      const conductor = new Conductor([program])
      cleanUp.unshift(() => conductor.end())
      conductor.tell(...commandsOf(situation, cgroup?.procs ?? null), 'ready')
      const [pid] = await conductor.hear('READY')
      if (!docker || situation.containers.length === 0) return new Built(situation, Number(pid), conductor, cleanUp)

      for (const {kuid, tasks} of situation.containers) {
        const id = (
          await docker.daemon.docker(...dockerRun(kuid, program), '-d', docker.image, ...HOLD, `${tasks}`)
        ).trim()
        cleanUp.unshift(() => docker.daemon.docker('rm', '-f', id))
      }
      if (!situation.proberContainer) return new Built(situation, Number(pid), conductor, cleanUp)
      const name = `${docker.daemon.id}-prober-${situation.index}`
      const {limit, id} = situation.prober
      const {pidsLimit} = situation.proberContainer
      const limits = [`--ulimit=nproc=${limit}:${limit}`, ...(pidsLimit === null ? [] : [`--pids-limit=${pidsLimit}`])]
      const run = [...dockerRun(id.kuid, program), '-i', '--name', name, ...limits, docker.image, PROGRAM, 'probe']
      const prober = new Conductor(['docker', '-H', docker.daemon.endpoint, ...run])
      cleanUp.unshift(async () => {
        await docker.daemon.docker('rm', '-f', name)
        await prober.end()
      })
      await prober.hear('READY')
      const inside = await docker.daemon.docker('inspect', '-f', '{{.State.Pid}}', name)
      return new Built(situation, Number(inside), prober, cleanUp)
    } catch (error) {
      for (const step of cleanUp) await step()
      throw new Error(`situation ${situation.index}: ${String(error)}\n${JSON.stringify(situation)}`)
    }
  }

  async end(): Promise<void> {
    for (const step of this.cleanUp) await step()
  }
}

const PROGRAM = '/situation'
const HOLD = [PROGRAM, 'hold']

function dockerRun(kuid: number, program: string): string[] {
  return ['run', '--network', 'none', '--user', `${kuid}:${kuid}`, '-v', `${program}:${PROGRAM}:ro`]
}

export type Verdict = 'same' | 'guessed' | 'not-knowable' | 'different'

/**
 * `same`: certain, and so it was. `guessed`: it says it is a guess, which had to be right. `not-knowable`:
 * a limit that nobody can read has changed; what came about lies in the bounds. `different`: the model is wrong.
 */
export function judge({
  situation,
  prediction,
  counted,
}: Pick<CaseResult, 'situation' | 'prediction' | 'counted'>): Verdict {
  const clip = (tasks: number) => Math.min(tasks, MOST_TRIES)
  if (counted.step !== prediction.step) return 'different'
  if (counted.errno !== 0 && counted.errno !== 11) return 'different'
  if (counted.tasks < clip(prediction.least) || counted.tasks > clip(prediction.most)) return 'different'
  if (prediction.certain) return 'same'
  if (!creatorsUnchanged(situation)) return 'not-knowable'
  return prediction.guess !== null && clip(prediction.guess) === counted.tasks ? 'guessed' : 'different'
}
