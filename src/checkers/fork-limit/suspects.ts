import type {PidsCgroups} from '../../facts/pids-cgroups.js'
import type {SystemTaskLimits} from '../../facts/system-task-limits.js'
import type {LimitedTasks} from '../../models/limited-tasks/verdicts.js'
import {systemLimits} from '../../models/task-limits/task.js'
import {isLow} from '../shared/room.js'
import type {Suspects} from './wording.js'

/** Which limit is exhausted, or nearly, for a service or program now: the likeliest cause of a failure then. */
export function suspectsOf(
  {starts, forks}: LimitedTasks,
  cgroups: PidsCgroups,
  system: SystemTaskLimits | null,
): Suspects {
  const near = (system ? systemLimits(system) : []).find(({limit, allowed}) => isLow(limit, allowed, false))
  const refused = [...cgroups.byPath.values()].some((cgroup) => (cgroup.refusedLocal ?? cgroup.refused ?? 0) > 0)
  return (name) => {
    if (near && near.kind !== 'pids-cgroup') return near.kind
    // Units are named with their type, programs that speak in the journal without it.
    const named = (other: string) => other === name || other === `${name}.service`
    const blocked =
      starts.some(({limited, admission, others}) => {
        const tight = others.length > 0 && admission.tasks.most <= limited.start.needs
        return named(limited.name) && (tight || !admission.possible.includes('starts'))
      }) ||
      forks.some(
        ({owner, admission, limit, others}) =>
          named(owner.name) && limit !== null && isLow(limit, admission.bounds.most, others.length > 0),
      )
    return blocked && !refused ? 'rlimit-nproc' : 'unknown'
  }
}
