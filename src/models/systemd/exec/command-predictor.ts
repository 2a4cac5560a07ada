import type {EnvironmentSources} from '../../../facts/unit-environment.js'
import {type Missing, missing} from '../../../model/missing.js'
import type {PlacedCommand} from './commands.js'
import {type Expansion, expandWord, expansionOf, MAX_ARGUMENT, untouchedWord} from './expand.js'
import type {Blocked, PredictedCommand} from './prediction.js'
import type {Surroundings} from './surroundings.js'

/** All arguments of a command: 3/4 of _STK_LIM, whatever the limit of the stack is (bprm_stack_limits() of fs/exec.c). */
const MAX_ARGUMENTS = 6 * 1024 * 1024
/** All arguments of all commands of a unit, of which no more are built than this: a bound of ours. */
const MAX_UNIT = 8 * 1024 * 1024

/** What the commands of one unit become. */
export class CommandPredictor {
  readonly #surroundings: Surroundings
  readonly #version: number
  readonly #shell: () => string | null
  readonly #sources: EnvironmentSources
  /** Words that stand in many commands are expanded once; by directive, then by text. */
  readonly #expanded = new Map<string, Map<string, Expansion>>()
  #size = 0

  /** @param shell of the user, for commands with `|`; `none` or null: not known. */
  constructor(surroundings: Surroundings, version: number, shell: () => string | null, sources: EnvironmentSources) {
    this.#surroundings = surroundings
    this.#version = version
    this.#shell = shell
    this.#sources = sources
  }

  predictAll(commands: readonly PlacedCommand[]): readonly PredictedCommand[] {
    return commands.map((command) => this.#predict(command))
  }

  /** Why some command of predictAll() has no argv. */
  get unknowns(): readonly Missing[] {
    if (this.#size <= MAX_UNIT) return []
    return [missing('systemd-units', 'truncated', 'the arguments of all commands of the unit are more than 8 MiB')]
  }

  #predict(command: PlacedCommand): PredictedCommand {
    const {directive, index, at, prefixes} = command
    const viaShell = prefixes.includes('|')
    const expansions = command.words.map((word, position) => {
      if (viaShell && position === 0) return shellWord(word.text, this.#shell())
      if (word.unknown !== null) return unknownWord(word.text, word.unknown)
      return prefixes.includes(':') ? untouchedWord(word.text) : this.#expand(directive, word.text)
    })
    let size = 0
    let longest = 0
    let known = true
    for (const each of expansions) {
      size += each.size
      if (each.longest > longest) longest = each.longest
      known &&= each.word.became !== null
    }
    const tooLong = size > MAX_ARGUMENTS || longest >= MAX_ARGUMENT
    this.#size += tooLong ? 0 : size
    // Not even their parts are handed out: a word that stands in many places would be there as often.
    const built = !tooLong && this.#size <= MAX_UNIT
    const words = built && known ? expansions.flatMap(({word}) => word.became ?? []) : null
    const argv = words !== null && viaShell ? shellArguments(words) : words
    return {
      directive,
      index,
      at,
      prefixes,
      path: command.path ?? '',
      blocked:
        this.#surroundings.files.blocked ??
        executableProblem(command, this.#sources) ??
        emptyProblem(command, argv, this.#version) ??
        (tooLong || this.#surroundings.isTooLong(directive, MAX_ARGUMENT) ? tooLongProblem(command) : null),
      argv,
      unset: sorted(expansions.flatMap(({unset}) => unset)),
      invalid: sorted(expansions.flatMap(({invalid}) => invalid)),
      words: expansions.map(({word}) => (built ? word : {...word, became: null})),
    }
  }

  #expand(directive: string, text: string): Expansion {
    if (!text.includes('$')) return untouchedWord(text)
    const {lookup} = this.#surroundings.environment(directive)
    const expanded = this.#expanded.get(directive) ?? new Map<string, Expansion>()
    this.#expanded.set(directive, expanded)
    const expansion = expanded.get(text) ?? expandWord(text, lookup, this.#version)
    expanded.set(text, expansion)
    return expansion
  }
}

function tooLongProblem({path, at}: PlacedCommand): Blocked {
  return {kind: 'executable', message: `Failed to execute ${path}: Argument list too long`, at}
}

/** argv[0] of a command with `|`: the login shell of the user, with `@` as one that starts a session. */
function shellWord(text: string, shell: string | null): Expansion {
  const known = shell !== null && shell !== 'none' ? shell : null
  if (known === null) return unknownWord(text, 'The prefix "|" runs the shell of the user, which is not known.')
  const why = 'The prefix "|" runs the shell of the user; it gets the other words, joined by blanks, after -c.'
  const became = [text.startsWith('-') ? `-${known}` : known]
  return expansionOf({text, became, fate: 'literal', why, references: []})
}

function shellArguments([shell = '', ...words]: readonly string[]): readonly string[] {
  return words.length === 0 ? [shell] : [shell, '-c', words.join(' ')]
}

function unknownWord(text: string, why: string): Expansion {
  return expansionOf({text, became: null, fate: 'unknown', why, references: []})
}

/** The executable is looked for before anything is expanded. */
function executableProblem({path, at, prefixes}: PlacedCommand, sources: EnvironmentSources): Blocked | null {
  if (path === null || prefixes.includes('|') || !path.includes('$')) return null
  // There may be a file of that very name.
  if (path.startsWith('/') && ['script', 'binary'].includes(sources.program(path).status)) return null
  return {kind: 'executable', message: `Unable to locate executable '${path}'`, at}
}

/**
 * Not even argv[0] is left. fexecve_or_execve() refuses that since 251, the kernel has made an empty argv[0] of it
 * since 5.18, and from 254 on replace_env_argv() handed out what happened to lie in memory instead.
 */
function emptyProblem({path, at}: PlacedCommand, argv: readonly string[] | null, version: number): Blocked | null {
  if (argv === null || argv.length > 0 || version < 251) return null
  return {kind: 'executable', message: `Failed to execute ${path}: Invalid argument`, at}
}

/** strv_uniq(strv_sort()): by bytes, each once. */
function sorted(names: readonly string[]): readonly string[] {
  if (names.length < 2) return names
  return [...new Set(names)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}
