import type {Origin} from '../../facts/services.js'
import type {Evidence, FindingRef} from '../../model/finding.js'
import type {OwnerCharge} from '../../models/limited-tasks/owners.js'
import {holderName} from './wording.js'

/** Owners that are shown. */
const SHOWN = 3

export function limitEvidence({path, line, text}: Origin): Evidence {
  return {source: line === null ? path : `${path}:${line}`, excerpt: text.trim()}
}

/** The largest process of each of the largest owners behind a count. */
export function chargeEvidence(charges: readonly OwnerCharge[]): Evidence[] {
  return charges.slice(0, SHOWN).flatMap((charge) => {
    const [largest] = [...charge.processes].sort((a, b) => b.tasks - a.tasks)
    if (!largest) return []
    const {pid, comm, realUid, tasks} = largest
    const further = charge.tasks - tasks
    const rest = further > 0 ? ` and ${further} more in other processes` : ''
    return [
      {
        source: `/proc/${pid}/status`,
        excerpt: `${comm} of ${holderName(charge)}: Uid ${realUid}, Threads ${tasks}${rest}`,
      },
    ]
  })
}

/**
 * The collision that makes a container's tasks count, if one does. Where there still is room, tasks that are
 * fewer than what is left are not why it is little.
 */
export function causeOf(others: readonly OwnerCharge[], room: number): {causedBy?: FindingRef} {
  for (const {owner, tasks} of others) {
    if (owner.kind === 'container' && tasks >= room) {
      return {causedBy: {id: 'uid-collision/shared-task-limit', subject: {kind: 'container', name: owner.name}}}
    }
  }
  return {}
}
