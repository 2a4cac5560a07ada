import type {AnyChecker} from '../checker.js'
import {UserError} from '../model/user-error.js'
import {nearest} from './nearest.js'

export interface Wishes {
  /** Checkers by ID; none means all. */
  readonly checkers: readonly string[]
  /** `<checker>/<rule>` or `<checker>`; none means all. */
  readonly only: readonly string[]
  readonly skip: readonly string[]
}

export interface Selection {
  readonly checkers: readonly AnyChecker[]
  /** Is this rule (`<checker>/<rule>`) asked for? */
  readonly wanted: (id: string) => boolean
}

/** Which checkers and rules are asked for. Throws a UserError that names an unknown one and those like it. */
export function select(all: readonly AnyChecker[], wishes: Wishes): Selection {
  for (const id of wishes.checkers)
    requireKnown(
      id,
      'checker',
      all.map((checker) => checker.id),
    )
  const ids = all.flatMap((checker) => [checker.id, ...ruleIds(checker)])
  for (const id of [...wishes.only, ...wishes.skip]) requireKnown(id, 'rule', ids)

  const named = (list: readonly string[], id: string): boolean =>
    list.includes(id) || list.includes(id.slice(0, id.indexOf('/')))
  const wanted = (id: string): boolean =>
    (wishes.only.length === 0 || named(wishes.only, id)) && !named(wishes.skip, id)
  const checkers = all
    .filter((checker) => wishes.checkers.length === 0 || wishes.checkers.includes(checker.id))
    .filter((checker) => ruleIds(checker).some(wanted))
  // Checking nothing and calling it clean would be a lie.
  if (checkers.length === 0) {
    throw new UserError('Nothing is left to check: every rule asked for is also left out.', {
      suggestions: ['netdoctor list'],
    })
  }
  return {checkers, wanted}
}

/** Ids of a checker's rules: `<checker>/<rule>`. */
export function ruleIds(checker: AnyChecker): string[] {
  return Object.keys(checker.rules).map((rule) => `${checker.id}/${rule}`)
}

/** Throws a UserError if `id` is not one of `known`. */
export function requireKnown(id: string, what: string, known: readonly string[]): void {
  if (known.includes(id)) return
  const like = nearest(id, known)
  throw new UserError(`There is no ${what} "${id}".`, {suggestions: [...like, 'netdoctor list']})
}
