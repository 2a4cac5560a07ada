import type {EnvironmentSources} from '../../facts/unit-environment.js'
import type {PredictedCommand, Reference, Word} from '../../models/systemd/exec/prediction.js'
import {type Reader, readerOf} from './command.js'
import {isOptionFor, isShortOption, looksOptional} from './names.js'
import {expandsAgain, maySet, namesSetIn} from './shell-script.js'
import type {Doubt, Trouble} from './trouble.js'

/** Of one command. Whoever has more has read enough. */
const MOST = 200
/** Longest name that is looked for in a script. */
const LONGEST_NAME = 200

/** What decides beside the command itself. */
export interface Surroundings {
  readonly sources: EnvironmentSources
  /** Something on this host may set the variable while it runs. */
  readonly isDynamic: (name: string) => boolean
  /** A comment in one of its environment files would set it. */
  readonly isCommented: (name: string) => boolean
  /** Such a comment, or another value of it, is an option (`#URL="--url ..."`): it may as well be left out. */
  readonly holdsOptions: (name: string) => boolean
}

export interface JudgedWords {
  readonly troubles: readonly Trouble[]
  readonly doubts: readonly Doubt[]
}

/** What is wrong about the variables in the words of one command. */
export function judgeWords(command: PredictedCommand, surroundings: Surroundings): JudgedWords {
  const troubles: Trouble[] = []
  const doubts: Doubt[] = []
  const {isDynamic} = surroundings
  if (!command.words.some(({references}) => references.some((each) => !isFine(each, isDynamic)))) {
    return {troubles, doubts}
  }
  const reader = readerOf(command, surroundings.sources)
  for (const [at, word] of command.words.entries()) {
    // An executable is never expanded; that has a rule of its own. argv[0] of `@` is.
    if (at === 0 && !command.prefixes.includes('@')) continue
    const script = reader.scriptWord === at ? namesSetIn(word.text) : null
    const seen = new Set<string>()
    for (const reference of word.references) {
      if (troubles.length + doubts.length >= MOST) break
      const key = `${reference.form} ${reference.name}`
      if (seen.has(key)) continue
      seen.add(key)
      const context = {word, reference, reader, script, previous: command.words[at - 1]?.text ?? '', surroundings}
      const verdict = judge(context)
      if (verdict === null) continue
      if ('about' in verdict) doubts.push({name: reference.name, reader, about: verdict.about})
      else troubles.push({...verdict, name: reference.name, reference, command, word, reader})
    }
  }
  return {troubles: raised(troubles, surroundings), doubts}
}

interface Context {
  readonly word: Word
  readonly reference: Reference
  readonly reader: Reader
  /** Names that the shell script sets, where the word is one. */
  readonly script: ReadonlySet<string> | null
  readonly previous: string
  readonly surroundings: Surroundings
}

type Judged = Pick<Trouble, 'rule' | 'level'> | Pick<Doubt, 'about'> | null

function judge(context: Context): Judged {
  const {reference, reader, surroundings} = context
  const {form, state} = reference
  if (isFine(reference, surroundings.isDynamic)) return null
  if (state === 'invalid') return judgeInvalid(context)
  if (form === 'literal') return judgeLiteral(context)
  switch (state) {
    case 'wrong-phase':
      return {rule: 'variable-wrong-phase', level: 2}
    case 'unset':
      return form === 'whole' ? judgeWhole(context) : judgeBraced(context)
    case 'unknown': {
      const otherwise = form === 'whole' ? judgeWhole(context) : judgeBraced(context)
      return 'level' in otherwise && otherwise.level > 1 && reader.kind !== 'language' ? {about: 'variable'} : null
    }
    default:
      return null
  }
}

/** Whoever reads it, there is nothing to say. */
function isFine({name, form, state}: Reference, isDynamic: Surroundings['isDynamic']): boolean {
  if (state === 'invalid') return false
  if (state === 'conditional' || isDynamic(name)) return true
  return form !== 'literal' && (state === 'set' || state === 'empty')
}

/** `$FOO/bin`, `$1`, `${X%.*}`: no such name can be, so nothing is put in. */
function judgeInvalid({reference, script}: Context): Judged {
  const shell = script !== null && reference.form === 'braced'
  return {rule: shell ? 'shell-variable-eaten' : 'variable-name-invalid', level: 3}
}

function judgeLiteral({reference: {name, state}, reader, surroundings}: Context): Judged {
  // Those know what $ means, or start something that may.
  if (reader.kind === 'shell' || reader.kind === 'language') return null
  const unset = state === 'unset' || state === 'wrong-phase'
  const level = unset ? likelihood(name, surroundings) : 3
  if (reader.kind === 'script') {
    if (unset || state === 'unknown') {
      if (name.length <= LONGEST_NAME && maySet(reader.text ?? '', name)) return null
      return unset ? {rule: 'variable-not-expanded', level} : {about: 'variable'}
    }
    return expandsAgain(reader.text ?? '') ? null : {rule: 'variable-not-expanded', level: 1}
  }
  // Whatever the variable is, the program gets its name.
  if (reader.kind === 'binary') return {rule: 'variable-not-expanded', level}
  if (unset) return {rule: 'variable-not-expanded', level: reader.kind === 'absent' ? level - 1 : level}
  return reader.kind === 'unknown' ? {about: 'program'} : null
}

/** A dollar sign may stand for itself, as in the name of a Java class: `App$Server`. Variables have other names. */
function likelihood(name: string, {isCommented}: Surroundings): number {
  if (isCommented(name) || /^[A-Z_][A-Z0-9_]+$/.test(name)) return 3
  return /[A-Z]/.test(name) ? 1 : 2
}

function judgeWhole({reference: {name}, previous, surroundings}: Context): Pick<Trouble, 'rule' | 'level'> {
  if (looksOptional(name) || surroundings.holdsOptions(name)) return {rule: 'optional-variable-unset', level: 0}
  const eatsNext = isShortOption(previous) || isOptionFor(previous, name)
  return {rule: 'argument-dropped', level: eatsNext ? 3 : 2}
}

function judgeBraced({reference: {name}, word, script, reader}: Context): Pick<Trouble, 'rule' | 'level'> {
  if (script?.has(name)) return {rule: 'shell-variable-eaten', level: 3}
  const optional = looksOptional(name)
  // For the shell the variable would be as empty: systemd changes nothing.
  if (reader.kind === 'shell') {
    const meant = optional || (name.length <= LONGEST_NAME && isTested(word.text, name))
    return meant ? {rule: 'optional-variable-unset', level: 0} : {rule: 'substitution-empty', level: 2}
  }
  const alone = /^(?:\$\{[^{}]*\})+$/.test(word.text)
  return {rule: 'substitution-empty', level: alone || optional ? 2 : 3}
}

/** `[ -n "${X}" ]`: the script knows that it may be empty. */
function isTested(script: string, name: string): boolean {
  return new RegExp(`(?:-[nz]\\s+|=\\s*)["']?\\$\\{?${name}\\b|\\$\\{${name}\\}["']?\\s*!?=`).test(script)
}

/**
 * Several variables of one command that stand there as comments: somebody relied on defaults of an init script. A
 * word that is a variable and nothing else may be left out; of other words something is left.
 */
function raised(troubles: readonly Trouble[], {isCommented}: Surroundings): Trouble[] {
  const unset = troubles.filter(
    ({level, reference: {state, form}}) => level > 0 && state === 'unset' && form !== 'whole',
  )
  const names = new Set(unset.map(({name}) => name))
  const raisable = new Set(unset)
  return troubles.map((trouble) =>
    names.size >= 2 && raisable.has(trouble) && isCommented(trouble.name)
      ? {...trouble, level: trouble.level + 1}
      : trouble,
  )
}
