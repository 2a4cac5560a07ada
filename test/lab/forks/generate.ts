import {type Random, randomOf} from './random.js'
import type {Held, Id, Prober, Situation, Space} from './situation.js'

const CLONE_NEW = {
  mnt: 0x00020000,
  cgroup: 0x02000000,
  uts: 0x04000000,
  ipc: 0x08000000,
  pid: 0x20000000,
  net: 0x40000000,
}
const UNCHANGED = -1

export interface GenerateOptions {
  readonly seed: number
  readonly index: number
  /** 200 UIDs from here on are the situation's alone. */
  readonly firstUid: number
  readonly docker: boolean
}

/** The situation of this seed and number. */
export function generate({seed, index, firstUid, docker}: GenerateOptions): Situation {
  const random = randomOf(Math.imul(seed, 1_000_003) + index)
  const plain: Id[] = [1, 2, 3].map((offset) => ({inside: firstUid + offset, kuid: firstUid + offset}))
  const base = {index, cgroup: null, containers: [], proberContainer: null}
  if (docker) return {...base, ...dockerSituation(random, plain)}
  const spaces: Space[] = []
  if (random.chance(0.55)) {
    for (let left = random.between(1, 3); left > 0; left--) spaces.push(makeSpace(random, spaces, plain, firstUid))
  }
  const places = [{name: 'init', ids: plain}, ...spaces]
  const held: Held[] = []
  for (let left = random.between(0, 4); left > 0; left--) held.push(makeHeld(random, random.pick(places)))
  const place = random.chance(0.5) ? {name: 'init', ids: plain} : random.pick(places)
  const prober = makeProber(random, place, spaces)
  const cgroup = random.chance(0.15)
    ? {
        outer: random.chance(0.6) ? random.between(1, 12) : null,
        inner: random.chance(0.6) ? random.between(1, 12) : null,
      }
    : null
  return {...base, spaces, held, prober, cgroup}
}

function makeSpace(random: Random, spaces: readonly Space[], plain: readonly Id[], firstUid: number): Space {
  const name = `n${spaces.length}`
  const parent = spaces.length > 0 && random.chance(0.6) ? random.pick(spaces) : null
  const limits = {
    limit: random.chance(0.4) ? UNCHANGED : random.between(1, 14),
    afterwards: random.chance(0.2) ? random.between(1, 14) : null,
    keep: random.chance(0.75),
  }
  if (parent) {
    const creator = random.pick(parent.ids)
    const other = random.pick(parent.ids)
    const mapped: Id[] = [{inside: 0, kuid: creator.kuid}]
    const map: [number, number, number][] = [[0, creator.inside, 1]]
    if (other.inside !== creator.inside && random.chance(0.7)) {
      mapped.push({inside: 4, kuid: other.kuid})
      map.push([4, other.inside, 1])
    }
    return {name, parent: parent.name, creator, map, ids: mapped, ...limits}
  }
  const root: Id = {inside: 0, kuid: 0}
  const owner = random.pick(plain)
  const made = (creator: Id, map: Space['map'], ids: readonly Id[]): Space => {
    return {name, parent: 'init', creator, map, ids, ...limits}
  }
  switch (random.between(0, 4)) {
    case 0:
      return made(root, [[0, 0, 4294967295]], [root, ...plain.slice(0, 2)])
    case 1:
      return made(root, [[0, firstUid + 100, 20]], ids([0, firstUid + 100], [1, firstUid + 101], [2, firstUid + 102]))
    case 2: {
      const map: Space['map'] = [
        [0, firstUid + 100, 1],
        [5, firstUid + 1, 2],
      ]
      return made(root, map, ids([0, firstUid + 100], [5, firstUid + 1], [6, firstUid + 2]))
    }
    case 3:
      return made(owner, [[0, owner.kuid, 1]], ids([0, owner.kuid]))
    default: {
      const map: Space['map'] = [
        [0, owner.kuid, 1],
        [1, firstUid + 120, 10],
      ]
      return made(owner, map, ids([0, owner.kuid], [1, firstUid + 120], [2, firstUid + 121]))
    }
  }
}

function makeHeld(random: Random, place: {readonly name: string; readonly ids: readonly Id[]}): Held {
  const threads = random.chance(0.4) ? random.between(1, 4) : 0
  const uids = random.chance(0.2) ? [random.pick(place.ids).inside, random.pick(place.ids).inside] : []
  return {
    ns: place.name,
    id: random.pick(place.ids),
    euid: random.chance(0.15) ? random.pick(place.ids).inside : null,
    threads,
    uids,
    zombies: random.chance(0.25) ? random.between(1, 3) : 0,
    zombieLeader: threads + uids.length > 0 && random.chance(0.25),
    namespaces: someNamespaces(random),
  }
}

function makeProber(
  random: Random,
  place: {readonly name: string; readonly ids: readonly Id[]},
  spaces: readonly Space[],
): Prober {
  const asRoot = place.name === 'init' && random.chance(0.08)
  const id = asRoot ? {inside: 0, kuid: 0} : random.pick(place.ids)
  const limit = random.chance(0.9) ? random.between(0, 16) : random.pick([UNCHANGED, 1000, 90000])
  const start = startable(place.name, spaces) && random.chance(0.3)
  return {
    ns: place.name,
    id,
    euid: !start && random.chance(0.12) ? (random.chance(0.4) ? 0 : random.pick(place.ids).inside) : null,
    limit,
    mode: start ? 'start' : random.chance(0.25) ? 'thread' : 'fork',
    after: start && random.chance(0.3),
    caps: start ? 'none' : random.pick(['none', 'none', 'none', 'none', 'none', 'none', 'admin', 'drop']),
    namespaces: someNamespaces(random),
  }
}

/** A start that enters a namespace whose creator is not root is counted there before it has begun. */
function startable(name: string, spaces: readonly Space[]): boolean {
  const space = spaces.find((each) => each.name === name)
  return !space || (space.parent === 'init' && space.creator.kuid === 0)
}

function someNamespaces(random: Random): number {
  if (!random.chance(0.3)) return 0
  return Object.values(CLONE_NEW).reduce((flags, flag) => (random.chance(0.4) ? flags | flag : flags), 0)
}

function dockerSituation(
  random: Random,
  plain: readonly Id[],
): Pick<Situation, 'spaces' | 'held' | 'prober'> & Pick<Situation, 'containers' | 'proberContainer'> {
  const place = {name: 'init', ids: plain.slice(0, 2)}
  const inside = random.chance(0.5)
  const prober = {...makeProber(random, place, []), id: random.pick(place.ids), euid: null, caps: 'none' as const}
  return {
    spaces: [],
    held: random.chance(0.5) ? [makeHeld(random, place)] : [],
    // A limit that its own start would not survive is the subject of the start situations.
    prober: inside ? {...prober, mode: 'fork', limit: random.between(26, 36)} : prober,
    containers: [{kuid: random.pick(place.ids).kuid, tasks: random.between(1, 12)}],
    proberContainer: inside ? {pidsLimit: random.chance(0.3) ? random.between(6, 20) : null} : null,
  }
}

function ids(...pairs: readonly (readonly [number, number])[]): Id[] {
  return pairs.map(([inside, kuid]) => ({inside, kuid}))
}
