import type {Found} from './expand.js'
import type {Entry, Layer} from './layer.js'
import type {Variable} from './prediction.js'

/** One word of UnsetEnvironment=: a name, or a name with just this value. */
export interface Unset {
  /** null: a specifier in it is not known, it may be any. */
  readonly name: string | null
  readonly value: string | null
}

/** The environment of one command: what its layers leave, and what is taken out in the end. */
export class Environment {
  readonly #entries = new Map<string, Entry>()
  /** A layer that could not be read lies over all that #entries do not have. */
  readonly #open: boolean
  readonly #unset = new Map<string, readonly Unset[]>()
  readonly #unsetAny: boolean
  readonly #unsetFirst: boolean
  #tooLong: boolean | null = null

  /**
   * Since version 262 UnsetEnvironment= takes effect after expansion, before that ahead of it.
   *
   * @param layers lowest first: of a name the last one counts.
   */
  constructor(layers: readonly Layer[], unset: readonly Unset[], version: number) {
    let open = false
    for (const layer of layers) {
      // What could not be read may set any name, over all that lies below.
      if (layer.open) {
        this.#entries.clear()
        open = true
      }
      for (const [name, entry] of layer.entries) {
        if (entry.state === 'wrong-phase' && (open || this.#entries.has(name))) continue
        this.#entries.set(name, entry)
      }
    }
    this.#open = open
    for (const each of unset) {
      if (each.name !== null) this.#unset.set(each.name, [...(this.#unset.get(each.name) ?? []), each])
    }
    this.#unsetAny = unset.some(({name}) => name === null)
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
    const variables: Variable[] = []
    for (const [name, entry] of [...this.#entries].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (entry.rare && !all) continue
      const {state, value, origin} = this.#without(name, this.#find(name))
      if (origin === null || state === 'unset' || state === 'wrong-phase') continue
      variables.push({name, origin, value, conditional: state === 'conditional' || state === 'unknown'})
    }
    return variables
  }

  /** One of the variables is more than execve() takes, with its name, `=` and NUL. */
  isTooLong(limit: number): boolean {
    this.#tooLong ??= [...this.#entries].some(
      ([name, {value}]) =>
        value !== null &&
        name.length + value.length + 2 > limit &&
        this.#without(name, this.#find(name)).state !== 'unset',
    )
    return this.#tooLong
  }

  #find(name: string): Found {
    const entry = this.#entries.get(name)
    if (entry) return {state: stateOf(entry), value: entry.value, origin: entry.origin}
    return {state: this.#open ? 'unknown' : 'unset', value: null, origin: null}
  }

  #without(name: string, found: Found): Found {
    if (found.state === 'unset' || found.state === 'wrong-phase') return found
    if (this.#unsetAny) return {state: 'unknown', value: null, origin: found.origin}
    for (const {value} of this.#unset.get(name) ?? []) {
      if (value === null || value === found.value) return {state: 'unset', value: null, origin: null}
      if (found.value === null) return {state: 'unknown', value: null, origin: found.origin}
    }
    return found
  }
}

function stateOf({state, value}: Entry): Found['state'] {
  return state === 'set' && value === '' ? 'empty' : state
}
