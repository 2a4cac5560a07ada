import type {Assignment} from '../../../facts/systemd/unit-file.js'
import {parseBoolean} from '../../../facts/systemd/values.js'
import type {Place} from './prediction.js'

const NONE: readonly never[] = []

/** The assignments of one section, by key. */
export class Settings {
  readonly #byKey = new Map<string, Assignment[]>()

  constructor(assignments: readonly Assignment[], section: string) {
    for (const assignment of assignments) {
      if (assignment.section !== section) continue
      const list = this.#byKey.get(assignment.key)
      if (list) list.push(assignment)
      else this.#byKey.set(assignment.key, [assignment])
    }
  }

  /** All that stands after the last empty one, which resets. */
  list(key: string): readonly Assignment[] {
    const all = this.#byKey.get(key)
    if (!all) return NONE
    return all.slice(all.findLastIndex(({value}) => value === '') + 1)
  }

  last(key: string): Assignment | null {
    return this.#byKey.get(key)?.at(-1) ?? null
  }

  value(key: string): string {
    return this.last(key)?.value ?? ''
  }

  /** The last one of the words that the setting knows: others are ignored. null: there is none. */
  oneOf(key: string, words: readonly string[]): Assignment | null {
    return this.#byKey.get(key)?.findLast(({value}) => words.includes(value)) ?? null
  }

  /** null: not set, or to what is no boolean. */
  boolean(key: string): boolean | null {
    const last = this.#byKey.get(key)?.findLast(({value}) => parseBoolean(value) !== null)
    return last ? parseBoolean(last.value) : null
  }
}

/** Type= of a service as written; null: systemd chooses one. */
export function serviceType(settings: Settings, version: number): string | null {
  if (settings.last('Type') === null) return null
  const types = ['simple', 'forking', 'oneshot', 'dbus', 'notify', 'idle']
  if (version >= 240) types.push('exec')
  if (version >= 253) types.push('notify-reload')
  return settings.oneOf('Type', types)?.value ?? null
}

export function placeOf({path, line}: Assignment): Place {
  return {path, line}
}

export const SYSTEMD: Place = {path: 'systemd', line: null}
