import {extractOldWord} from './old-words.js'
import {resolveSpecifiers, type Specified, type SpecifierContext} from './specifiers.js'
import {extractFirstWord, hasLooseBytes} from './words.js'

/** One word of Environment=. */
export type EnvironmentWord =
  | {readonly status: 'set'; readonly name: string; readonly value: string}
  /** A specifier in the value is not known. */
  | {readonly status: 'unknown'; readonly name: string | null; readonly letter: string}
  | {readonly status: 'ignored'; readonly name: string; readonly why: string}

export const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/** Splits the value of Environment= as config_parse_environ() of src/core/load-fragment.c does. Not for an empty one: that resets. */
export function parseEnvironmentLine(
  value: string,
  context: SpecifierContext & {readonly version: number},
): readonly EnvironmentWord[] {
  const {version} = context
  // Until 232 specifiers were expanded in the line, and then it was split.
  const whole = version < 233 ? resolveSpecifiers(value, context) : null
  const line = whole?.status === 'text' ? whole.text : value
  const words: EnvironmentWord[] = []
  for (let at = 0; ; ) {
    const first =
      version < 233 ? extractOldWord(line, at, version) : extractFirstWord(line, at, {escapes: true, version})
    if (first.status === 'end') return words
    if (first.status === 'invalid') {
      words.push({status: 'ignored', name: shownNameOf(line.slice(at)), why: 'Invalid syntax: a quote or an escape'})
      return words
    }
    at = first.next
    // cunescape_length() was strict from 220 on, until it gave way to extract_first_word() in 233.
    if (first.unknownEscape && version >= 220) {
      words.push({status: 'ignored', name: shownNameOf(first.text), why: 'an escape in it means nothing'})
      continue
    }
    const {text} = first
    words.push(
      environmentWord(
        text,
        whole?.status === 'text' ? {status: 'text', text} : resolveSpecifiers(text, context),
        version,
      ),
    )
  }
}

function environmentWord(word: string, specified: Specified, version: number): EnvironmentWord {
  if (specified.status === 'failed') {
    return {
      status: 'ignored',
      name: shownNameOf(word),
      why: `Failed to resolve specifiers: %${specified.letter} is none`,
    }
  }
  if (specified.status === 'unknown') {
    const name = nameOf(word)
    return {status: 'unknown', name: VARIABLE_NAME.test(name) ? name : null, letter: specified.letter}
  }
  const {text} = specified
  const equals = text.indexOf('=')
  const name = equals < 0 ? text : text.slice(0, equals)
  if (equals < 0) return {status: 'ignored', name: shownName(name, false), why: 'Invalid environment assignment: no ='}
  if (!VARIABLE_NAME.test(name))
    return {status: 'ignored', name: shownName(name, true), why: 'Invalid environment assignment: no valid name'}
  const value = text.slice(equals + 1)
  if (!isValidValue(value, version)) {
    return {status: 'ignored', name, why: 'Invalid environment assignment: characters that no value may have'}
  }
  return {status: 'set', name, value}
}

/** env_value_is_valid() of src/basic/env-util.c. */
export function isValidValue(value: string, version: number): boolean {
  if (hasLooseBytes(value)) return false
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what it refuses
  if (version < 239) return !/[\x01-\x08\x0a-\x1f\x7f]/.test(value)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what it refuses
  return version >= 247 || !/[\x01-\x08\x0b-\x1f\x7f]/.test(value)
}

function nameOf(word: string): string {
  const equals = word.indexOf('=')
  return equals < 0 ? word : word.slice(0, equals)
}

function shownNameOf(word: string): string {
  return shownName(nameOf(word), word.includes('='))
}

/** Words that somebody meant as a name. Any other text before a `=` may be the rest of a value: a key, a password. */
const MEANT_AS_NAME = /^(export\s+)?[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}\+?$/

/** The name in an assignment that systemd ignores, as it may be shown. */
export function shownName(name: string, hasEquals: boolean): string {
  return hasEquals && MEANT_AS_NAME.test(name) ? name : '(not shown)'
}

/** Words of PassEnvironment= and UnsetEnvironment=. */
export function parseNameList(
  value: string,
  context: SpecifierContext,
  escapes: boolean,
): readonly {readonly text: string; readonly unknown: string | null}[] {
  const names: {text: string; unknown: string | null}[] = []
  for (let at = 0; ; ) {
    const first = extractFirstWord(value, at, {escapes})
    if (first.status !== 'word') return names
    at = first.next
    const specified = resolveSpecifiers(first.text, context)
    if (specified.status === 'text') names.push({text: specified.text, unknown: null})
    if (specified.status === 'unknown') names.push({text: first.text, unknown: specified.letter})
  }
}
