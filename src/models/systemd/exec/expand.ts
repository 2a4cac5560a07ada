import {VARIABLE_NAME} from '../../../facts/systemd/environment-line.js'
import {extractOldWord} from '../../../facts/systemd/old-words.js'
import {splitWords} from '../../../facts/systemd/words.js'
import type {Place, Reference, VariableState, Word, WordFate} from './prediction.js'

/** What is known of a variable at the moment of expansion. */
export interface Found {
  /** `set` and `empty` have a value; `conditional` and `unknown` perhaps: null then. */
  readonly state: VariableState
  readonly value: string | null
  readonly origin: Place | null
}

export type Lookup = (name: string) => Found

/** MAX_ARG_STRLEN of the kernel: one argument with its NUL; execve() fails with E2BIG beyond it. */
export const MAX_ARGUMENT = 128 * 1024

export interface Expansion {
  readonly word: Word
  /** Characters of all arguments that it becomes, with a NUL and a pointer for each. */
  readonly size: number
  /** Characters of the longest of them. */
  readonly longest: number
  /** Names as the journal counts them ("Referenced but unset"). */
  readonly unset: readonly string[]
  readonly invalid: readonly string[]
}

/** The word as it stands: of a command with `:`. */
export function untouchedWord(text: string): Expansion {
  if (!text.includes('$')) return asItIs(text, 'literal', 'It has no $.')
  return asItIs(text, 'untouched', 'The prefix ":" switches off the expansion of variables.')
}

/** What systemd makes of one word of a command: replace_env_argv() of its src/basic/env-util.c. Pure. */
export function expandWord(text: string, lookup: Lookup, version: number): Expansion {
  if (!text.includes('$')) return asItIs(text, 'literal', 'It has no $.')
  // Until 226 a word that begins with `$$` was taken for a variable, too.
  const escaped = text[1] === '$' && version >= 227
  return text.startsWith('$') && text[1] !== '{' && !escaped
    ? expandWhole(text, lookup, version)
    : substitute(text, lookup, version)
}

const NONE: readonly never[] = []
/** The pointer in argv and the NUL. */
const OVERHEAD = 9

export function expansionOf(word: Word, unset: readonly string[] = NONE, invalid: readonly string[] = NONE): Expansion {
  let size = 0
  let longest = 0
  for (const piece of word.became ?? NONE) {
    size += piece.length + OVERHEAD
    if (piece.length > longest) longest = piece.length
  }
  return {word, size, longest, unset, invalid}
}

/** A word that stays as it is. */
function asItIs(text: string, fate: WordFate, why: string): Expansion {
  const word = {text, became: [text], fate, why, references: NONE}
  return {word, size: text.length + OVERHEAD, longest: text.length, unset: NONE, invalid: NONE}
}

function expandWhole(text: string, lookup: Lookup, version: number): Expansion {
  const name = text.slice(1)
  const found = version >= 254 || isName(name) ? lookupValid(name, lookup) : lookupBefore254(name, lookup)
  const reference: Reference = {name, form: 'whole', state: found.state, origin: found.origin}
  const wordOf = (became: readonly string[] | null, fate: WordFate, why: string): Word => ({
    text,
    became,
    fate,
    why,
    references: [reference],
  })
  if (found.state === 'invalid') {
    const why = `systemd takes all of "${name}" for the name of a variable, which it cannot be; the word is dropped.`
    return expansionOf(wordOf([], 'dropped-invalid', why), NONE, [name])
  }
  if (found.state === 'unset' || found.state === 'wrong-phase') {
    const why =
      found.state === 'unset'
        ? `${name} is not set; the word is dropped.`
        : `systemd does not set ${name} for this command; the word is dropped.`
    return expansionOf(wordOf([], 'dropped-unset', why), [name])
  }
  if (found.value === null) return expansionOf(wordOf(null, 'unknown', unknownWhy(name, found)))
  const became = splitValue(found.value, version)
  return became.length === 0
    ? expansionOf(wordOf(became, 'dropped-empty', `${name} is set, but empty; the word is dropped.`))
    : expansionOf(wordOf(became, 'split', `$${name} is the whole word; its value is split into words.`))
}

function splitValue(value: string, version: number): readonly string[] {
  if (version >= 216) return splitWords(value, {escapes: false, relaxed: true}) ?? []
  const words: string[] = []
  for (let at = 0; ; ) {
    const first = extractOldWord(value, at, version)
    if (first.status !== 'word') return words
    words.push(first.text)
    at = first.next
  }
}

/** `${NAME}` anywhere in the word; `$NAME` inside it is text. */
function substitute(text: string, lookup: Lookup, version: number): Expansion {
  const references: Reference[] = []
  const unset: string[] = []
  const invalid: string[] = []
  let became: string | null = ''
  let longest = 0
  for (const part of scan(text, version)) {
    if (part.kind === 'text') {
      if (became !== null) became += part.text
      for (const name of part.literal) references.push(literalReference(name, lookup))
      continue
    }
    const found =
      isName(part.name) || version >= 254 ? lookupValid(part.name, lookup) : lookupBefore254(part.name, lookup)
    references.push({name: part.name, form: 'braced', state: found.state, origin: found.origin})
    if (found.state === 'invalid') invalid.push(part.name)
    else if (found.state === 'unset' || found.state === 'wrong-phase') unset.push(part.name)
    else if (found.value === null) became = null
    if (became !== null) became += found.value ?? ''
    longest = Math.max(longest, became?.length ?? 0)
    // Never executed; built no further, for it may be of any size.
    if (longest >= MAX_ARGUMENT) became = null
  }
  const braced = references.filter(({form}) => form === 'braced')
  const fate: WordFate = became === null ? 'unknown' : braced.length > 0 ? 'substituted' : 'literal'
  const tooLong = longest >= MAX_ARGUMENT
  const why = tooLong
    ? 'It becomes longer than what the kernel takes as one argument.'
    : substituteWhy(references, became)
  const pieces = became === null ? null : [became]
  const expansion = expansionOf({text, became: pieces, fate, why, references}, unset, invalid)
  return tooLong ? {...expansion, longest} : expansion
}

type Part =
  | {readonly kind: 'text'; readonly text: string; readonly literal: readonly string[]}
  | {readonly kind: 'braced'; readonly name: string}

/** The states WORD, CURLY and VARIABLE of replace_env_full(). */
function scan(text: string, version: number): Part[] {
  const parts: Part[] = []
  let from = 0
  let at = 0
  const flush = (end: number, more = ''): void => {
    const piece = text.slice(from, end) + more
    if (piece !== '') parts.push({kind: 'text', text: piece, literal: literalNames(text.slice(from, end))})
  }
  while (at < text.length) {
    const dollar = text.indexOf('$', at)
    if (dollar < 0) break
    const next = text[dollar + 1]
    if (next === '$') {
      flush(dollar, '$')
      at = from = dollar + 2
    } else if (next === '{') {
      const end = endOfName(text, dollar + 2, version)
      if (end.kind === 'closed') {
        flush(dollar)
        parts.push({kind: 'braced', name: text.slice(dollar + 2, end.at)})
        at = from = end.at + 1
      } else if (end.kind === 'colon') {
        // Unsupported syntax: passed on as text, but what is inside is looked at again.
        at = end.at + 1
      } else break
    } else {
      // The character after it is looked at no more, be it what it may.
      at = dollar + 2
    }
  }
  flush(text.length)
  return parts
}

/** Since 233 a colon ends the name: `${X:-d}` is known, but not supported in Exec lines. */
const NAME_END = /[^}:]*([}:])/y
const NAME_END_BEFORE_233 = /[^}]*(\})/y

function endOfName(
  text: string,
  from: number,
  version: number,
): {kind: 'closed' | 'colon'; at: number} | {kind: 'open'} {
  const pattern = version >= 233 ? NAME_END : NAME_END_BEFORE_233
  pattern.lastIndex = from
  const end = pattern.exec(text)?.[1]
  if (end === undefined) return {kind: 'open'}
  return {kind: end === '}' ? 'closed' : 'colon', at: pattern.lastIndex - 1}
}

/** `$NAME` and `${NAME:-x}` of a piece that systemd passes on as it stands. */
function literalNames(piece: string): string[] {
  return [...piece.matchAll(/\$\{?([A-Za-z_][A-Za-z0-9_]*)/g)].map(([, name = '']) => name)
}

function literalReference(name: string, lookup: Lookup): Reference {
  const {state, origin} = lookup(name)
  return {name, form: 'literal', state, origin}
}

function isName(name: string): boolean {
  return VARIABLE_NAME.test(name)
}

function lookupValid(name: string, lookup: Lookup): Found {
  return isName(name) ? lookup(name) : {state: 'invalid', value: null, origin: null}
}

/** strv_env_get() once looked for any text: `$A=b` found the rest of what A holds if that begins with `b=`. */
function lookupBefore254(name: string, lookup: Lookup): Found {
  const equals = name.indexOf('=')
  const found = equals < 0 ? null : lookup(name.slice(0, equals))
  const rest = `${name.slice(equals + 1)}=`
  if (!found?.value?.startsWith(rest)) return {state: 'invalid', value: null, origin: null}
  const value = found.value.slice(rest.length)
  return {state: value === '' ? 'empty' : 'set', value, origin: found.origin}
}

function unknownWhy(name: string, {state}: Found): string {
  return state === 'conditional'
    ? `systemd sets ${name} itself, to what is known only when it runs, or not at all.`
    : `Whether ${name} is set, and to what, is not known.`
}

function substituteWhy(references: readonly Reference[], became: string | null): string {
  const sentences: string[] = []
  const names = (form: Reference['form'], ...states: VariableState[]): string => {
    const those = references.filter(
      (each) => each.form === form && (states.length === 0 || states.includes(each.state)),
    )
    return [...new Set(those.map(({name}) => name))].join(', ')
  }
  const say = (list: string, sentence: (list: string) => string): void => {
    if (list !== '') sentences.push(sentence(list))
  }
  say(names('braced', 'unset'), (list) => `Not set, so that nothing is put in: ${list}.`)
  say(names('braced', 'wrong-phase'), (list) => `systemd does not set for this command: ${list}.`)
  say(names('braced', 'invalid'), (list) => `No valid name, so that nothing is put in: "${list}".`)
  say(names('braced', 'empty'), (list) => `Set, but empty: ${list}.`)
  say(names('braced', 'set'), (list) => `The value is put in as it is: ${list}.`)
  say(names('braced', 'conditional'), (list) => `systemd sets it itself when it runs the command, or not: ${list}.`)
  say(names('braced', 'unknown'), (list) => `Not known whether it is set: ${list}.`)
  if (became === '') sentences.push('The argument is empty, but there.')
  const passed = `systemd expands $NAME only where it is the whole word, and \${NAME}`
  say(names('literal'), (list) => `${passed}; passed on as text: ${list}.`)
  return sentences.join(' ') || 'It has no variable.'
}
