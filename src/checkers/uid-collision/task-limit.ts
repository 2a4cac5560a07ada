import type {Container} from '../../facts/containers.js'
import type {Process} from '../../facts/processes.js'
import type {Evidence} from '../../model/finding.js'
import type {Missing} from '../../model/missing.js'
import type {OwnerCharge} from '../../models/limited-tasks/owners.js'
import type {ForkVerdict, LimitedTasks, StartVerdict} from '../../models/limited-tasks/verdicts.js'
import {forbidsForks, isLow, roomOf} from '../shared/room.js'
import type {Hazard} from './hazard.js'
import {forkRemedies, startRemedies} from './limit-remedies.js'
import {wording} from './wording.js'

const words = wording['shared-task-limit']

/** `fails`: now. `nearly`: the next few tasks make it fail. `room`: worth a line, not a finding. */
export type Pressure = 'fails' | 'nearly' | 'room'

export interface TaskLimitHazards {
  readonly hazards: readonly Hazard[]
  /** True, and harmless today: told below what is found for another reason. */
  readonly remarks: readonly Hazard[]
  readonly unknowns: readonly Missing[]
}

/**
 * Whose tasks use up whose RLIMIT_NPROC. The verdicts are those from which fork-limit tells what
 * fails, so that each of its findings that a container causes has its cause here.
 */
export function taskLimitHazards({starts, forks, counts}: LimitedTasks): TaskLimitHazards {
  const found = [...starts.flatMap(fromStart), ...forks.flatMap(fromFork)]
  const why = counts.rules.perNamespace ? words.why : words.whyBefore514
  const hazards = (pressures: readonly Pressure[]): Hazard[] =>
    found.flatMap((one) =>
      'status' in one || !pressures.includes(one.pressure)
        ? []
        : [{rule: 'shared-task-limit', severity: severityOf[one.pressure], why, ...one}],
    )
  return {
    hazards: hazards(['fails', 'nearly']),
    remarks: hazards(['room']),
    unknowns: found.filter((one) => 'status' in one),
  }
}

const severityOf = {fails: 'error', nearly: 'warning', room: 'notice'} as const

interface Found extends Omit<Hazard, 'rule' | 'severity' | 'why' | 'replicas'> {
  readonly pressure: Pressure
}

function fromStart({limited, admission, others}: StartVerdict): (Found | Missing)[] {
  const account = limited.account?.name ?? null
  const sharers = sharersOf(others, limited.container, limited.kuid)
  if (sharers.length === 0) return []
  const fails = !admission.possible.includes('starts')
  if (admission.outcome === null && !fails) return [...admission.unknowns]
  const {limit, needs} = limited.start
  const pressure = fails ? 'fails' : isLow(limit, admission.tasks.least - needs, true) ? 'nearly' : 'room'
  const failsAt = !fails ? null : admission.possible.includes('fails-at-exec') ? 'exec' : 'fork'
  const what = limited.kind === 'login' ? `a login of ${limited.name}` : limited.name
  const {path, line, text} = limited.origin
  return sharers.map((sharer) => ({
    pressure,
    container: sharer.container,
    // That a session runs pam_limits is usual, and not known.
    confidence: limited.by === 'pam' ? 'likely' : 'certain',
    summary: words.start({...sharer, account}, what, limit, failsAt),
    evidence: [{source: line === null ? path : `${path}:${line}`, excerpt: text}, ...statusOf(sharer)],
    remediation: startRemedies(limited, sharer.container, sharer.charged),
  }))
}

function fromFork({owner, limit, processes, admission, others}: ForkVerdict): (Found | Missing)[] {
  const [first] = processes
  const level = admission.decidedBy
  if (limit === null || level === null || !first) return []
  const decides = level.limit ?? limit
  const room = roomOf(admission)
  const fails = room !== null && room < 1
  // First what most processes have, room: there may be very many of them.
  if (room !== null && (forbidsForks(decides) || (!fails && !isLow(decides, room, true)))) return []
  const sharers = sharersOf(others, owner.kind === 'container' ? owner.container : null, level.count.counter.kuid)
  if (room === null) return sharers.length > 0 ? [...admission.unknowns] : []
  return (
    sharers
      // Nearly every process has some limit. Tasks that are fewer than what is left of it hardly matter.
      .filter(({tasks}) => fails || tasks >= room)
      .map((sharer) => ({
        pressure: fails ? 'fails' : 'nearly',
        container: sharer.container,
        confidence: admission.certain ? 'certain' : 'likely',
        summary: words.fork({...sharer, account: null}, `${first.comm} of ${owner.name}`, decides, fails),
        evidence: [
          {source: `/proc/${first.pid}/limits`, excerpt: `${first.comm}: Max processes ${limit} (soft limit)`},
          ...statusOf(sharer),
        ],
        remediation: forkRemedies(first, sharer.container, sharer.uid, sharer.charged),
      }))
  )
}

interface Sharer {
  /** The container that the finding is about. */
  readonly container: Container
  /** Whose tasks they are: that container's, or the host's. */
  readonly who: string
  readonly tasks: number
  readonly processes: readonly Process[]
  readonly uid: number
  /** None of them runs under the UID: it created their user namespace. */
  readonly charged: boolean
}

/** Containers whose tasks count against the limit; or, where it is a container that is limited, the host's own tasks. */
function sharersOf(others: readonly OwnerCharge[], limited: Container | null, uid: number): Sharer[] {
  const containers = others.flatMap(({owner, tasks, processes}) => {
    if (owner.kind !== 'container') return []
    const charged = !processes.some(({tasksByUid}) => tasksByUid.has(uid))
    return [{container: owner.container, who: `container ${owner.name}`, tasks, processes, uid, charged}]
  })
  if (limited === null || containers.length > 0) return containers
  const ofHost = others.filter(({owner}) => owner.kind !== 'container')
  const tasks = ofHost.reduce((sum, charge) => sum + charge.tasks, 0)
  if (tasks === 0) return containers
  const names = ofHost.map(({owner}) => owner.name)
  const who = `the host (${names[0]}${names.length > 1 ? ' and others' : ''})`
  const processes = ofHost.flatMap((charge) => charge.processes)
  return [{container: limited, who, tasks, processes, uid, charged: false}]
}

function statusOf({processes, who}: Sharer): Evidence[] {
  return processes.slice(0, 3).map(({pid, comm, realUid, tasks}) => ({
    source: `/proc/${pid}/status`,
    excerpt: `${comm} of ${who}: real UID ${realUid}, ${tasks} ${tasks === 1 ? 'task' : 'tasks'}`,
  }))
}
