import type {Container} from '../../facts/containers.js'
import type {Process} from '../../facts/processes.js'
import type {Remediation} from '../../model/finding.js'
import type {LimitedStart} from '../../models/limited-tasks/starts.js'
import {ownIdentity, stop} from '../shared/container-remedies.js'
import {liftLimit} from '../shared/limit-remedies.js'

/** What to do when a container's tasks keep something from starting. */
export function startRemedies(limited: LimitedStart, container: Container, charged: boolean): Remediation[] {
  return [...liftLimit(limited), ...elsewhere(container, limited.kuid, charged), ...meanwhile(container)]
}

/** What to do when they keep a running process from forking. */
export function forkRemedies(
  {pid, comm, nproc}: Process,
  container: Container,
  kuid: number,
  charged: boolean,
): Remediation[] {
  const hard = nproc?.hard ?? 0
  const raise: Remediation = {
    title: `Raise the soft limit of ${comm} to its hard one`,
    kind: 'command',
    argv: ['prlimit', `--pid=${pid}`, `--nproc=${hard === Infinity ? 'unlimited' : hard}:`],
    safety: 'safe',
    persistent: false,
  }
  return [
    ...(nproc && hard > nproc.soft ? [raise] : []),
    ...elsewhere(container, kuid, charged),
    ...meanwhile(container),
  ]
}

/** `charged`: its tasks count for the creator of its namespace, whatever UIDs it is mapped to. */
function elsewhere(container: Container, kuid: number, charged: boolean): Remediation[] {
  if (!charged) return ownIdentity(container, kuid)
  const title = `Run ${container.name} from an account of its own: its tasks count for the user who starts it`
  return [{title, kind: 'manual', safety: 'disruptive', persistent: true}]
}

function meanwhile(container: Container): Remediation[] {
  const ending = stop(container)
  return ending === null ? [] : [ending]
}
