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
  /** Highest first. */
  readonly #layers: readonly Layer[]
  readonly #unset = new Map<string, readonly Unset[]>()
  readonly #unsetAny: boolean
  readonly #unsetFirst: boolean

  /**
   * Since version 262 UnsetEnvironment= takes effect after expansion, before that ahead of it.
   *
   * @param layers lowest first: of a name the last one counts.
   */
  constructor(layers: readonly Layer[], unset: readonly Unset[], version: number) {
    this.#layers = layers.toReversed()
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
    for (const name of this.#names()) {
      const entry = this.#entry(name)
      if (entry === null || (entry.rare && !all)) continue
      const {state, value, origin} = this.#without(name, foundOf(entry))
      if (origin === null || state === 'unset' || state === 'wrong-phase') continue
      variables.push({name, origin, value, conditional: state === 'conditional' || state === 'unknown'})
    }
    return variables
  }

  /** One of the variables is more than execve() takes, with its name, `=` and NUL. */
  isTooLong(limit: number): boolean {
    return this.#names().some((name) => {
      const entry = this.#entry(name)
      return entry !== null && isLong(name, entry, limit) && this.#without(name, foundOf(entry)).state !== 'unset'
    })
  }

  #names(): string[] {
    return [...new Set(this.#layers.flatMap(({entries}) => [...entries.keys()]))].sort()
  }

  #find(name: string): Found {
    const entry = this.#entry(name)
    if (entry) return foundOf(entry)
    const isOpen = this.#layers.some(({open}) => open)
    return {state: isOpen ? 'unknown' : 'unset', value: null, origin: null}
  }

  #entry(name: string): Entry | null {
    let elsewhen: Entry | null = null
    for (const {entries, open} of this.#layers) {
      const entry = entries.get(name)
      // What systemd sets for other commands takes the place of nothing that lies below.
      if (entry?.state === 'wrong-phase') elsewhen = entry
      else if (entry) return entry
      // What could not be read may set any name, over all that lies below.
      if (open) return null
    }
    return elsewhen
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

/** Is one of them longer than what execve() takes? */
export function hasLong(entries: Layer['entries'], limit: number): boolean {
  for (const [name, entry] of entries) if (isLong(name, entry, limit)) return true
  return false
}

function isLong(name: string, {value}: Entry, limit: number): boolean {
  return value !== null && name.length + value.length + 2 > limit
}

function foundOf({state, value, origin}: Entry): Found {
  return {state: state === 'set' && value === '' ? 'empty' : state, value, origin}
}
