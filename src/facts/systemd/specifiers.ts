import {parseUnitName, type UnitName, unescapeUnitName} from './unit-name.js'

/** What `%H` and its like stand for on this host; null or left out: not known. By letter, without the `%`. */
export type SpecifierValues = Readonly<Record<string, string | null>>

/** What decides about specifiers beside the text. */
export interface SpecifierContext {
  readonly unit: string
  /** Values of the host; win over those that follow from the unit's name. */
  readonly values?: SpecifierValues
  /** Major version of systemd. */
  readonly version?: number
  readonly fragmentPath?: string | null
  /** `[Manager]` settings know only what belongs to no unit, and that since version 248. */
  readonly scope?: 'unit' | 'manager'
}

export type Specified =
  | {readonly status: 'text'; readonly text: string}
  /** The value of this letter is the host's, and not known. */
  | {readonly status: 'unknown'; readonly letter: string}
  /** -EBADSLT of specifier_printf(): systemd knows no such letter, and refuses what it stands in. */
  | {readonly status: 'failed'; readonly letter: string}

const NEWEST = 262
const MAX_GROWTH = 1024 * 1024
/** Version since which a letter is known (unit_full_printf() of src/core/unit-printf.c); the others always were. */
const SINCE: Readonly<Record<string, number>> = {
  ...letters('nNpPiIfcrRtUuhsmHbv', 0),
  ...letters('SCL', 236),
  ...letters('jJETV', 239),
  ...letters('gG', 240),
  ...letters('l', 246),
  ...letters('aBowW', 247),
  ...letters('AM', 249),
  ...letters('dyYq', 251),
  ...letters('D', 256),
}

/** Expands the specifiers of systemd.unit(5) as specifier_printf() of src/shared/specifier.c does. */
export function resolveSpecifiers(text: string, context: SpecifierContext): Specified {
  if (!text.includes('%')) return {status: 'text', text}
  const version = context.version ?? NEWEST
  const isManager = context.scope === 'manager'
  if (isManager && version < 248) return {status: 'text', text}
  const known = isManager ? managerLetters(version) : null
  let bad: Specified | null = null
  let grown = 0
  let fromName: NameSpecifiers | null = null
  const expanded = text.replace(/%(.?)/gs, (whole, letter: string) => {
    if (letter === '%' || bad) return '%'
    // A percent sign that ends the text was lost until 234.
    if (letter === '') return version >= 235 ? '%' : ''
    if ((SINCE[letter] ?? Number.POSITIVE_INFINITY) > version || known?.includes(letter) === false) {
      // Until version 235 an unknown letter stayed as it was.
      if (/[0-9a-zA-Z]/.test(letter) && version >= 236) bad = {status: 'failed', letter}
      return whole
    }
    fromName ??= new NameSpecifiers(context)
    const ofHost = context.values?.[letter]
    const value = ofHost === undefined ? fromName.valueOf(letter) : ofHost
    if (value === null) bad = {status: 'unknown', letter}
    grown += value?.length ?? 0
    // LONG_LINE_MAX of unit_full_printf(): -ENAMETOOLONG.
    if (grown > MAX_GROWTH) bad = {status: 'failed', letter}
    return value ?? whole
  })
  return bad ?? {status: 'text', text: expanded}
}

/**
 * Expands the specifiers that follow from the unit's name or from the system manager being root. Returns null
 * when the text holds another one (`%H`, `%m`): its value is the host's.
 */
export function expandSpecifiers(text: string, unit: string): string | null {
  const specified = resolveSpecifiers(text, {unit})
  return specified.status === 'text' ? specified.text : null
}

/** Those that follow from the unit's name, or from the system manager being root. */
class NameSpecifiers {
  readonly #context: SpecifierContext
  readonly #name: UnitName | null

  constructor(context: SpecifierContext) {
    this.#context = context
    this.#name = parseUnitName(context.unit)
  }

  /** null: of none of them. */
  valueOf(letter: string): string | null {
    if (!this.#name) return null
    const {unit, version = NEWEST, fragmentPath = null} = this.#context
    const {prefix, type, instance} = this.#name
    switch (letter) {
      case 'n':
        return unit
      case 'N':
        return unit.slice(0, -type.length - 1)
      case 'p':
        return prefix
      case 'P':
        return unescapeUnitName(prefix)
      case 'i':
        return instance ?? ''
      case 'I':
        return unescapeUnitName(instance ?? '')
      case 'j':
        return lastPartOf(prefix)
      case 'J':
        return unescapeUnitName(lastPartOf(prefix))
      case 'f':
        return pathOf(instance ?? prefix)
      case 'y':
        return fragmentPath
      case 'Y':
        return fragmentPath === null ? null : fragmentPath.slice(0, fragmentPath.lastIndexOf('/')) || '/'
      case 'U':
        // It was the name, too, until version 220.
        return version <= 220 ? 'root' : '0'
      case 's':
        // default_root_shell(), since 252: what systemd was built with, as a rule.
        return version >= 252 ? '/bin/bash' : '/bin/sh'
      case 'd':
        return `/run/credentials/${unit}`
      default:
        return OF_ROOT.get(letter) ?? null
    }
  }
}

const OF_ROOT: ReadonlyMap<string, string> = new Map(
  Object.entries({
    u: 'root',
    g: 'root',
    G: '0',
    h: '/root',
    t: '/run',
    S: '/var/lib',
    C: '/var/cache',
    L: '/var/log',
    E: '/etc',
    D: '/usr/share',
    T: '/tmp',
    V: '/var/tmp',
  }),
)

function lastPartOf(prefix: string): string {
  return prefix.slice(prefix.lastIndexOf('-') + 1)
}

/** unit_name_path_unescape(). */
function pathOf(name: string): string {
  return name === '-' ? '/' : `/${unescapeUnitName(name)}`
}

/** COMMON_SYSTEM_SPECIFIERS and COMMON_TMP_SPECIFIERS; since 254 those of the account, too. */
function managerLetters(version: number): string {
  return `aAbBHlqmMovwWTV${version >= 254 ? 'gGuUhs' : ''}`
}

function letters(text: string, version: number): Record<string, number> {
  return Object.fromEntries([...text].map((letter) => [letter, version]))
}
