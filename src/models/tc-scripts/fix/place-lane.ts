import {PROTOCOL_ALL} from '../../traffic-control/types.js'
import type {PriorityClass} from './classes.js'

/** What it costs to give a class another priority; null: it cannot be given that one. */
export type MoveCost = (one: PriorityClass, prio: number) => number | null

/** New priorities of classes that stay or move. */
export type Placement = ReadonlyMap<PriorityClass, number>

const HIGHEST = 0xffff
/** From here on the kernel chooses priorities itself. */
const AUTOMATIC = 0x8000

interface Candidate {
  readonly prio: number
  readonly cost: number
}

/**
 * Finds priorities for the classes of one protocol around those that have theirs: the cheapest that keep their order
 * among themselves, their order to filters that may match the same packets, and are nobody else's. null: there are none.
 */
export function placeLane(
  lane: readonly PriorityClass[],
  placed: Placement,
  all: readonly PriorityClass[],
  moveCost: MoveCost,
): {readonly placement: Placement; readonly cost: number} | null {
  const sorted = [...lane].sort((a, b) => a.prio - b.prio || a.first - b.first)
  // For each class the cheapest way to have it and all before it placed, by its priority.
  let best: {readonly prio: number; readonly cost: number; readonly before: Step | null}[] = [
    {prio: 0, cost: 0, before: null},
  ]
  let steps: Step[] = []
  const foreign = new Set(all.map(({prio}) => prio))
  const taken = new Set(placed.values())
  for (const one of sorted) {
    const next: Step[] = []
    let at = 0
    let cheapest: Step | null = null
    let cost = Number.POSITIVE_INFINITY
    const reach = best.toSorted((a, b) => a.prio - b.prio)
    for (const candidate of candidates(one, placed, {taken, foreign}, moveCost)) {
      for (; at < reach.length; at++) {
        const from = reach[at]
        if (!from || from.prio >= candidate.prio) break
        if (from.cost < cost) {
          cost = from.cost
          cheapest = from.before
        }
      }
      if (cost < Number.POSITIVE_INFINITY)
        next.push({one, ...candidate, total: cost + candidate.cost, before: cheapest})
    }
    if (next.length === 0) return null
    steps = next
    best = next.map((step) => ({prio: step.prio, cost: step.total, before: step}))
  }
  const last = steps.reduce<Step | null>((a, b) => (a === null || b.total < a.total ? b : a), null)
  const placement = new Map<PriorityClass, number>()
  for (let step = last; step; step = step.before) placement.set(step.one, step.prio)
  return {placement, cost: last?.total ?? 0}
}

interface Step extends Candidate {
  readonly one: PriorityClass
  readonly total: number
  readonly before: Step | null
}

/**
 * Gives every class the next priority that it may have, in the order in which they are asked: what follows makes room.
 * null: something would have to move that cannot.
 */
export function pushUp(
  group: readonly PriorityClass[],
  fixed: Placement,
  moveCost: MoveCost,
): {readonly placement: Placement; readonly cost: number} | null {
  const placement = new Map(fixed)
  const taken = new Set(placement.values())
  let total = 0
  for (const one of [...group].sort((a, b) => a.prio - b.prio || a.first - b.first)) {
    if (fixed.has(one)) continue
    let prio = one.prio
    for (const [other, its] of placement) {
      const equal = other.prio === one.prio && !other.clashes.has(one)
      if (overlaps(one, other) && its >= prio) prio = equal ? its : its + 1
    }
    const beside = (at: number) =>
      [...placement].every(
        ([other, its]) => its !== at || (at === one.prio && other.prio === at && !other.clashes.has(one)),
      )
    while (taken.has(prio) && !beside(prio)) prio += 1
    const cost = prio === one.prio ? 0 : prio > HIGHEST ? null : moveCost(one, prio)
    if (cost === null) return null
    placement.set(one, prio)
    taken.add(prio)
    total += cost
  }
  return {placement, cost: total}
}

/** Priorities that are somebody else's. */
interface Priorities {
  /** Of those that are placed. */
  readonly taken: ReadonlySet<number>
  /** Of all, before anything is moved. */
  readonly foreign: ReadonlySet<number>
}

/** Priorities that a class may have, lowest first. */
function candidates(
  one: PriorityClass,
  placed: Placement,
  {taken, foreign}: Priorities,
  moveCost: MoveCost,
): Candidate[] {
  let [low, high] = [0, HIGHEST + 1]
  if (one.prio < AUTOMATIC) high = AUTOMATIC
  for (const [other, prio] of placed) {
    if (!overlaps(one, other)) continue
    const after = other.prio < one.prio || (other.prio === one.prio && other.first < one.first)
    if (after) low = Math.max(low, other.clashes.has(one) || other.prio !== one.prio ? prio : prio - 1)
    else high = Math.min(high, other.clashes.has(one) || other.prio !== one.prio ? prio : prio + 1)
  }
  const found: Candidate[] = []
  const stays = [...placed].every(
    ([other, prio]) => prio !== one.prio || (other.prio === one.prio && !other.clashes.has(one)),
  )
  if (stays && one.prio > low && one.prio < high) found.push({prio: one.prio, cost: 0})
  const most = 2 * foreign.size + 2
  for (const direction of [1, -1]) {
    let count = 0
    for (let prio = one.prio + direction; prio > low && prio < high && count < most; prio += direction) {
      if (taken.has(prio) || foreign.has(prio)) continue
      const cost = moveCost(one, prio)
      count += 1
      if (cost !== null) found.push({prio, cost})
    }
    // Far away from where it may lie.
    for (const edge of direction > 0 ? [low + 1] : [high - 1]) {
      const free = edge > 0 && edge <= HIGHEST && edge > low && edge < high && !taken.has(edge) && !foreign.has(edge)
      const cost = free ? moveCost(one, edge) : null
      if (cost !== null && found.every(({prio}) => prio !== edge)) found.push({prio: edge, cost})
    }
  }
  return found.sort((a, b) => a.prio - b.prio)
}

/** Whether a packet may match both. */
export function overlaps(a: PriorityClass, b: PriorityClass): boolean {
  return a.protocol === b.protocol || a.protocol === PROTOCOL_ALL || b.protocol === PROTOCOL_ALL
}
