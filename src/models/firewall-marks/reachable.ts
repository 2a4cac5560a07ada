import type {MarkChange, MarkOf} from '../../facts/firewall-marks/mark-change.js'

/** More marks than that are not told apart. */
const MOST_MARKS = 4096
const MOST_STEPS = 2_000_000

/**
 * The marks that packets can get by some changes, in whatever order and however often they are made, from a mark of 0
 * on: a rule may be passed over, so every mark that a real ruleset sets is among them, and some that it never does.
 * null: too many.
 */
export function reachableMarks(changes: readonly MarkChange[]): ReadonlySet<number> | null {
  const marks: Record<MarkOf, Set<number>> = {packet: new Set([0]), connection: new Set([0])}
  const distinct = [
    ...new Map(
      changes.map((each) => [[each.target, each.source, each.keep, each.take, each.flip].join(), each]),
    ).values(),
  ]
  let steps = 0
  for (let grew = true; grew; ) {
    grew = false
    for (const {target, source, keep, take, flip} of distinct) {
      const kept = new Set([...marks[target]].map((mark) => mark & keep))
      const taken = source === null ? new Set([0]) : new Set([...marks[source]].map((mark) => mark & take))
      steps += marks[target].size + kept.size * taken.size
      if (steps > MOST_STEPS) return null
      const before = marks[target].size
      for (const one of kept) for (const other of taken) marks[target].add((one ^ other ^ flip) >>> 0)
      if (marks[target].size > MOST_MARKS) return null
      if (marks[target].size > before) grew = true
    }
  }
  return marks.packet
}

/** Whether one of the marks is `value` under the mask, as cls_fw and the mark of u32 compare them. */
export function someMarkMatches(marks: ReadonlySet<number>, value: number, mask: number): boolean {
  for (const mark of marks) if ((mark & mask) >>> 0 === value >>> 0) return true
  return false
}
