import {FactResolver} from '../../src/engine/fact-resolver.js'
import type {AnyFact, Fact, FactValue} from '../../src/facts/define.js'
import {missing} from '../../src/model/missing.js'
import type {Collected, TreeEntry} from '../../src/sources/collected.js'
import type {InputName} from '../../src/sources/specs.js'
import {memorySource} from '../support/memory-source.js'

/** Derives a fact from inputs given as text; the others are what `otherwise` says: absent, unless told. */
export async function derive<F extends AnyFact>(
  fact: F,
  inputs: Partial<Record<InputName, string | Collected>>,
): Promise<Fact<FactValue<F>>> {
  const source = memorySource(inputs)
  return (await new FactResolver({
    ...source,
    collect: async (name) => (name in inputs ? source.collect(name) : missing(name, 'absent', 'not there')),
  }).get(fact)) as Fact<FactValue<F>>
}

/** The value of a fact that must be known. */
export function valueOfKnown<T>(fact: Fact<T>): T {
  if (!fact.known) throw new Error(`not known: ${JSON.stringify(fact.missing)}`)
  return fact.value
}

/** Input and reason of what is missing, for brief expectations. */
export function gapsOf(fact: Fact<unknown>): string[] {
  return (fact.known ? fact.gaps : fact.missing).map(({input, reason}) => `${input}: ${reason}`)
}

/** A tree input: path -> text, or `-> target` for a link. */
export function tree(files: Readonly<Record<string, string>>): Collected {
  const entries = Object.entries(files).map(([path, text]): TreeEntry => {
    return text.startsWith('-> ') ? {type: 'symlink', path, target: text.slice(3)} : {type: 'file', path, text}
  })
  return {status: 'tree', origin: 'test', entries}
}
