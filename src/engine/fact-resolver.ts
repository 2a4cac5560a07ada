import type {AnyFact, Fact} from '../facts/define.js'
import {type FactName, facts} from '../facts/registry.js'
import type {Source} from '../sources/source.js'
import {type InputName, inputNames} from '../sources/specs.js'

/** Derives facts from a source, each input collected and each fact derived once. */
export class FactResolver {
  readonly #source: Source
  readonly #inputs = new Map<InputName, ReturnType<Source['collect']>>()
  readonly #facts = new Map<string, Promise<Fact<unknown>>>()

  constructor(source: Source) {
    this.#source = source
  }

  get(fact: AnyFact): Promise<Fact<unknown>> {
    let pending = this.#facts.get(fact.name)
    if (!pending) {
      pending = this.#derive(fact)
      this.#facts.set(fact.name, pending)
    }
    return pending
  }

  #collect(name: InputName): ReturnType<Source['collect']> {
    let pending = this.#inputs.get(name)
    if (!pending) {
      pending = this.#source.collect(name)
      this.#inputs.set(name, pending)
    }
    return pending
  }

  async #derive(fact: AnyFact): Promise<Fact<unknown>> {
    const inputs = fact.inputs.map(async (name: InputName) => [name, await this.#collect(name)] as const)
    const uses = Object.entries(fact.uses as Record<string, AnyFact>).map(
      async ([key, used]) => [key, await this.get(used)] as const,
    )
    return fact.derive(Object.fromEntries(await Promise.all(inputs)), Object.fromEntries(await Promise.all(uses)))
  }
}

/** All raw inputs behind some facts, also through other facts: what a bundle must hold for them. */
export function inputsBehind(names: Iterable<FactName>): InputName[] {
  const found = new Set<InputName>()
  const visit = (fact: AnyFact): void => {
    for (const input of fact.inputs) found.add(input)
    for (const used of Object.values(fact.uses as Record<string, AnyFact>)) visit(used)
  }
  for (const name of names) visit(facts[name])
  return inputNames.filter((name) => found.has(name))
}
