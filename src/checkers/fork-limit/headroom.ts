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
