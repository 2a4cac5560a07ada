import {type IdMap, INVALID_ID} from './id-map.js'

/** `count` consecutive IDs: start, start + 1, ..., start + count - 1. */
export interface IdInterval {
  readonly start: number
  readonly count: number
}

export function holds(interval: IdInterval, id: number): boolean {
  return id >= interval.start && id - interval.start < interval.count
}

/** Last ID of an interval that is not empty. */
export function lastOf(interval: IdInterval): number {
  return interval.start + interval.count - 1
}

/** The IDs that lie in both, or null. */
export function intersection(a: IdInterval, b: IdInterval): IdInterval | null {
  const start = Math.max(a.start, b.start)
  const end = Math.min(a.start + a.count, b.start + b.count)
  return end > start ? {start, count: end - start} : null
}

/** Every pair of intervals that have IDs in common, in order of the IDs they share. */
export function overlappingPairs<T extends IdInterval>(
  intervals: readonly T[],
): {readonly a: T; readonly b: T; readonly shared: IdInterval}[] {
  const sorted = intervals.filter((interval) => interval.count > 0).sort((a, b) => a.start - b.start)
  return sorted.flatMap((a, index) => {
    const pairs = []
    for (const b of sorted.slice(index + 1)) {
      const shared = intersection(a, b)
      // Sorted by start: once one begins behind `a`, all further ones do.
      if (shared === null) break
      pairs.push({a, b, shared})
    }
    return pairs
  })
}

/**
 * Kernel IDs that a namespace maps to, merged and in order; null where they are not known, in whole
 * or in part.
 */
export function kernelIntervals(map: IdMap | null): readonly IdInterval[] | null {
  if (map?.some((range) => range.outside === INVALID_ID) ?? true) return null
  return merge((map ?? []).map((range) => ({start: range.outside, count: range.count})))
}

/**
 * Kernel IDs that both namespaces map to. Empty: none, their IDs cannot meet. null: not known.
 * A map without a line has no IDs at all, so the other one need not be known.
 */
export function sharedKernelIds(a: IdMap | null, b: IdMap | null): readonly IdInterval[] | null {
  if (a?.length === 0 || b?.length === 0) return []
  const left = kernelIntervals(a)
  const right = kernelIntervals(b)
  if (left === null || right === null) return null
  return left.flatMap((one) => right.map((other) => intersection(one, other)).filter((shared) => shared !== null))
}

function merge(intervals: readonly IdInterval[]): IdInterval[] {
  const merged: IdInterval[] = []
  for (const next of intervals.filter(({count}) => count > 0).sort((a, b) => a.start - b.start)) {
    const previous = merged.at(-1)
    if (previous !== undefined && next.start <= previous.start + previous.count) {
      const end = Math.max(previous.start + previous.count, next.start + next.count)
      merged[merged.length - 1] = {start: previous.start, count: end - previous.start}
    } else merged.push({start: next.start, count: next.count})
  }
  return merged
}
