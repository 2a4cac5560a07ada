import type {TcWord} from '../../models/traffic-control/word.js'
import type {Unfollowed} from '../shell/recorder.js'
import type {Span} from '../shell/source.js'

/** A word of a tc command, and where it comes from. */
export interface ScriptWord {
  readonly word: TcWord
  /** The word may be several, or none. */
  readonly maySplit: boolean
  /** Where all of its text stands as it is: in the command, or in the assignment or call that gave it. */
  readonly literal: Span | null
  /** Where the word itself stands in the command: `$PRIO`; null: it is not all of a word there. */
  readonly written: Span | null
  /** The arithmetic expansion that all of it comes from: `$((PRIO + 1))`. */
  readonly computed: Span | null
}

/** The network namespace it acts in; null: that of who runs the script. */
export type ScriptNetns = string | {readonly unknown: string} | null

/** One tc command that a script runs. */
export interface ScriptCommand {
  /** Its place in the order of execution, batch lines included. */
  readonly index: number
  readonly path: string
  readonly line: number
  /** Line that called the function it stands in; null: it stands in none. */
  readonly calledFrom: number | null
  /** Without `tc` itself, its options included. */
  readonly words: readonly ScriptWord[]
  readonly netns: ScriptNetns
  /** It runs whenever the script runs, as far as no command before it ends the script. */
  readonly certain: boolean
  readonly why: string | null
  /** Its failure ends the script: `set -e`. */
  readonly fatal: boolean
  /** It is a line of a batch: lines of one batch have one number. The first that fails ends it, but with `-force`. */
  readonly batch: {readonly number: number; readonly force: boolean} | null
}

/** What happens in order; see ShellEvent of the shell. `on` counts commands. */
export type ScriptEvent =
  | {readonly type: 'command'; readonly command: ScriptCommand}
  /** A batch as a whole has failed if one of its commands has. */
  | {readonly type: 'batch-end'; readonly number: number}
  | {readonly type: 'split'; readonly on: Decider | null}
  | {readonly type: 'alternative'; readonly when: 'success' | 'failure' | null}
  | {readonly type: 'park'; readonly boundary: number}
  | {readonly type: 'gone'}
  | {readonly type: 'join'}
  | {readonly type: 'boundary'; readonly id: number}
  | {readonly type: 'loop'}
  | {readonly type: 'loop-end'}

/** Commands of which the last run decides: one, or all lines of a batch. */
export type Decider = readonly number[]

/** What a script, a batch file or a unit does with tc. */
export interface TcScript {
  readonly path: string
  readonly kind: 'script' | 'batch'
  readonly events: readonly ScriptEvent[]
  readonly commands: readonly ScriptCommand[]
  readonly unfollowed: readonly Unfollowed[]
  /** Parameters that nothing in the script sets and that were taken to be unset. */
  readonly assumptions: readonly {readonly name: string; readonly path: string; readonly line: number}[]
  readonly syntaxError: {readonly line: number; readonly message: string} | null
  readonly truncated: string | null
}
