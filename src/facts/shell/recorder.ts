import type {Span} from './source.js'
import type {Field, Value} from './text.js'

/** The network namespace that a command runs in: the script's own (null), a named one, or one that is not known. */
export type Netns = null | {readonly name: string} | {readonly unknown: string}

/** A program that the script runs. */
export interface ShellCommand {
  /** Its place in the order of execution. */
  readonly index: number
  readonly path: string
  readonly line: number
  /** Line of the script that called the function it stands in; null: it stands in none. */
  readonly calledFrom: number | null
  /** The whole command as it stands in the file; null: it is made at run time. */
  readonly span: Span | null
  /** The program and its arguments, wrappers like sudo taken away. */
  readonly words: readonly Field[]
  readonly netns: Netns
  /** It runs whenever the script runs (as far as what runs before it under `set -e` succeeds). */
  readonly certain: boolean
  /** Why it may not run; null if it is certain. */
  readonly why: string | null
  /** What it reads from standard input; null: not known. */
  readonly stdin: Value | null
  /** Its failure ends the script: `set -e`. */
  readonly fatal: boolean
}

/**
 * The run of a script. Ways that exclude one another stand one after the other: `split`, an `alternative` before each,
 * `join`. A way that ends the script is `gone`; one that leaves a loop or a function is `park`ed until its `boundary`.
 */
export type ShellEvent =
  | {readonly type: 'command'; readonly command: ShellCommand}
  /** `on`: index of the command whose success decides; null: only the run tells. */
  | {readonly type: 'split'; readonly on: number | null}
  /** `when`: the outcome of that command with which this way is taken; null: cannot be said. */
  | {readonly type: 'alternative'; readonly when: 'success' | 'failure' | null}
  | {readonly type: 'park'; readonly boundary: number}
  | {readonly type: 'gone'}
  | {readonly type: 'join'}
  | {readonly type: 'boundary'; readonly id: number}
  /** What follows up to `loop-end` runs any number of times. */
  | {readonly type: 'loop'}
  | {readonly type: 'loop-end'}

/** Something of the script that could not be followed: what it runs is not in the list. */
export interface Unfollowed {
  readonly path: string
  readonly line: number
  readonly what: string
}

export interface Limits {
  readonly commands: number
  readonly steps: number
  readonly depth: number
  /** Bytes, about, that all expansions together may make. */
  readonly text: number
}

export const defaultLimits: Limits = {commands: 100_000, steps: 2_000_000, depth: 100, text: 256 << 20}

/** What a piece of text takes beside its characters, in bytes. */
const PIECE = 64

/** The limits are reached: unwinds the evaluation. Caught where it began. */
export class Truncated extends Error {}

export interface PathEntry {
  readonly reason: string
  /** Frame at whose end both ways meet again; null: at the end of the alternative. */
  readonly frame: number | null
}

export class Recorder {
  readonly events: ShellEvent[] = []
  readonly unfollowed: Unfollowed[] = []
  /** Conditions under which we are where we are. */
  path: readonly PathEntry[] = []
  /** Runs at the same time as other parts of the script. */
  concurrent = 0
  readonly limits: Limits
  #commands = 0
  #steps = 0
  #text = 0

  constructor(limits: Limits) {
    this.limits = limits
  }

  step(cost = 1): void {
    this.#steps += cost
    if (this.#steps > this.limits.steps) throw new Truncated(`after ${this.limits.steps} steps`)
  }

  /** A piece of text was made. */
  made(length: number): void {
    this.#text += length + PIECE
    if (this.#text > this.limits.text) throw new Truncated('it makes too much text')
  }

  command(given: Omit<ShellCommand, 'index' | 'certain' | 'why'>): ShellCommand {
    if (this.#commands >= this.limits.commands) throw new Truncated(`after ${this.limits.commands} commands`)
    const why = this.path.at(-1)?.reason ?? (this.concurrent > 0 ? 'it runs at the same time as others' : null)
    const command = {...given, index: this.#commands, certain: why === null, why}
    this.#commands += 1
    this.events.push({type: 'command', command})
    return command
  }

  get commandCount(): number {
    return this.#commands
  }

  lose(path: string, line: number, what: string): void {
    const last = this.unfollowed.at(-1)
    if (last?.line === line && last.path === path && last.what === what) return
    if (this.unfollowed.length < 1000) this.unfollowed.push({path, line, what})
  }

  /** A point to come back to, as if nothing had been recorded since. */
  point(): {readonly events: number; readonly unfollowed: number; readonly commands: number} {
    return {events: this.events.length, unfollowed: this.unfollowed.length, commands: this.#commands}
  }

  rewind(point: ReturnType<Recorder['point']>): void {
    this.events.length = point.events
    this.unfollowed.length = point.unfollowed
    this.#commands = point.commands
  }
}
