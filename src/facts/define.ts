import type {Missing} from '../model/missing.js'
import type {InputValue} from '../sources/source.js'
import type {InputName} from '../sources/specs.js'

/**
 * What is known of one aspect of a host. `gaps` name what is missing from `value`: a checker that
 * relies on the fact is told of them by the engine and cannot end in `ok`.
 */
export type Fact<T> = Known<T> | Unknown

export interface Known<T> {
  readonly known: true
  readonly value: T
  readonly gaps: readonly Missing[]
}

export interface Unknown {
  readonly known: false
  readonly missing: readonly Missing[]
}

export function known<T>(value: T, gaps: readonly Missing[] = []): Known<T> {
  return {known: true, value, gaps}
}

export function unknown(...missing: readonly Missing[]): Unknown {
  return {known: false, missing}
}

// biome-ignore lint/suspicious/noExplicitAny: the one place that forgets a fact's type, to bound generics
export type AnyFact = FactDefinition<string, any, any, any>

export type FactUses = Readonly<Record<string, AnyFact>>
export type FactValue<F extends AnyFact> = F extends FactDefinition<string, InputName, FactUses, infer T> ? T : never

export interface FactDefinition<Name extends string, Inputs extends InputName, Uses extends FactUses, T> {
  readonly name: Name
  /** Raw inputs it is made from. */
  readonly inputs: readonly Inputs[]
  /** Other facts it is made from, under the key by which `derive` sees them. */
  readonly uses: Uses
  /** Pure: the same inputs give the same fact, on any machine. A promise only to load code that few hosts need. */
  derive(
    inputs: {readonly [Name in Inputs]: InputValue<Name>},
    facts: {readonly [Key in keyof Uses]: Fact<FactValue<Uses[Key]>>},
  ): Fact<T> | Promise<Fact<T>>
}

export function defineFact<
  const Name extends string,
  Inputs extends InputName,
  T,
  Uses extends FactUses = Record<never, never>,
>(
  definition: Omit<FactDefinition<Name, Inputs, Uses, T>, 'uses'> & {readonly uses?: Uses},
): FactDefinition<Name, Inputs, Uses, T> {
  return {...definition, uses: definition.uses ?? ({} as Uses)}
}
