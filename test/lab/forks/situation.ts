/** A UID as a namespace calls it, and as the kernel does. */
export interface Id {
  readonly inside: number
  readonly kuid: number
}

export interface Space {
  readonly name: string
  readonly parent: string
  readonly creator: Id
  /** Soft limit under which it was made; -1: the inherited one. */
  readonly limit: number
  /** The creator's soft limit afterwards; null: unchanged. */
  readonly afterwards: number | null
  readonly map: readonly (readonly [inside: number, outside: number, count: number])[]
  /** Does the creator stay in it? */
  readonly keep: boolean
  readonly ids: readonly Id[]
}

export interface Held {
  readonly ns: string
  readonly id: Id
  readonly euid: number | null
  readonly threads: number
  readonly uids: readonly number[]
  readonly zombies: number
  readonly zombieLeader: boolean
  /** Flags of unshare(2). */
  readonly namespaces: number
}

export interface Prober {
  readonly ns: string
  readonly id: Id
  readonly euid: number | null
  readonly limit: number
  readonly mode: 'fork' | 'thread' | 'start'
  /** `start`: the limit is set after the change of UID. */
  readonly after: boolean
  readonly caps: 'none' | 'keep' | 'admin' | 'drop'
  readonly namespaces: number
}

/** Two nested cgroups of the pids controller; the prober is in the inner one. */
export interface CgroupLimit {
  readonly outer: number | null
  readonly inner: number | null
}

export interface Situation {
  readonly index: number
  readonly spaces: readonly Space[]
  readonly held: readonly Held[]
  readonly prober: Prober
  readonly cgroup: CgroupLimit | null
  /** Containers of Docker, by UID and number of tasks. */
  readonly containers: readonly {readonly kuid: number; readonly tasks: number}[]
  /** The prober is a container's first process; its pids limit. */
  readonly proberContainer: {readonly pidsLimit: number | null} | null
}

/** The prober tries no more than this: `MOST` of situation.c. */
export const MOST_TRIES = 24

/** The lines that make situation.c build it. */
export function commandsOf(situation: Situation, cgroupProcs: string | null): string[] {
  const lines: string[] = []
  for (const {name, parent, creator, limit, afterwards, map, keep} of situation.spaces) {
    const extents = map.map((extent) => extent.join(':')).join(',')
    const options = `parent=${parent} uid=${creator.inside} limit=${limit} then=${afterwards ?? -1} keep=${keep ? 1 : 0}`
    lines.push(`ns ${name} ${options} map=${extents}`)
  }
  for (const {ns, id, euid, threads, uids, zombies, zombieLeader, namespaces} of situation.held) {
    const shape = `threads=${threads} zombies=${zombies} zombieleader=${zombieLeader ? 1 : 0} new=${namespaces}`
    const others = uids.length > 0 ? ` uids=${uids.join(',')}` : ''
    lines.push(`hold ns=${ns} uid=${id.inside} euid=${euid ?? id.inside} ${shape}${others}`)
  }
  if (!situation.proberContainer) {
    const {ns, id, euid, limit, mode, after, caps, namespaces} = situation.prober
    const who = `ns=${ns} uid=${id.inside} euid=${euid ?? id.inside} limit=${limit} mode=${mode} caps=${caps}`
    const where = cgroupProcs === null ? '' : ` cgroup=${cgroupProcs}`
    lines.push(`prober ${who} after=${after ? 1 : 0} new=${namespaces}${where}`)
  }
  return lines
}

/**
 * Is a guess at the limits that user namespaces took from their creators bound to be right? Yes where
 * the creator is still the oldest process in it and did not change its limit.
 */
export function creatorsUnchanged(situation: Situation): boolean {
  return situation.spaces.every((space) => isRootMade(space) || (space.keep && space.afterwards === null))
}

export function isRootMade(space: Space): boolean {
  return space.parent === 'init' && space.creator.kuid === 0
}
