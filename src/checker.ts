import type {Fact} from './facts/define.js'
import type {FactName, FactValues} from './facts/registry.js'
import type {FindingDraft, Severity} from './model/finding.js'
import type {Missing} from './model/missing.js'

export interface RuleDeclaration {
  readonly severity: Severity
  /** The failing state, as a headline: `The next fork of this service fails`. */
  readonly title: string
}

export type Rules = Readonly<Record<string, RuleDeclaration>>

/** One subject that cannot be judged, although others can. */
export interface CannotJudge {
  readonly unknown: Missing
}

export interface Skipped {
  /** Why the checker does not apply to this host. */
  readonly skipped: string
}

export type Verdict<Rule extends string> = FindingDraft<Rule> | CannotJudge

export interface CheckContext {
  /** When the inputs were read. Checkers never ask the clock. ISO 8601. */
  readonly collectedAt: string
}

/**
 * A checker judges facts. It is pure: no input or output, no clock, no randomness.
 *
 * It ends in `ok` only if it yields nothing *and* none of its facts has a gap; the engine sees to
 * that. Return `{skipped: reason}` where it does not apply.
 */
export interface Checker<
  Rule extends string = string,
  Needs extends FactName = FactName,
  Wants extends FactName = FactName,
> {
  readonly id: string
  /** One line: what it checks. */
  readonly title: string
  /** Facts it cannot do without: one unknown, and the checker is `unknown`. */
  readonly needs: readonly Needs[]
  /** Facts it can do without in part: it is handed the fact with its `known` flag. */
  readonly wants: readonly Wants[]
  readonly rules: {readonly [Name in Rule]: RuleDeclaration}
  check(
    facts: {readonly [Name in Needs]: FactValues[Name]} & {readonly [Name in Wants]: Fact<FactValues[Name]>},
    context: CheckContext,
  ): Generator<Verdict<Rule>, Skipped | undefined>
}

export interface CheckerDefinition<R extends Rules, Needs extends FactName, Wants extends FactName> {
  readonly id: string
  readonly title: string
  readonly needs: readonly Needs[]
  readonly wants?: readonly Wants[]
  readonly rules: R
  check(
    facts: {readonly [Name in Needs]: FactValues[Name]} & {readonly [Name in Wants]: Fact<FactValues[Name]>},
    context: CheckContext,
    // biome-ignore lint/suspicious/noConfusingVoidType: a generator that just ends returns void
  ): Generator<Verdict<keyof R & string>, Skipped | undefined | void>
}

/** A checker of whatever facts: what the engine runs. */
export interface AnyChecker extends Omit<Checker, 'check'> {
  // biome-ignore lint/suspicious/noExplicitAny: a list of checkers with different facts has no other common type
  check(facts: any, context: CheckContext): Generator<Verdict<string>, Skipped | undefined>
}

/**
 * Declares a checker. Asking for a fact that is not declared, or yielding a rule that is not
 * declared, does not compile.
 */
export function defineChecker<
  const R extends Rules,
  const Needs extends FactName,
  const Wants extends FactName = never,
>(definition: CheckerDefinition<R, Needs, Wants>): Checker<keyof R & string, Needs, Wants> {
  return {
    ...definition,
    wants: definition.wants ?? [],
    *check(facts, context) {
      return (yield* definition.check(facts, context)) ?? undefined
    },
  }
}
