import type {Origin, Setting} from '../services.js'
import type {Assignment} from './unit-file.js'

/** The last assignment of a key that `parse` accepts decides; `undefined` from `parse`: systemd ignores it. */
export function lastSetting<T>(
  assignments: readonly Assignment[],
  section: string,
  key: string,
  parse: (value: string) => T | undefined,
): Setting<T> | null {
  let setting: Setting<T> | null = null
  for (const assignment of assignments) {
    if (assignment.section !== section || assignment.key !== key) continue
    const value = parse(assignment.value)
    if (value !== undefined) setting = {value, origin: originOf(assignment)}
  }
  return setting
}

export function originOf({path, line, text}: Assignment): Origin {
  return {path, line, text}
}
