import type {Unit, Units} from '../../../facts/units.js'
import type {Activation, Edge} from './edge.js'
import {type Edges, edgesOf} from './edges.js'
import {refusalOf} from './refusal.js'
import {type FileAtBoot, fileAtBoot, hiddenUntilReboot} from './survives.js'

/** Why a unit is started, or may be: the step that leads to it, whose `from` has a start of its own. */
export interface Start {
  readonly unit: string
  /** null: it is the boot's own target. */
  readonly because: Edge | Activation | null
  /**
   * False: a unit on the way requires something that cannot be started, and whether systemd came to this one before it
   * gave up depends on the order of a hash table. Only before version 254.
   */
  readonly certain: boolean
}

export type AtBoot = FileAtBoot | 'refused'

/**
 * From this version on a unit is not started when something that it requires cannot be; before, it was when it was
 * only wanted itself, without what it wants (systemd pull request 27852).
 */
const DROPS_WHAT_LACKS = 254

/** What would be started at the next boot if nothing changed but what is in /run. */
export interface Boot {
  /** Real name of default.target, or rescue.target, which systemd falls back to. */
  readonly target: string
  /** By real name; started without anybody asking. */
  readonly started: ReadonlyMap<string, Start>
  /** By real name; started when a socket, timer, path, bus name, device or terminal asks for it. */
  readonly onDemand: ReadonlyMap<string, Start>
  /** What the boot finds under a name; `refused`: a file that systemd does not take. */
  found(unit: string): AtBoot
  /** Everything that would pull a unit in if it were started itself. */
  into(unit: string): readonly Edge[]
  /** What the unit, or something that it requires, asks for with Requires= or its like and cannot get; else null. */
  lacks(unit: string): string | null
}

/** default.target, or what systemd starts where there is none (do_queue_default_job() of src/core/main.c). */
export function defaultTarget(units: Units): string {
  return units.byName.get('default.target')?.name ?? 'rescue.target'
}

/**
 * Walks from default.target as systemd builds its first transaction (transaction_add_job_and_dependencies() of
 * src/core/transaction.c). Conditions, and failures of what is started, are not looked at; nor are Conflicts=.
 *
 * @param instances of templates that nothing on disk names, but that are asked about: `getty@tty7.service`.
 */
export function predictBoot(units: Units, instances: readonly Unit[] = []): Boot {
  const edges = edgesOf(units, instances)
  const byName = new Map(instances.map((unit) => [unit.name, unit] as const))
  const unitOf = (name: string) => units.byName.get(name) ?? byName.get(name)
  const found = memoised((name) => foundAtBoot(name, unitOf(name), units))
  const lacking = lackingRequirements(edges, found)
  const drops = units.version === null || units.version >= DROPS_WHAT_LACKS
  const target = defaultTarget(units)
  const started = walk([{unit: target, because: null, certain: true}])
  const busRuns = ['dbus.socket', 'dbus.service'].some((name) => started.has(units.byName.get(name)?.name ?? name))
  const asked = [...started.values()].flatMap(({unit, certain}) =>
    outgoing(unit)
      .filter(({kind}) => kind === 'trigger')
      .map((because) => ({unit: because.to, because, certain})),
  )
  const activated = edges.activations
    .filter(({how}) => how !== 'dbus' || busRuns)
    .map((because) => ({unit: because.to, because, certain: true}))
  return {
    target,
    started,
    onDemand: walk([...asked, ...activated], started),
    found,
    into: (unit) => edges.to.get(unit) ?? [],
    lacks: (unit) => lacking.get(unit)?.missing ?? null,
  }

  function outgoing(unit: string): readonly Edge[] {
    return (edges.from.get(unit) ?? []).filter(({lost}) => !lost)
  }

  /** Breadth first, the certain before the uncertain. With `known`, on demand: triggers lead on. */
  function walk(roots: readonly Start[], known?: ReadonlyMap<string, Start>): Map<string, Start> {
    const found = new Map<string, Start>()
    let doubtful: Start[] = []
    let queue = [...roots]
    while (queue.length > 0) {
      for (let at = 0; at < queue.length; at++) {
        const start = queue[at]
        if (!start || found.has(start.unit) || known?.has(start.unit) || !startable(start.unit)) continue
        found.set(start.unit, start)
        const lacks = lacking.get(start.unit)
        for (const because of outgoing(start.unit)) {
          if (because.kind === 'trigger' && !known) continue
          // Wants= come after Requires=: one of those that fails leaves all of these out. One that fails further
          // away does so only if nobody asked for it before.
          if (lacks?.directly && because.kind === 'soft') continue
          // Upholds= is looked at again whenever its unit runs, in a transaction of its own.
          if (lacks && because.kind === 'upheld' && lacking.has(because.to)) continue
          const certain = start.certain && !(lacks && (because.kind === 'hard' || because.kind === 'soft'))
          ;(certain ? queue : doubtful).push({unit: because.to, because, certain})
        }
      }
      queue = doubtful
      doubtful = []
    }
    return found
  }

  function startable(name: string): boolean {
    const unit = unitOf(name)
    return unit === undefined
      ? name === target
      : found(name) === 'there' && !unit.isTemplate && !(drops && lacking.has(name))
  }
}

function foundAtBoot(name: string, unit: Unit | undefined, units: Units): AtBoot {
  // They need no file; whoever mounted it in the initrd does so again.
  if (!unit) return /\.(slice|device|scope|mount|swap)$/.test(name) ? 'there' : 'gone'
  const file = fileAtBoot(unit)
  return file === 'there' && !hiddenUntilReboot(unit) && refusalOf(unit, units) !== null ? 'refused' : file
}

function memoised<T>(compute: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>()
  return (name) => {
    const before = known.get(name)
    if (before !== undefined) return before
    const value = compute(name)
    known.set(name, value)
    return value
  }
}

interface Lack {
  /** What cannot be started. */
  readonly missing: string
  /** The unit itself requires it, not only something else that it requires. */
  readonly directly: boolean
}

/** What units require, themselves or through others, and cannot be started. Backwards from there: linear. */
function lackingRequirements(edges: Edges, found: (name: string) => AtBoot): Map<string, Lack> {
  const lacking = new Map<string, Lack>()
  const required = [...edges.to].filter(([, into]) => into.some(({kind, lost}) => kind === 'hard' && !lost))
  const dead = required.map(([name]) => name).filter((name) => found(name) !== 'there')
  const queue = dead.map((name) => ({name, missing: name, directly: true}))
  for (let at = 0; at < queue.length; at++) {
    const next = queue[at]
    if (!next) break
    for (const {from, kind, lost} of edges.to.get(next.name) ?? []) {
      if (kind !== 'hard' || lost || lacking.has(from)) continue
      lacking.set(from, {missing: next.missing, directly: next.directly})
      queue.push({name: from, missing: next.missing, directly: false})
    }
  }
  return lacking
}
