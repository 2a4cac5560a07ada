/** systemd.unit(5): `prefix@instance.type`. */
export interface UnitName {
  readonly prefix: string
  /** null: not a template nor an instance of one; empty: the template itself. */
  readonly instance: string | null
  readonly type: string
}

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

export function isTemplate(name: string): boolean {
  return parseUnitName(name)?.instance === ''
}

/** `foo@bar.service` -> `foo@.service`; null for what is not an instance. */
export function templateOf(name: string): string | null {
  const parsed = parseUnitName(name)
  return parsed?.instance ? unitName({...parsed, instance: ''}) : null
}

/** unit_name_unescape(): `-` is a slash, `\xHH` a byte. */
export function unescapeUnitName(text: string): string {
  return text.replace(/-|\\x([0-9a-fA-F]{2})/g, (_, hex: string | undefined) =>
    hex === undefined ? '/' : String.fromCharCode(Number.parseInt(hex, 16)),
  )
}
