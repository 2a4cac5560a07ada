import {defineChecker} from '../../checker.js'
import type {Container} from '../../facts/containers.js'
import {type Missing, missing} from '../../model/missing.js'
import {limitsOfHost} from '../shared/limits-of-host.js'
import {containersAsRoot} from './container-root.js'
import {findingsOf} from './findings.js'
import type {Hazard, Unseen} from './hazard.js'
import {hostPathHazards} from './host-path.js'
import {ipcRemovalHazards, loginManagerRuns} from './ipc-removal.js'
import {groupBy, listed} from './lists.js'
import {sharedRemapRanges} from './remap-ranges.js'
import {rules} from './rules.js'
import {directoriesOf, sharingOf} from './shared-ids.js'
import {sharedUid, undecidedUid} from './shared-uid.js'
import {signalHazards} from './signal.js'
import {subordinateOverlaps} from './subordinate.js'
import {taskLimitHazards} from './task-limit.js'

export default defineChecker({
  id: 'uid-collision',
  title: 'Whether containers share kernel UIDs with the host or with one another, and what that breaks',
  needs: ['processes', 'userNamespaces', 'kernel', 'containers', 'hostAccounts'],
  wants: ['services', 'subordinateIds', 'loginManager', 'avahi', 'pamLimits', 'ptraceScope'],
  rules,
  *check({services, subordinateIds, loginManager, avahi, pamLimits, ptraceScope, ...facts}) {
    const {processes, containers, hostAccounts} = facts
    if (subordinateIds.known) {
      if (subordinateIds.value.fromFiles) yield* subordinateOverlaps(subordinateIds.value, hostAccounts)
      else yield {unknown: missing('subuid', 'unsupported', 'nsswitch.conf takes subordinate IDs from elsewhere')}
    }
    if (!processes.sees.initialUserns) {
      yield {
        unknown: missing('processes', 'unsupported', 'seen from within a user namespace: UIDs are not the kernel’s'),
      }
      return
    }
    for (const unknown of unknownNamespaces(containers.containers)) yield {unknown}
    yield* sharedRemapRanges(containers)
    yield* containersAsRoot(containers)

    const limits = taskLimitHazards(limitsOfHost({...facts, services, avahi, pamLimits}))
    for (const unknown of limits.unknowns) yield {unknown}
    const remarks = groupBy(limits.remarks, ({container}) => container)
    const hazards = groupBy<Hazard, Container>(limits.hazards, ({container}) => container)
    const logind = loginManager.known && loginManagerRuns(processes, containers) ? loginManager.value : null
    const directories = directoriesOf(hostAccounts)
    const unseen: Unseen[] = []
    for (const sharing of sharingOf(containers, processes, hostAccounts)) {
      const {container} = sharing
      const found = [
        ...sharedUid(sharing),
        ...undecidedUid(sharing, directories),
        ...signalHazards(sharing, containers, ptraceScope.known ? ptraceScope.value : null),
        ...hostPathHazards(sharing, hostAccounts),
        ...(logind ? ipcRemovalHazards(sharing, containers, logind, hostAccounts) : []),
      ]
      for (const one of found) {
        if ('unseen' in one) unseen.push(one)
        else hazards.set(container, [...(hazards.get(container) ?? []), one])
      }
    }
    for (const unknown of missingOf(unseen)) yield {unknown}
    yield* findingsOf(hazards, remarks)
  },
})

/** One line for all containers of which the same could not be seen. */
function missingOf(all: readonly Unseen[]): Missing[] {
  const alike = groupBy(all, ({unseen, input, reason}) => `${unseen}\0${input}\0${reason}`)
  return [...alike.values()].flatMap((group) => {
    const names = listed([...new Set(group.map(({container}) => container.name))])
    return group.slice(0, 1).map(({unseen, input, reason}) => missing(input, reason, `${unseen} of container ${names}`))
  })
}

/** Without its namespace nobody can say whether a container's UIDs are the host's. */
function unknownNamespaces(containers: readonly Container[]): Missing[] {
  const unseen = containers.filter(({usernsOfItsOwn}) => usernsOfItsOwn === null).map(({name}) => name)
  const unread = containers
    .filter(({usernsOfItsOwn, uidMap}) => usernsOfItsOwn && uidMap === null)
    .map(({name}) => name)
  return [
    ...(unseen.length > 0 ? [missing('processes', 'denied', `user namespace of container ${listed(unseen)}`)] : []),
    ...(unread.length > 0 ? [missing('user-namespaces', 'denied', `uid_map of container ${listed(unread)}`)] : []),
  ]
}
