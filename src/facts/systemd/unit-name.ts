/** systemd.unit(5): `prefix@instance.type`. */
export interface UnitName {
  readonly prefix: string
  /** null: not a template nor an instance of one; empty: the template itself. */
  readonly instance: string | null
  readonly type: string
}

/** UNIT_NAME_PLAIN, UNIT_NAME_TEMPLATE and UNIT_NAME_INSTANCE of systemd's src/basic/unit-name.h. */
export type UnitNameKind = 'plain' | 'template' | 'instance'

const UNIT_NAME_MAX = 256
const VALID =
  /^[0-9A-Za-z:_.\\-]+(@[0-9A-Za-z:_.\\@-]*)?\.(?:service|socket|timer|path|target|mount|automount|swap|slice|scope|device)$/

export function parseUnitName(name: string): UnitName | null {
  const dot = name.lastIndexOf('.')
  if (dot <= 0) return null
  const stem = name.slice(0, dot)
  const at = stem.indexOf('@')
  if (at === 0) return null
  return {
    prefix: at < 0 ? stem : stem.slice(0, at),
    instance: at < 0 ? null : stem.slice(at + 1),
    type: name.slice(dot + 1),
  }
}

export function unitName({prefix, instance, type}: UnitName): string {
  return `${prefix}${instance === null ? '' : `@${instance}`}.${type}`
}

/** unit_name_classify(); null: no valid name (unit_name_is_valid()). */
export function unitNameKind(name: string): UnitNameKind | null {
  if (name.length >= UNIT_NAME_MAX) return null
  const match = VALID.exec(name)
  if (!match) return null
  if (match[1] === undefined) return 'plain'
  return match[1] === '@' ? 'template' : 'instance'
}

/** Everything behind the last dot. */
export function unitTypeOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}

export function isTemplate(name: string): boolean {
  return parseUnitName(name)?.instance === ''
}

/** `foo@bar.service` -> `foo@.service`; null for what is not an instance. */
export function templateOf(name: string): string | null {
  const parsed = parseUnitName(name)
  return parsed?.instance ? unitName({...parsed, instance: ''}) : null
}

/** Everything between the first `@` and the last dot; null without an `@`. */
export function instanceOf(name: string): string | null {
  return parseUnitName(name)?.instance ?? null
}

/** unit_name_replace_instance(): null for a name that takes none, or is not of the kind that is meant. */
export function withInstance(name: string, instance: string, only?: UnitNameKind): string | null {
  const parsed = parseUnitName(name)
  if (!parsed || parsed.instance === null || (only && unitNameKind(name) !== only)) return null
  return unitName({...parsed, instance})
}

/** unit_name_unescape(): `-` is a slash, `\xHH` a byte. */
export function unescapeUnitName(text: string): string {
  return text.replace(/-|\\x([0-9a-fA-F]{2})/g, (_, hex: string | undefined) =>
    hex === undefined ? '/' : String.fromCharCode(Number.parseInt(hex, 16)),
  )
}
