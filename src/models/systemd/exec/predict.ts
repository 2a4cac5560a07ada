import type {EnvironmentSources} from '../../../facts/unit-environment.js'
import {loginOf} from './accounts.js'
import {type PlacedCommand, serviceProblem, socketProblem, type UnitCommands, unitCommands} from './commands.js'
import {type Expansion, expandWord, untouchedWord} from './expand.js'
import type {Blocked, ExecPrediction, PredictedCommand, Variable} from './prediction.js'
import {Settings} from './settings.js'
import {type ExecQuestion, Surroundings, type VersionedContext} from './surroundings.js'

export type {ExecQuestion} from './surroundings.js'

/** What systemd would execute for each Exec line of a unit, with which environment, and why. Pure. */
export function predictExec(question: ExecQuestion): ExecPrediction {
  const {unit, version, sources} = question
  const base = {unit: unit.name, version, commands: [], environment: [], ignored: [], files: [], unknowns: unit.unread}
  // A line further up may be what systemd stumbles over first.
  const before = unit.loadState === 'refused' ? readUnit(question)?.found.refused : null
  if (before) return {...base, loadState: version >= 240 ? 'bad-setting' : 'error', loadError: before}
  if (unit.loadState !== 'loaded') {
    const loadState = unit.loadState === 'refused' ? 'error' : unit.loadState
    return {...base, loadState, loadError: unit.loadError === null ? null : {message: unit.loadError, at: null}}
  }
  const read = readUnit(question)
  if (read === null) return {...base, loadState: 'loaded', loadError: null}
  const {found, settings, context} = read
  const {commands, ignored} = found
  const problem =
    found.refused ??
    (unit.type === 'service'
      ? serviceProblem(commands, settings, found.assignments, version)
      : socketProblem(found.assignments))
  if (problem !== null) {
    return {...base, ignored, loadState: version >= 240 ? 'bad-setting' : 'error', loadError: problem}
  }
  const surroundings = new Surroundings(question, settings, context, found)
  const main = commands.find(({directive}) => directive === 'ExecStart') ?? commands[0]
  const {shell} = loginOf(settings, sources, version)
  return {
    ...base,
    loadState: 'loaded',
    loadError: null,
    commands: commands.map((command) => predictCommand(command, surroundings, context, shell, sources)),
    environment: surroundings.environment(main?.directive ?? 'ExecStart').variables(),
    ignored: [...ignored, ...surroundings.ignored],
    files: surroundings.files.files,
    unknowns: [...unit.unread, ...surroundings.unknowns],
  }
}

/**
 * What the commands of one directive get as their environment; also what is only set where something outside of
 * the unit asks for it ($LISTEN_FDS), as conditional.
 */
export function environmentOf(question: ExecQuestion, directive: string): readonly Variable[] {
  const read = readUnit(question)
  if (read === null) return []
  return new Surroundings(question, read.settings, read.context, read.found).environment(directive).variables(true)
}

interface ReadUnit {
  readonly found: UnitCommands
  readonly settings: Settings
  readonly context: VersionedContext
}

/** null: a unit of a type that executes nothing. */
function readUnit({unit, units, sources, version}: ExecQuestion): ReadUnit | null {
  if (unit.type !== 'service' && unit.type !== 'socket') return null
  const {type} = unit
  const context = {unit: unit.name, values: units.specifiers, version, fragmentPath: unit.fragmentPath}
  const found = unitCommands(unit, type, {...context, locate: (name) => locate(name, sources)})
  const settings = new Settings(found.assignments, type === 'service' ? 'Service' : 'Socket')
  return {found, settings, context}
}

/** DEFAULT_PATH of the systemd of most distributions. */
const FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

function locate(name: string, sources: EnvironmentSources): string | 'absent' | 'unknown' {
  for (const folder of FOLDERS) {
    const path = `${folder}/${name}`
    const {status} = sources.program(path)
    if (status === 'missing') return 'unknown'
    if (status !== 'absent') return path
  }
  return 'absent'
}

function predictCommand(
  command: PlacedCommand,
  surroundings: Surroundings,
  context: VersionedContext,
  shell: string | null,
  sources: EnvironmentSources,
): PredictedCommand {
  const {directive, index, at, prefixes} = command
  const {lookup} = surroundings.environment(directive)
  const viaShell = prefixes.includes('|')
  const expansions = command.words.map((word, position) => {
    if (viaShell && position === 0) return shellWord(word.text, shell)
    if (word.unknown !== null) return unknownWord(word.text, word.unknown)
    return prefixes.includes(':') ? untouchedWord(word.text) : expandWord(word.text, lookup, context.version)
  })
  const known = expansions.every(({became}) => became !== null)
  const words = known ? expansions.flatMap(({became}) => became ?? []) : null
  const argv = words !== null && viaShell ? shellArguments(words) : words
  return {
    directive,
    index,
    at,
    prefixes,
    path: command.path ?? '',
    blocked:
      surroundings.files.blocked ?? executableProblem(command, sources) ?? emptyProblem(command, argv, context.version),
    argv,
    unset: sorted(expansions.flatMap(({unset}) => unset)),
    invalid: sorted(expansions.flatMap(({invalid}) => invalid)),
    words: expansions.map(({text, became, fate, why, references}) => ({text, became, fate, why, references})),
  }
}

/** argv[0] of a command with `|`: the login shell of the user, with `@` as one that starts a session. */
function shellWord(text: string, shell: string | null): Expansion {
  const known = shell !== null && shell !== 'none' ? shell : null
  if (known === null) return unknownWord(text, 'The prefix "|" runs the shell of the user, which is not known.')
  const why = 'The prefix "|" runs the shell of the user; it gets the other words, joined by blanks, after -c.'
  const became = [text.startsWith('-') ? `-${known}` : known]
  return {text, became, fate: 'literal', why, references: [], unset: [], invalid: []}
}

function shellArguments([shell = '', ...words]: readonly string[]): readonly string[] {
  return words.length === 0 ? [shell] : [shell, '-c', words.join(' ')]
}

function unknownWord(text: string, why: string): Expansion {
  return {text, became: null, fate: 'unknown', why, references: [], unset: [], invalid: []}
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
function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}
