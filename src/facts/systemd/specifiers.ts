import {parseUnitName, unescapeUnitName} from './unit-name.js'

/** What `%H` and its like stand for on this host; null or left out: not known. By letter, without the `%`. */
export type SpecifierValues = Readonly<Record<string, string | null>>

/**
 * Expands the specifiers of systemd.unit(5) that follow from the unit's name or from the system
 * manager being root. Returns null when the text holds another one (`%H`, `%m`): its value is the host's.
 */
export function expandSpecifiers(text: string, unit: string): string | null {
  const parsed = parseUnitName(unit)
  if (!parsed) return text.includes('%') ? null : text
  const {prefix, type} = parsed
  const instance = parsed.instance ?? ''
  const last = prefix.slice(prefix.lastIndexOf('-') + 1)
  const values: Readonly<Record<string, string>> = {
    '%': '%',
    n: unit,
    N: unit.slice(0, -type.length - 1),
    p: prefix,
    P: unescapeUnitName(prefix),
    i: instance,
    I: unescapeUnitName(instance),
    j: last,
    J: unescapeUnitName(last),
    u: 'root',
    U: '0',
    g: 'root',
    G: '0',
    h: '/root',
    t: '/run',
    S: '/var/lib',
    C: '/var/cache',
    L: '/var/log',
    E: '/etc',
    T: '/tmp',
    V: '/var/tmp',
  }
  let known = true
  const expanded = text.replace(/%(.)/gs, (whole, letter: string) => {
    const value = values[letter]
    // A letter that no version knows stays as it is (specifier_printf()); one that we do not compute does not.
    if (value === undefined && /[a-zA-Z]/.test(letter)) known = false
    return value ?? whole
  })
  return known ? expanded : null
}
