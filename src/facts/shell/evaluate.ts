import {dialectOf} from './dialect.js'
import {defaultLimits, type Limits, type ShellEvent, Truncated, type Unfollowed} from './recorder.js'
import {runScript} from './run.js'
import {type Dialect, type Parser, plain, Shell} from './shell.js'
import {ShellSource} from './source.js'
import {readableScript} from './syntax.js'
import {inFrame} from './ways.js'

export interface Evaluation {
  /** In order of execution. */
  readonly events: readonly ShellEvent[]
  /** What the script runs and we could not follow. */
  readonly unfollowed: readonly Unfollowed[]
  /** Parameters that nothing in the script sets and that were taken to be unset. */
  readonly assumptions: readonly {readonly name: string; readonly path: string; readonly line: number}[]
  /** The first line that no shell reads; nothing behind it is run. */
  readonly syntaxError: {readonly line: number; readonly message: string} | null
  /** Why the end of the script was not reached. */
  readonly truncated: string | null
}

export interface EvaluateOptions {
  readonly parser: Parser
  /** Text of a file with an absolute path; null: it is not there, or nobody looked. */
  readonly readFile?: (path: string) => string | null
  readonly limits?: Partial<Limits>
  /** Whose it is, whatever its first line says. */
  readonly dialect?: Dialect
  /** What the environment surely holds. */
  readonly variables?: Readonly<Record<string, string>>
  /** As if `set -e` stood before it. */
  readonly errexit?: boolean
}

/**
 * Says what a shell script runs, without running it. Everything that only its run would tell stays open. null: it is
 * written for another interpreter than a POSIX shell or bash.
 */
export function evaluateScript(path: string, text: string, options: EvaluateOptions): Evaluation | null {
  const dialect = options.dialect ?? dialectOf(text)
  if (dialect === null) return null
  const source = new ShellSource(path, text)
  const limits = {...defaultLimits, ...options.limits}
  const readFile = options.readFile ?? (() => null)
  const shell = new Shell({dialect, parser: options.parser, source, limits, readFile})
  const {script, error} = readableScript(options.parser, text)
  for (const [name, value] of Object.entries(options.variables ?? {})) shell.set(name, plain(value))
  if (options.errexit) shell.state.set('o:errexit', {kind: 'flag', on: true})
  let truncated: string | null = null
  try {
    inFrame(shell, 'script', () => runScript(shell, script.commands))
  } catch (caught) {
    // A script can be deeper than our stack.
    if (!(caught instanceof Truncated) && !(caught instanceof RangeError)) throw caught
    truncated = caught instanceof Truncated ? caught.message : 'it is nested too deep'
  }
  const {events, unfollowed} = shell.recorder
  return {
    events,
    unfollowed,
    assumptions: [...shell.assumptions].map(([name, place]) => ({name, ...place})),
    syntaxError: error === null ? null : {line: source.lineAt(error.pos), message: error.message},
    truncated,
  }
}
