import {generate} from '../forks/generate.js'
import {type Random, randomOf} from '../forks/random.js'
import type {Situation} from '../forks/situation.js'

/** Processes beside the prober, in its own cgroup or in one beside it, that count against a limit above. */
export interface Crowd {
  /** Index of the level that they are in (the innermost) or in a further cgroup below. */
  readonly level: number
  readonly uid: number
  readonly processes: number
  readonly threads: number
}

/** Nested cgroups; the prober is in the innermost. */
export interface Tree {
  /** pids.max from the outermost to the innermost; null: `max`. */
  readonly limits: readonly (number | null)[]
  /** Has the innermost the controller? If not, its tasks count one level up. */
  readonly innermostCounts: boolean
  readonly crowds: readonly Crowd[]
}

export interface NestedSituation {
  readonly situation: Situation
  readonly tree: Tree
}

/** The situation of this seed and number: one of the forks lab's, in cgroups within cgroups. */
export function generateNested(seed: number, index: number, firstUid: number): NestedSituation {
  const situation = {...generate({seed, index, firstUid, docker: false}), cgroup: null}
  return {situation, tree: makeTree(randomOf(Math.imul(seed, 7_368_787) + index), firstUid)}
}

function makeTree(random: Random, firstUid: number): Tree {
  const depth = random.between(1, 4)
  const limits = Array.from({length: depth}, () => (random.chance(0.5) ? random.between(1, 16) : null))
  const innermostCounts = depth === 1 || random.chance(0.85)
  if (!innermostCounts) limits[depth - 1] = null
  const crowds = Array.from({length: random.between(0, 2)}, () => ({
    level: random.between(0, depth - 1),
    uid: random.chance(0.3) ? 0 : firstUid + random.between(1, 3),
    processes: random.between(1, 3),
    threads: random.chance(0.4) ? random.between(1, 3) : 0,
  }))
  return {limits, innermostCounts, crowds}
}
