/** `a, b, c, d and 3 more`; one item is never hidden behind "1 more". */
export function listed(items: readonly string[], most = 4): string {
  const shown = items.length > most + 1 ? items.slice(0, most) : items
  const rest = items.length - shown.length
  return `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** In order of first appearance. */
export function groupBy<T, Key>(items: readonly T[], key: (item: T) => Key): Map<Key, T[]> {
  const groups = new Map<Key, T[]>()
  for (const item of items) {
    const group = groups.get(key(item))
    if (group) group.push(item)
    else groups.set(key(item), [item])
  }
  return groups
}
