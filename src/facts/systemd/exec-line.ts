import {extractOldWord} from './old-words.js'
import {resolveSpecifiers, type SpecifierContext} from './specifiers.js'
import {extractFirstWord, type FirstWord, isSafeString, skipBlanks, WHITE_SPACE} from './words.js'

/** One command of an Exec line, before `$` is looked at. */
export interface ExecCommand {
  /** As written: `-@:+!|`. */
  readonly prefixes: string
  /** Executable after specifiers, as `systemctl show` says it; null: a specifier in it is not known. */
  readonly path: string | null
  /** From argv[0] on. With `|` argv[0] stands for the shell, which gets the others joined by blanks. */
  readonly words: readonly ExecWord[]
}

export interface ExecWord {
  /** After unquoting and specifiers; before specifiers where one of them is not known. */
  readonly text: string
  /** Why the text is not known; null: it is. */
  readonly unknown: string | null
}

export interface ExecLine {
  readonly commands: readonly ExecCommand[]
  /** Why systemd does not take the rest of the line; null: it takes all of it. */
  readonly error: string | null
  /** The error is one of the unit's (-ENOEXEC of config_parse_exec()), not only of the line. */
  readonly fatal: boolean
}

export interface ExecLineContext extends SpecifierContext {
  readonly version: number
  /** Looks for an executable by its name alone: versions 239 to 246 did that when they loaded a unit. */
  readonly locate?: (name: string) => string | 'absent' | 'unknown'
}

/**
 * Parses the value of an Exec setting as config_parse_exec() of systemd's src/core/load-fragment.c does.
 * Not for an empty value: that resets what was set before.
 */
export function parseExecLine(value: string, context: ExecLineContext): ExecLine {
  const commands: ExecCommand[] = []
  let at = 0
  for (;;) {
    const first = nextWord(value, at, context.version)
    if (first.status === 'end') return {commands, error: null, fatal: false}
    // A first word that cannot be split is no error of the unit: `if (r <= 0) return 0`.
    if (first.status === 'invalid') return {commands, error: 'Unbalanced quoting', fatal: false}
    if (first.text === ';' && context.version >= 247) {
      at = first.next
      continue
    }
    const command = parseCommand(value, at, first, context)
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

type ParsedCommand = {readonly command: ExecCommand; readonly next: number; readonly more: boolean}

function parseCommand(
  value: string,
  start: number,
  first: FirstWord & {status: 'word'},
  context: ExecLineContext,
): ParsedCommand | Refusal {
  const {version} = context
  const prefixes = prefixesOf(first.text, version)
  const refuse = (error: string): Refusal => ({error, fatal: version >= 234 && !prefixes.includes('-')})
  const begin = beginCommand(prefixes, first.text.slice(prefixes.length), context)
  if (typeof begin === 'string') return refuse(begin)
  // Until 218 the prefixes were looked for before quotes were.
  if (version < 219 && /^["']/.test(value.slice(skipBlanks(value, start))))
    return refuse('Executable path is not absolute')
  const {path} = begin
  const words = [...begin.words]
  let at = first.next
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
    const next = nextWord(value, at, version)
    if (next.status === 'invalid') return refuse('Unbalanced quoting')
    if (next.status === 'end') break
    const word = resolve(next.text, context)
    if (typeof word === 'string') return refuse(word)
    words.push(word)
    at = next.next
  }
  if (words.length === 0) return refuse('Empty executable name or zeroeth argument')
  return {command: {prefixes, path, words}, next: at, more}
}

/** What the first word says: the executable, and argv[0] where that is not a word of its own. */
function beginCommand(
  prefixes: string,
  rest: string,
  context: ExecLineContext,
): {path: string | null; words: readonly ExecWord[]} | string {
  if (prefixes.includes('|')) {
    const shell = {text: prefixes.includes('@') ? '-sh' : 'sh', unknown: null}
    // Specifiers in what stands right behind the prefix are not expanded.
    return {path: '/bin/sh', words: rest === '' ? [shell] : [shell, {text: rest, unknown: null}]}
  }
  // Until 232 specifiers were expanded in arguments only, when the command was run.
  const executable = context.version < 233 ? {text: rest, unknown: null} : resolve(rest, context)
  if (typeof executable === 'string') return executable
  if (executable.unknown !== null) return {path: null, words: prefixes.includes('@') ? [] : [executable]}
  const problem = pathProblem(executable.text, context.version)
  if (problem !== null) return problem
  const located = locate(executable.text, context)
  if (typeof located === 'string') return located
  const path = simplifyPath(located.text)
  if (prefixes.includes('@')) return {path, words: []}
  const argv0 = context.version < 233 ? resolve(rest, context) : located
  return typeof argv0 === 'string' ? argv0 : {path, words: [argv0]}
}

/** The path that a mere name stands for, and a refusal where there is none. */
function locate(name: string, {version, locate: find}: ExecLineContext): ExecWord | string {
  const asIs = {text: name, unknown: null}
  if (name.startsWith('/') || version >= 247) return asIs
  // A lone semicolon was not known for what it is.
  const found = name === ';' ? 'absent' : (find?.(name) ?? 'unknown')
  if (found === 'absent') return `Executable "${name}" not found in path`
  if (found === 'unknown') return {text: name, unknown: 'Where systemd finds the executable is not known.'}
  return {text: found, unknown: null}
}

/** extract_first_word_and_warn(): an unknown escape stays as it stands. */
function nextWord(value: string, at: number, version: number): FirstWord {
  if (version < 221) {
    const word = extractOldWord(value, at, version)
    return word.status === 'word' && word.unknownEscape && version === 220 ? {status: 'invalid'} : word
  }
  return extractFirstWord(value, at, {escapes: true, keepUnknownEscapes: true, version})
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
  if (specified.status === 'text') return {text: specified.text, unknown: null}
  return {text, unknown: `The value of %${specified.letter} on this host is not known.`}
}

/** Why systemd refuses this as the path of an executable; null: it does not. */
function pathProblem(path: string, version: number): string | null {
  if (path === '') return 'Empty path in command line'
  if (!isSafeString(path, version)) return 'Executable path contains special characters'
  const folder = version >= 256 ? /(?:^|\/)\.{1,2}$|\/$/ : /\/$/
  if (folder.test(path)) return 'Executable path specifies a directory'
  if (path.startsWith('/'))
    return Buffer.byteLength(path) < 4096 ? null : 'Neither a valid executable name nor an absolute path'
  if (version < 239) return 'Executable path is not absolute'
  const isName = !path.includes('/') && path !== '.' && path !== '..' && Buffer.byteLength(path) <= 255
  return isName ? null : 'Neither a valid executable name nor an absolute path'
}

/** path_simplify(): no double slashes, no `.` between them. */
export function simplifyPath(path: string): string {
  const absolute = path.startsWith('/')
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  return `${absolute ? '/' : ''}${parts.join('/')}` || '.'
}
