import {expandSpecifiers} from '../../../facts/systemd/specifiers.js'
import type {Unit} from '../../../facts/units.js'

/** Words of a setting that may be given several times, specifiers expanded; what cannot be expanded is left out. */
export function* wordsOf(
  unit: Unit,
  section: string,
  ...keys: readonly string[]
): Generator<{word: string; path: string}> {
  for (const assignment of unit.assignments) {
    if (assignment.section !== section || !keys.includes(assignment.key)) continue
    for (const text of assignment.value.split(/\s+/)) {
      const word = text === '' ? null : expandSpecifiers(text, unit.name)
      if (word !== null) yield {word, path: assignment.path}
    }
  }
}

/** The last value of a setting, and where it stands. */
export function lastOf(
  unit: Unit,
  section: string,
  key: string,
): {readonly value: string; readonly path: string} | null {
  const last = unit.assignments.findLast((assignment) => assignment.section === section && assignment.key === key)
  return last && last.value !== '' ? {value: last.value, path: last.path} : null
}

/** parse_boolean() of src/basic/parse-util.c. null: neither. */
export function booleanOf(unit: Unit, section: string, key: string): boolean | null {
  const value = lastOf(unit, section, key)?.value.toLowerCase()
  if (value === undefined) return null
  if (['1', 'yes', 'y', 'true', 't', 'on'].includes(value)) return true
  return ['0', 'no', 'n', 'false', 'f', 'off'].includes(value) ? false : null
}
