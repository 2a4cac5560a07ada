import {isExact, type OrderRule, type Rank, type RankRange, rankedRules} from './rank.js'

export interface Comparison {
  /** Of the first one: true if it comes before the second, false if behind; null: not known. */
  readonly before: boolean | null
  /** What decides; null: `before` is null, or the same whatever is not known, but by different rules. */
  readonly rule: OrderRule | null
}

/** @param firstIsEarlier the name service gave the first one before the second */
export type Compare = (first: RankRange, second: RankRange, firstIsEarlier: boolean) => Comparison

/** rfc3484_sort() of getaddrinfo.c, for what is known of both. */
export const compare: Compare = (first, second, firstIsEarlier) => {
  const atWorst = comparePair(first.least, second.best, firstIsEarlier)
  if (isExact(first) && isExact(second)) return atWorst
  const atBest = comparePair(first.best, second.least, firstIsEarlier)
  if (atWorst.before !== atBest.before) return {before: null, rule: null}
  return {before: atWorst.before, rule: atWorst.rule === atBest.rule ? atWorst.rule : null}
}

function comparePair(first: Rank, second: Rank, firstIsEarlier: boolean): Comparison {
  for (const [index, rule] of rankedRules.entries()) {
    if (rule === 'longest-prefix' && first.family !== second.family) continue
    const difference = (first.values[index] ?? 0) - (second.values[index] ?? 0)
    if (difference !== 0) return {before: difference > 0, rule}
  }
  return {before: firstIsEarlier, rule: 'given-order'}
}
