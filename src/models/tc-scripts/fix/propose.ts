import type {ScriptCommand} from '../../../facts/tc-scripts/script.js'
import type {ParsedTc} from '../../traffic-control/types.js'
import type {Judged} from '../judge.js'
import {lineFinder} from './apply.js'
import {type PriorityClass, priorityClasses} from './classes.js'
import {type Edit, EditSites, keyOf, type TextOf} from './edits.js'
import {type Placement, placeLane, pushUp} from './place-lane.js'

export interface Proposal {
  readonly edits: readonly Edit[]
  /** Classes that clash and that no change of a priority sets right, and why. */
  readonly unfixable: readonly {readonly clash: PriorityClass; readonly why: string}[]
}

/** A line that is edited counts more than any distance. */
const LINE = 1_000_000
/** Of more classes than these none is moved but to make room. */
const MOST_PLACED = 1000
/** More protocols at one place than these are placed in the order of the script. */
const MOST_LANES = 5

/**
 * The smallest change of priorities after which no two protocols or kinds share one, and filters that may match the
 * same packet are asked in the same order as before: few lines first, then short distances. Whether the kernel takes
 * the changed script is for the caller to see.
 */
export function proposeFix(
  judged: readonly Judged[],
  parse: (command: ScriptCommand) => ParsedTc,
  textOf: TextOf,
): Proposal {
  const lineOf = lineFinder(textOf)
  const classes = priorityClasses(judged, parse)
  const sites = new EditSites(classes, textOf)
  const edits = new Map<string, Edit>()
  const moved = new Map<PriorityClass, number>()
  const unfixable: {clash: PriorityClass; why: string}[] = []
  const groups = new Map<string, PriorityClass[]>()
  for (const one of classes) {
    const group = groups.get(one.group)
    if (group) group.push(one)
    else groups.set(one.group, [one])
  }
  for (const group of groups.values()) {
    const clash = group.find((one) =>
      [...one.clashes].some((other) => (moved.get(one) ?? one.prio) === (moved.get(other) ?? other.prio)),
    )
    if (!clash) continue
    const lines = new Map<PriorityClass, number | null>()
    const cost = (one: PriorityClass, prio: number): number | null => {
      let count = lines.get(one)
      if (count === undefined) {
        // It has its priority from a place that another block has had changed.
        const needed = moved.has(one) ? null : sites.edits(one, prio)
        const fresh = needed?.filter(({span}) => !edits.has(keyOf(span)))
        count = fresh ? new Set(fresh.map((edit) => `${lineOf(edit)} ${edit.span.path}`)).size : null
        lines.set(one, count)
      }
      return count === null ? null : count * LINE + Math.abs(prio - one.prio)
    }
    const placement = placeGroup(group, cost, moved)
    if (!placement) {
      unfixable.push({clash, why: whyNot(clash, sites)})
      continue
    }
    for (const [one, prio] of placement) {
      if (prio === one.prio || moved.has(one)) continue
      const needed = sites.edits(one, prio) ?? []
      for (const edit of needed) edits.set(keyOf(edit.span), edit)
      for (const other of [one, ...sites.movedAlong(one, needed)]) moved.set(other, other.prio + prio - one.prio)
    }
  }
  return {edits: [...edits.values()], unfixable}
}

function placeGroup(
  group: readonly PriorityClass[],
  moveCost: (one: PriorityClass, prio: number) => number | null,
  moved: ReadonlyMap<PriorityClass, number>,
): Placement | null {
  const lanes = new Map<number, PriorityClass[]>()
  for (const one of group) if (!moved.has(one)) lanes.set(one.protocol, [...(lanes.get(one.protocol) ?? []), one])
  const start = new Map(group.flatMap((one) => (moved.has(one) ? [[one, moved.get(one) ?? one.prio] as const] : [])))
  let best: {readonly placement: Placement; readonly cost: number} | null = pushUp(group, start, moveCost)
  for (const order of group.length > MOST_PLACED ? [] : ordersOf([...lanes.values()])) {
    let placement: Placement = start
    let cost = 0
    let fits = true
    for (const lane of order) {
      const found = placeLane(lane, placement, group, moveCost)
      if (!found) {
        fits = false
        break
      }
      placement = new Map([...placement, ...found.placement])
      cost += found.cost
    }
    if (fits && (best === null || cost < best.cost)) best = {placement, cost}
  }
  return best?.placement ?? null
}

/** All orders of a few things; of many those in which another one comes first. */
function ordersOf<T>(all: readonly T[]): T[][] {
  if (all.length > MOST_LANES) return all.map((first) => [first, ...all.filter((each) => each !== first)])
  const [first, ...others] = all
  if (first === undefined) return [[]]
  return ordersOf(others).flatMap((order) =>
    Array.from({length: order.length + 1}, (_, at) => [...order.slice(0, at), first, ...order.slice(at)]),
  )
}

function whyNot(clash: PriorityClass, sites: EditSites): string {
  const all = [clash, ...clash.clashes]
  if (all.every((one) => sites.edits(one, one.prio + 1) === null)) {
    return `priority ${clash.prio} is written in one place for all of them, or made where it cannot be edited`
  }
  return 'there is no priority left that keeps the order in which the filters are asked'
}
