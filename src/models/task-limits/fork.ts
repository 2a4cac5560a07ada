import type {Process} from '../../facts/processes.js'
import {INITIAL_USERNS} from '../../facts/user-namespaces.js'
import {type Missing, missing} from '../../model/missing.js'
import {type Bounds, exactly, isExact, leastOf, room, roomBelow} from './bounds.js'
import {chargePath} from './charge-path.js'
import {type Counter, countBounds, type TaskCount, type TaskCounts, taskCount, unknownCreator} from './counts.js'
import {creatorLimit} from './creator-limit.js'

/** capabilities(7) that lift RLIMIT_NPROC: copy_process() asks capable() for either. */
const CAP_SYS_ADMIN = 1n << 21n
const CAP_SYS_RESOURCE = 1n << 24n

/** Who is about to create a task. */
export interface Forker {
  /** Inode number of its user namespace; null: not known. */
  readonly userns: string | null
  /** Real UID as the kernel knows it. */
  readonly kuid: number
  /** Effective capabilities, in its own user namespace. */
  readonly capEff: bigint
  /** Its own soft RLIMIT_NPROC; null: not known. */
  readonly limit: number | null
}

/** One of the comparisons that the kernel makes. */
export interface Level {
  readonly count: TaskCount
  readonly countBounds: Bounds
  /** Best guess; null: none. */
  readonly limit: number | null
  readonly limitBounds: Bounds
  /** Whose limit: the forker's own, or the one that a user namespace took from its creator. */
  readonly limitOf: 'process' | {readonly creatorOf: string}
  /** Tasks that can still come into being before this level refuses. */
  readonly room: Bounds
}

export interface ForkAdmission {
  /** Best guess; Infinity: RLIMIT_NPROC does not limit it. null: too little is known. */
  readonly allowed: number | null
  /** `allowed` for sure lies between these. */
  readonly bounds: Bounds
  readonly certain: boolean
  /** Why RLIMIT_NPROC does not apply to it. */
  readonly exempt: 'root' | 'capability' | null
  /** What refuses first; null: nothing does. */
  readonly decidedBy: Level | null
  /** Its own counter. */
  readonly counter: Counter
  /** Own level first. */
  readonly levels: readonly Level[]
  readonly unknowns: readonly Missing[]
}

export function forkerOf(process: Process): Forker {
  return {
    userns: process.userns,
    kuid: process.realUid,
    capEff: process.capEff,
    limit: process.nproc?.soft ?? null,
  }
}

/**
 * How many more tasks the kernel lets this forker create before RLIMIT_NPROC makes fork() fail with
 * EAGAIN: copy_process() with is_rlimit_overlimit() at every level.
 */
export function admitFork(counts: TaskCounts, forker: Forker): ForkAdmission {
  const levels = levelsOf(counts, forker)
  const exempt = exemption(counts, forker)
  const counter = {userns: counts.rules.perNamespace ? forker.userns : null, kuid: forker.kuid}
  if (exempt.sure && exempt.reason) {
    const bounds = exactly(Infinity)
    const base = {allowed: Infinity, bounds, certain: true, exempt: exempt.reason, decidedBy: null}
    return {...base, counter, levels, unknowns: []}
  }
  const rooms = levels.map((level) => level.room)
  // Above a namespace that is not known there may be a limit that is not known.
  if (!pathIsKnown(counts, forker)) rooms.push({least: 0, most: Infinity})
  const tightest = leastOf(rooms)
  const bounds = exempt.sure ? tightest : {least: tightest.least, most: Infinity}
  const certain = isExact(bounds)
  const guess = guessed(levels, counts, forker)
  return {
    allowed: certain ? bounds.least : guess.allowed,
    bounds,
    certain,
    exempt: null,
    decidedBy: guess.level,
    counter,
    levels,
    unknowns: certain ? [] : unknownsOf(counts, forker, levels, exempt.sure),
  }
}

/**
 * `real_cred->user != INIT_USER` compares kuids: a real UID 0 that is mapped to kuid 0 is exempt in
 * any user namespace, even without capabilities. capable() asks for them in the initial one alone.
 */
function exemption(counts: TaskCounts, forker: Forker): {sure: boolean; reason: 'root' | 'capability' | null} {
  const seesKernelUids = counts.table.sees.initialUserns
  const capable = (forker.capEff & (CAP_SYS_ADMIN | CAP_SYS_RESOURCE)) !== 0n
  if (!seesKernelUids) return {sure: forker.kuid !== 0 && !capable, reason: null}
  if (forker.kuid === 0) return {sure: true, reason: 'root'}
  if (!capable) return {sure: true, reason: null}
  if (forker.userns === null) return {sure: false, reason: null}
  return {sure: true, reason: forker.userns === INITIAL_USERNS ? 'capability' : null}
}

function levelsOf(counts: TaskCounts, forker: Forker): Level[] {
  const {beyondLimit, perNamespace} = counts.rules
  const level = (counter: Counter, limit: number | null, bounds: Bounds, limitOf: Level['limitOf']): Level => {
    const count = taskCount(counts, counter)
    const range = countBounds(count)
    const widened = {least: bounds.least + beyondLimit.least, most: bounds.most + beyondLimit.most}
    return {count, countBounds: range, limit, limitBounds: bounds, limitOf, room: roomBelow(widened, range)}
  }
  const own = forker.limit === null ? {least: 0, most: Infinity} : exactly(forker.limit)
  const levels = [level({userns: forker.userns, kuid: forker.kuid}, forker.limit, own, 'process')]
  if (!perNamespace || forker.userns === null) return levels
  for (const {counter, below} of chargePath(forker.userns, counts.namespaces).steps) {
    const {limit, bounds} = creatorLimit(counts, below)
    levels.push(level(counter, limit, bounds, {creatorOf: below}))
  }
  return levels
}

/** The namespace on its way up whose creator is not known; null: none, or the first one is not known itself. */
function brokenPath(counts: TaskCounts, {userns}: Forker): string | null {
  if (!counts.rules.perNamespace || userns === null) return null
  return chargePath(userns, counts.namespaces).brokenAt
}

function pathIsKnown(counts: TaskCounts, forker: Forker): boolean {
  if (!counts.rules.perNamespace) return true
  return forker.userns !== null && brokenPath(counts, forker) === null
}

function guessed(
  levels: readonly Level[],
  counts: TaskCounts,
  forker: Forker,
): {allowed: number | null; level: Level | null} {
  let allowed = Infinity
  let level: Level | null = null
  for (const each of levels) {
    if (each.limit === null) continue
    const here = room(each.limit, each.count.tasks + each.count.probable)
    if (here < allowed) {
      allowed = here
      level = each
    }
  }
  const enough = forker.limit !== null && counts.unseen === 0 && pathIsKnown(counts, forker)
  return {allowed: enough ? allowed : null, level}
}

function unknownsOf(counts: TaskCounts, forker: Forker, levels: readonly Level[], exemptKnown: boolean): Missing[] {
  const found: Missing[] = []
  if (forker.limit === null) found.push(missing('processes', 'denied', 'its RLIMIT_NPROC could not be read'))
  if (!exemptKnown || forker.userns === null) {
    found.push(missing('processes', 'denied', 'its user namespace is not known'))
  }
  for (const {limitOf, limitBounds} of levels) {
    if (limitOf === 'process' || isExact(limitBounds)) continue
    const {unknown} = creatorLimit(counts, limitOf.creatorOf)
    if (unknown) found.push(unknown)
  }
  const broken = brokenPath(counts, forker)
  if (broken !== null) found.push(unknownCreator([broken]))
  if (counts.rules.unknown !== null || levels.some((level) => !isExact(level.countBounds))) {
    found.push(...counts.unknowns)
  }
  return found
}
