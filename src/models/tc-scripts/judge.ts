import type {Decider, ScriptCommand, ScriptEvent, TcScript} from '../../facts/tc-scripts/script.js'
import type {Admission, Reason, Remark} from '../traffic-control/admission.js'
import type {Tables} from './tables.js'

/** Whether a command is run: `never`: the way to it is not taken, or the script ends before. */
export type Run = 'always' | 'maybe' | 'never'

export interface Judged {
  readonly command: ScriptCommand
  readonly admission: Admission
  readonly run: Run
  /** Why it is not run for sure; null: it is. */
  readonly why: string | null
}

/** More ways through a script than these are not told apart. */
const MOST_WAYS = 128
/** Questions that are asked of all ways together. */
const MOST_QUESTIONS = 400_000

const FIRST_TURN: Remark = {
  id: 'first-turn',
  text: 'It stands in a loop of which only the run tells how often it runs: this is the answer of the first turn.',
}

/** One way through the script so far. */
interface Way {
  readonly tables: Tables
  /** Of commands whose outcome decides later on. */
  readonly outcomes: ReadonlyMap<number, Admission['verdict']>
  /** Why the script never gets here on this way; null: it may. */
  readonly ended: string | null
  /** Its part of all ways: 1 for a command that all of them pass. */
  readonly share: number
}

/** Shares are halved and added up again. */
const ALL = 1 - 1e-9

/**
 * What the kernel answers to each command of a script. Where the script may go several ways, each is judged by itself,
 * and a verdict is given only if it is the same in all of them. What a script does not reach because a command before
 * ends it is judged as if that had not.
 *
 * @param start the kernel's tables before the script
 */
export function judgeScript(script: TcScript, start: Tables): readonly Judged[] {
  return new Judge(script, start).run()
}

class Judge {
  readonly #script: TcScript
  readonly #deciding: ReadonlySet<number>
  readonly #judged: Judged[] = []
  readonly #parked = new Map<number, Way[]>()
  /** Ways on which a batch has failed, which go on behind it. */
  readonly #failed = new Map<number, Way[]>()
  #ways: readonly Way[]
  #tooMany = false
  #questions = 0
  /** Loops around us of which only the run tells how often they run. */
  #loops = 0
  /** Why no way leads to where we are. */
  #notTaken = 'no way through the script leads here'

  constructor(script: TcScript, start: Tables) {
    this.#script = script
    const deciders = script.events.flatMap((event) => (event.type === 'split' && event.on ? event.on : []))
    this.#deciding = new Set(deciders)
    this.#ways = [{tables: start, outcomes: new Map(), ended: null, share: 1}]
  }

  run(): readonly Judged[] {
    const splits: Split[] = []
    const {events} = this.#script
    const alternatives = alternativesOf(events)
    for (const [at, event] of events.entries()) {
      switch (event.type) {
        case 'command':
          this.#command(event.command)
          break
        case 'split':
          splits.push({on: event.on, start: this.#ways, ends: [], open: false, ways: alternatives.get(at) ?? 1})
          break
        case 'alternative': {
          const split = splits.at(-1)
          if (!split) break
          if (split.open) split.ends.push(...this.#ways)
          split.open = true
          this.#ways = taken(split, event.when)
          if (this.#ways.length === 0 && split.start.length > 0) {
            this.#notTaken = `the command that decides ${event.when === 'success' ? 'fails' : 'succeeds'}`
          }
          break
        }
        case 'join': {
          const split = splits.pop()
          this.#setWays([...(split?.ends ?? []), ...this.#ways])
          break
        }
        default:
          this.#other(event)
      }
    }
    return this.#judged
  }

  #other(event: ScriptEvent): void {
    switch (event.type) {
      case 'park':
        this.#parked.set(event.boundary, [...(this.#parked.get(event.boundary) ?? []), ...this.#ways])
        this.#ways = []
        return
      case 'gone':
        this.#ways = []
        return
      case 'loop':
        this.#loops += 1
        return
      case 'loop-end':
        this.#loops -= 1
        return
      case 'boundary':
        this.#setWays([...this.#ways, ...(this.#parked.get(event.id) ?? [])])
        this.#parked.delete(event.id)
        return
      case 'batch-end': {
        const failed = this.#failed.get(event.number)
        if (!failed) return
        this.#setWays([...this.#ways.filter(({ended}) => ended === null), ...failed])
        this.#failed.delete(event.number)
      }
    }
  }

  /** Ways that may be gone come before those that are not; equal ones are one. */
  #setWays(all: readonly Way[]): void {
    const real = all.filter(({ended}) => ended === null)
    const unique = new Map<Tables, Way>()
    for (const way of real.length > 0 ? real : all) {
      const same = unique.get(way.tables)
      unique.set(way.tables, same ? {...same, share: same.share + way.share} : way)
    }
    const ways = [...unique.values()]
    if (ways.length > MOST_WAYS) this.#tooMany = true
    this.#ways = ways.slice(0, MOST_WAYS)
  }

  #command(command: ScriptCommand): void {
    const next: Way[] = []
    const answers: Admission[] = []
    this.#questions += this.#ways.length
    if (this.#questions > MOST_QUESTIONS) this.#tooMany = true
    for (const way of this.#tooMany ? [] : this.#ways) {
      const {admission, tables} = way.tables.admit(command)
      answers.push(admission)
      next.push(...this.#after({...way, tables}, command, admission))
    }
    const never = this.#ways.every((way) => way.ended !== null)
    const share = this.#ways.reduce((sum, way) => sum + (way.ended === null ? way.share : 0), 0)
    const always = command.certain || (!this.#tooMany && share >= ALL && !isConcurrent(command))
    const ended = never ? (this.#ways[0]?.ended ?? this.#notTaken) : null
    this.#judged.push({
      command,
      admission: this.#tooMany
        ? undecided('too-many-ways', 'There are more ways through the script than are told apart.')
        : this.#inLoop(agreed(answers, this.#notTaken)),
      run: ended !== null ? 'never' : always ? 'always' : 'maybe',
      why: ended ?? (always ? null : command.why),
    })
    if (!this.#tooMany) this.#ways = next
  }

  #inLoop(admission: Admission): Admission {
    return this.#loops === 0 ? admission : {...admission, remarks: [...admission.remarks, FIRST_TURN]}
  }

  #after(way: Way, command: ScriptCommand, {verdict}: Admission): Way[] {
    const outcomes = this.#deciding.has(command.index)
      ? new Map([...way.outcomes, [command.index, verdict]])
      : way.outcomes
    const after = {...way, outcomes}
    if (verdict !== 'rejected' || way.ended !== null) return [after]
    const place = `line ${command.line}`
    if (command.batch && !command.batch.force) {
      const {number} = command.batch
      if (!command.fatal) this.#failed.set(number, [...(this.#failed.get(number) ?? []), after])
      return [{...after, ended: `${place} fails, which ends the batch`}]
    }
    return [command.fatal ? {...after, ended: `${place} fails, and set -e ends the script there`} : after]
  }
}

interface Split {
  readonly on: Decider | null
  readonly start: readonly Way[]
  readonly ends: Way[]
  open: boolean
  /** How many alternatives it has. */
  readonly ways: number
}

/** Ways on which the deciding command ended as said. */
function taken({on, start, ways}: Split, when: 'success' | 'failure' | null): readonly Way[] {
  const divided = (way: Way): Way => ({...way, share: way.share / ways})
  if (on === null || when === null) return start.map(divided)
  return start.flatMap((way) => {
    const verdicts = on.map((index) => way.outcomes.get(index))
    if (verdicts.some((verdict) => verdict === 'rejected')) return when === 'failure' ? [way] : []
    if (verdicts.some((verdict) => verdict === 'undecided' || verdict === undefined)) return [divided(way)]
    return when === 'success' ? [way] : []
  })
}

/** Number of alternatives of each split, by the index of its event. */
function alternativesOf(events: readonly ScriptEvent[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>()
  const open: number[] = []
  for (const [at, {type}] of events.entries()) {
    if (type === 'split') open.push(at)
    else if (type === 'join') open.pop()
    else if (type === 'alternative') {
      const split = open.at(-1) ?? 0
      counts.set(split, (counts.get(split) ?? 0) + 1)
    }
  }
  return counts
}

function isConcurrent({why}: ScriptCommand): boolean {
  return why?.includes('at the same time') === true
}

function agreed(answers: readonly Admission[], notTaken: string): Admission {
  const [first, ...others] = answers
  if (!first) return undecided('not-run', `It is not run: ${notTaken}.`)
  if (others.every((each) => each.verdict === first.verdict && each.reason?.id === first.reason?.id)) return first
  return undecided('depends-on-way', 'It is accepted on one way through the script, and refused on another.')
}

function undecided(id: string, text: string): Admission {
  const reason: Reason = {id, text, where: null, errno: null}
  return {verdict: 'undecided', reason, messages: [], exit: null, chosenPrio: null, remarks: []}
}
