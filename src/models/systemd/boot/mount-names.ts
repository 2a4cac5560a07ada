/** Name of the mount unit of a path, as systemd-escape(1) --path makes it. */
export function mountUnitName(path: string): string {
  const stripped = path.split('/').filter((part) => part !== '' && part !== '.')
  if (stripped.length === 0) return '-.mount'
  const escaped = Array.from(new TextEncoder().encode(stripped.join('/')), (byte, at) => {
    const letter = String.fromCharCode(byte)
    if (letter === '/') return '-'
    return /[A-Za-z0-9:_]/.test(letter) || (letter === '.' && at > 0)
      ? letter
      : `\\x${byte.toString(16).padStart(2, '0')}`
  })
  return `${escaped.join('')}.mount`
}

/** Mount units of a path and of the folders above it, without that of `/`. Deeper than 64 folders nobody mounts. */
export function mountUnitsFor(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  return parts.slice(0, 64).map((_, at) => mountUnitName(parts.slice(0, at + 1).join('/')))
}

/** Mount units of the folders above the one that a mount unit is named after. */
export function parentMounts(name: string): string[] {
  const stem = name.slice(0, -'.mount'.length)
  const parents: string[] = []
  for (let at = stem.indexOf('-', 1); at > 0 && parents.length < 64; at = stem.indexOf('-', at + 1)) {
    parents.push(`${stem.slice(0, at)}.mount`)
  }
  return parents
}
