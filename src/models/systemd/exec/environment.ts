import type {Found} from './expand.js'
import type {Entry, Layer} from './layer.js'
import type {Variable} from './prediction.js'

/** One word of UnsetEnvironment=: a name, or a name with just this value. */
export interface Unset {
  /** null: a specifier in it is not known, it may be any. */
  readonly name: string | null
  readonly value: string | null
}

/** The environment of one command: layers, lowest first, and what is taken out in the end. */
export class Environment {
  readonly #layers: readonly Layer[]
  readonly #unset: readonly Unset[]
  readonly #unsetFirst: boolean

  /** Since version 262 UnsetEnvironment= takes effect after expansion, before that ahead of it. */
  constructor(layers: readonly Layer[], unset: readonly Unset[], version: number) {
    this.#layers = layers
    this.#unset = unset
    this.#unsetFirst = version < 262
  }

  /** What `$NAME` in a command finds. */
  readonly lookup = (name: string): Found => {
    const found = this.#find(name)
    return this.#unsetFirst ? this.#without(name, found) : found
  }

  /**
   * What the process gets, sorted by name.
   *
   * @param all also what is only set where something outside of the unit asks for it.
   */
  variables(all = false): readonly Variable[] {
    const names = new Set(this.#layers.flatMap(({entries}) => [...entries.keys()]))
    const variables: Variable[] = []
    for (const name of [...names].sort()) {
      if (!all && this.#isRare(name)) continue
      const {state, value, origin} = this.#without(name, this.#find(name))
      if (origin === null || state === 'unset' || state === 'wrong-phase') continue
      variables.push({name, origin, value, conditional: state === 'conditional' || state === 'unknown'})
    }
    return variables
  }

  #find(name: string): Found {
    let elsewhere: Entry | null = null
    for (const {entries, open} of this.#layers.toReversed()) {
      const entry = entries.get(name)
      if (entry?.state === 'wrong-phase') elsewhere = entry
      else if (entry) return {state: stateOf(entry), value: entry.value, origin: entry.origin}
      // What could not be read may set any name, over all that lies below.
      else if (open) return {state: 'unknown', value: null, origin: null}
    }
    return elsewhere
      ? {state: 'wrong-phase', value: null, origin: elsewhere.origin}
      : {state: 'unset', value: null, origin: null}
  }

  #without(name: string, found: Found): Found {
    for (const unset of this.#unset) {
      if (unset.name === null && found.state !== 'unset') return {state: 'unknown', value: null, origin: found.origin}
      if (unset.name !== name) continue
      if (unset.value === null || unset.value === found.value) return {state: 'unset', value: null, origin: null}
      if (found.value === null && found.state !== 'unset') return {state: 'unknown', value: null, origin: found.origin}
    }
    return found
  }

  #isRare(name: string): boolean {
    return this.#layers.every(({entries}) => entries.get(name)?.rare ?? !entries.has(name))
  }
}

function stateOf({state, value}: Entry): Found['state'] {
  return state === 'set' && value === '' ? 'empty' : state
}
