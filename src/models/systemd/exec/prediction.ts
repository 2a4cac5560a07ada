import type {Missing} from '../../../model/missing.js'

/** Where a word, a variable or a setting stands. */
export interface Place {
  /** A file, or what else decides: `systemd`, `PID 1`, `kernel command line`. */
  readonly path: string
  /** From 1; null where there is no line. */
  readonly line: number | null
}

/** What one Exec* line of a unit would execute (exec_invoke() of systemd's src/core/exec-invoke.c). */
export interface ExecPrediction {
  readonly unit: string
  readonly version: number
  /** `bad-setting`: systemd refuses the unit for what its Exec lines say. */
  readonly loadState: 'loaded' | 'masked' | 'not-found' | 'bad-setting' | 'error'
  readonly loadError: {readonly message: string; readonly at: Place | null} | null
  readonly commands: readonly PredictedCommand[]
  /** Of the main process (ExecStart), or of control processes where there is none. Sorted by name. */
  readonly environment: readonly Variable[]
  /** Assignments that systemd does not take, and why. */
  readonly ignored: readonly IgnoredAssignment[]
  readonly files: readonly EnvironmentFile[]
  /** Why part of this answer is not known. Empty: all of it is certain. */
  readonly unknowns: readonly Missing[]
}

export interface PredictedCommand {
  /** `ExecStart`, `ExecStartPre`, ... */
  readonly directive: string
  /** Among the commands of this directive, from 0. */
  readonly index: number
  readonly at: Place
  /** Prefixes as written: `-@:+!|`. */
  readonly prefixes: string
  /** Executable after specifiers, as systemd would look for it. */
  readonly path: string
  /** Nothing is executed, and why: an environment file, an executable that can never be found. */
  readonly blocked: Blocked | null
  /** null: not known, because a variable that decides is not. */
  readonly argv: readonly string[] | null
  /** As the journal names them since 254 ("Referenced but unset"): sorted, each once. */
  readonly unset: readonly string[]
  /** "Invalid environment variable name": sorted, each once. */
  readonly invalid: readonly string[]
  /** Words from argv[0] on, in the order in which they stand. */
  readonly words: readonly Word[]
}

export interface Blocked {
  readonly kind: 'environment-file' | 'executable'
  /** What systemd says: `Failed to load environment files: No such file or directory`. */
  readonly message: string
  readonly at: Place
}

/** One word of a command, after unquoting and specifiers, and what systemd makes of it. */
export interface Word {
  readonly text: string
  /** 0..n arguments; null: not known. */
  readonly became: readonly string[] | null
  readonly fate: WordFate
  /** One sentence: the rule that decides. No values of variables. */
  readonly why: string
  readonly references: readonly Reference[]
}

export type WordFate =
  /** No `$`, or nothing in it is looked at. */
  | 'literal'
  /** `:` prefix: no expansion. */
  | 'untouched'
  /** `$NAME` alone, set: split into words. */
  | 'split'
  /** `${NAME}` put in verbatim, perhaps with other text. */
  | 'substituted'
  /** `$NAME` alone, unset: the word is dropped. */
  | 'dropped-unset'
  /** `$NAME` alone, set but empty: the word is dropped. */
  | 'dropped-empty'
  /** `$FOO/bin`: all of it is taken for a name, which is none. The word is dropped even when FOO is set. */
  | 'dropped-invalid'
  | 'unknown'

export interface Reference {
  /** As systemd reads it: `FOO`, for an invalid one the text it takes for a name. */
  readonly name: string
  /** `whole`: `$NAME` as the whole word. `braced`: `${NAME}`. `literal`: `$NAME` inside a word, `${X:-d}`: passed on as text. */
  readonly form: 'whole' | 'braced' | 'literal'
  readonly state: VariableState
  /** Where it was set; null where it is not. */
  readonly origin: Place | null
}

/**
 * `conditional`: systemd sets it itself when something happens ($MAINPID, $EXIT_CODE), perhaps.
 * `wrong-phase`: systemd sets it for other commands of this unit, never for this one.
 */
export type VariableState = 'set' | 'empty' | 'unset' | 'invalid' | 'conditional' | 'wrong-phase' | 'unknown'

export interface Variable {
  readonly name: string
  readonly origin: Place
  /** null: systemd sets it, to a value that is only known when it runs ($INVOCATION_ID), or it cannot be known. */
  readonly value: string | null
  /** Set only if something happens. */
  readonly conditional: boolean
}

export interface IgnoredAssignment {
  readonly at: Place
  /** The name as it stands there, without the value: `export FOO`. */
  readonly name: string
  readonly why: string
}

/** One EnvironmentFile= of the unit, each match of a pattern for itself. */
export interface EnvironmentFile {
  readonly path: string
  /** With `-`: every error is ignored. */
  readonly optional: boolean
  readonly at: Place
  readonly state: 'read' | 'failed' | 'unknown'
  /** Why it `failed`: `No such file or directory`. */
  readonly error: string | null
  /** Names that it sets. */
  readonly sets: readonly {readonly name: string; readonly line: number}[]
  /** Comments that would set something: `#CONF_FILE=...`, `# export FOO=x`. `text` is the line as it stands, a value included. */
  readonly commented: readonly {readonly name: string; readonly line: number; readonly text: string}[]
  /** Assignments in it that systemd ignores: `export X=`, `O+=x`. */
  readonly ignored: readonly IgnoredAssignment[]
}
