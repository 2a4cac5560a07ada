import type {Origin} from '../../facts/services.js'
import type {Evidence, FindingRef} from '../../model/finding.js'
import type {OwnerCharge} from '../../models/limited-tasks/owners.js'
import {ownerName} from './wording.js'

/** Owners, and processes of each, that are shown. */
const SHOWN = 3

export function limitEvidence({path, line, text}: Origin): Evidence {
  return {source: line === null ? path : `${path}:${line}`, excerpt: text.trim()}
}

/** The largest processes behind a count. */
export function chargeEvidence(charges: readonly OwnerCharge[], kuid: number): Evidence[] {
  return charges.slice(0, SHOWN).map((charge) => {
    const {processes} = charge
    const shown = processes.slice(0, SHOWN).map(({pid, comm, tasks}) => `PID ${pid} ${comm}: Threads ${tasks}`)
    const rest = processes.length - shown.length
    return {
      source: `/proc/PID/status of ${ownerName(charge)}, Uid ${kuid}`,
      excerpt: [...shown, ...(rest > 0 ? [`and ${rest} more processes`] : [])].join('\n'),
    }
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
