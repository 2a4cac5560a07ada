import type {Missing} from '../../../model/missing.js'
import type {Place} from './prediction.js'

/** A variable in one layer of the environment. */
export interface Entry {
  readonly value: string | null
  readonly origin: Place
  /** `unknown`: whether it is set is not known. */
  readonly state: 'set' | 'conditional' | 'wrong-phase' | 'unknown'
  /** Left out of a list of variables: set only where something outside of the unit asks for it. */
  readonly rare?: boolean
}

/** Variables that come from one place; of several layers the last one that has a name wins. */
export interface Layer {
  readonly entries: ReadonlyMap<string, Entry>
  /** It may hold any other name, too; null: it holds what it says and nothing else. */
  readonly open: Missing | null
}

export function layerOf(values: ReadonlyMap<string, string>, origin: Place): Layer {
  const entries = new Map<string, Entry>()
  for (const [name, value] of values) entries.set(name, {value, origin, state: 'set'})
  return {entries, open: null}
}
