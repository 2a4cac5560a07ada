import type {ForkAdmission} from '../../models/task-limits/fork.js'

/**
 * Room for tasks; null: it depends on what is not known. The limit that a user namespace took from its
 * creator is shown by no kernel: there the oldest process in it stands in, or every host with a
 * rootless container would be unknown for good.
 */
export function roomOf({bounds, certain, allowed, unknowns}: ForkAdmission): number | null {
  if (certain || bounds.most < 1) return bounds.most
  const onlyCreators = unknowns.every(({input, reason}) => input === 'user-namespaces' && reason === 'unsupported')
  return onlyCreators ? allowed : null
}

/** Below this, a limit is meant to be tight, and its last task says nothing by itself. */
const TIGHT = 20

/**
 * Is the room below a limit worth a warning? Less than a tenth of it is. A tight limit (a daemon that
 * knows its number of processes) is low only if others, who do not know of it, use it up too.
 */
export function isLow(limit: number, room: number, shared: boolean): boolean {
  return limit < TIGHT ? shared && room < 2 : room < limit / 10
}

/** A limit of 0 or 1 forbids to create any task at all: a sandbox meant it so. */
export function forbidsForks(limit: number): boolean {
  return limit <= 1
}
