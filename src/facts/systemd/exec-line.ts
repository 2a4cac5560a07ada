import {resolveSpecifiers, type SpecifierContext} from './specifiers.js'
import {extractFirstWord, skipBlanks, WHITE_SPACE} from './words.js'

/** One command of an Exec line, before `$` is looked at. */
export interface ExecCommand {
  /** As written: `-@:+!|`. */
  readonly prefixes: string
  /** Executable after specifiers; null: a specifier in it is not known. */
  readonly path: string | null
  /** From argv[0] on. */
  readonly words: readonly ExecWord[]
}

export interface ExecWord {
  /** After unquoting and specifiers; where a specifier is not known before those. */
  readonly text: string
  /** Letter of a specifier whose value is not known. */
  readonly unknown: string | null
}

export interface ExecLine {
  readonly commands: readonly ExecCommand[]
  /** Why systemd does not take the rest of the line; null: it takes all of it. */
  readonly error: string | null
  /** It refuses the whole unit for this (-ENOEXEC of config_parse_exec()). */
  readonly fatal: boolean
}

/** Parses the value of an Exec setting as config_parse_exec() of src/core/load-fragment.c does. Not for an empty one: that resets. */
export function parseExecLine(value: string, context: SpecifierContext & {readonly version: number}): ExecLine {
  const commands: ExecCommand[] = []
  let at = 0
  for (;;) {
    const first = firstWord(value, at)
    if (first.status === 'end') return {commands, error: null, fatal: false}
    // The first word that cannot be split is no error of the unit (r <= 0 returns 0).
    if (first.status === 'invalid') return {commands, error: 'Unbalanced quoting', fatal: false}
    at = first.next
    if (first.text === ';') continue
    const command = parseCommand(value, at, first.text, context)
    if ('error' in command) return {commands, ...command}
    commands.push(command.command)
    if (!command.more) return {commands, error: null, fatal: false}
    at = command.next
  }
}

interface Refusal {
  readonly error: string
  readonly fatal: boolean
}

function parseCommand(
  value: string,
  start: number,
  first: string,
  context: SpecifierContext & {readonly version: number},
): {command: ExecCommand; next: number; more: boolean} | Refusal {
  const prefixes = prefixesOf(first, context.version)
  const fatal = !prefixes.includes('-')
  const executable = resolve(first.slice(prefixes.length), context)
  if (typeof executable === 'string') return {error: executable, fatal}
  const problem = executable.unknown === null ? pathProblem(executable.text) : null
  if (problem !== null) return {error: problem, fatal}
  const words: ExecWord[] = prefixes.includes('@') ? [] : [executable]
  let at = start
  let more = false
  while (at < value.length) {
    if (isLone(value, at, ';')) {
      at = skipBlanks(value, at + 1)
      more = true
      break
    }
    if (isLone(value, at, '\\;')) {
      at = skipBlanks(value, at + 2)
      words.push({text: ';', unknown: null})
      continue
    }
    const next = firstWord(value, at)
    if (next.status === 'invalid') return {error: 'Unbalanced quoting', fatal}
    if (next.status === 'end') break
    const word = resolve(next.text, context)
    if (typeof word === 'string') return {error: word, fatal}
    words.push(word)
    at = next.next
  }
  if (words.length === 0) return {error: 'Empty executable name or zeroeth argument', fatal}
  const path = executable.unknown === null ? simplifyPath(executable.text) : null
  return {command: {prefixes, path, words}, next: at, more}
}

/** extract_first_word_and_warn(): an unknown escape stays as it stands. */
function firstWord(value: string, at: number) {
  return extractFirstWord(value, at, {escapes: true, keepUnknownEscapes: true})
}

function isLone(value: string, at: number, token: string): boolean {
  if (!value.startsWith(token, at)) return false
  const behind = value[at + token.length]
  return behind === undefined || WHITE_SPACE.includes(behind)
}

/** Each prefix is one only once, and `+`, `!` and `!!` exclude each other; what follows belongs to the path. */
function prefixesOf(first: string, version: number): string {
  let seen = ''
  for (const char of first) {
    if (!isPrefix(char, seen, version)) break
    seen += char
  }
  return seen
}

function isPrefix(char: string, seen: string, version: number): boolean {
  // The loop once ended after so many.
  if (seen.length >= (version < 231 ? 2 : version < 233 ? 3 : Number.POSITIVE_INFINITY)) return false
  const marks = [...seen].filter((each) => each === '!').length
  switch (char) {
    case '-':
    case '@':
      return !seen.includes(char)
    case ':':
      return version >= 242 && !seen.includes(char)
    case '+':
      return version >= 231 && !seen.includes(char) && marks === 0
    case '!':
      return version >= 235 && marks < 2 && !seen.includes('+')
    case '|':
      return version >= 258 && !seen.includes(char)
    default:
      return false
  }
}

function resolve(text: string, context: SpecifierContext): ExecWord | string {
  const specified = resolveSpecifiers(text, context)
  if (specified.status === 'failed') return `Failed to resolve unit specifiers: %${specified.letter} is none`
  return specified.status === 'text' ? {text: specified.text, unknown: null} : {text, unknown: specified.letter}
}

/** Why systemd refuses this as the path of an executable; null: it does not. */
function pathProblem(path: string): string | null {
  if (path === '') return 'Empty path in command line'
  // string_is_safe()
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what it refuses
  if (/[\x01-\x1f"'\\\x7f]/.test(path)) return 'Executable path contains special characters'
  if (/(^|\/)\.{0,2}$/.test(path) && path.includes('/')) return 'Executable path specifies a directory'
  const valid = path.startsWith('/') ? path.length < 4096 : !path.includes('/') && path.length <= 255
  return valid && path !== '.' && path !== '..' ? null : 'Neither a valid executable name nor an absolute path'
}

/** path_simplify(): no double slashes, no `.` between them. */
export function simplifyPath(path: string): string {
  const absolute = path.startsWith('/')
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  return `${absolute ? '/' : ''}${parts.join('/')}` || (absolute ? '/' : '.')
}
