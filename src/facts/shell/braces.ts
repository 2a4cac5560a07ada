const MOST = 10_000

/** What bash makes of `{a,b}` and `{1..4}`; null: it holds more than plain text, or is no brace expansion. */
export function bracesOf(text: string): string[] | null {
  const inner = /^\{([^{}$`'"\\]*)\}$/.exec(text)?.[1]
  if (inner === undefined) return null
  if (inner.includes(',')) return inner.split(',')
  const range = /^(-?\d{1,9})\.\.(-?\d{1,9})(?:\.\.(-?\d{1,9}))?$/.exec(inner)
  if (!range) return null
  const [, from = '', to = '', by = '1'] = range
  // Zeros in front make all numbers as wide.
  if (/^-?0\d/.test(from) || /^-?0\d/.test(to)) return null
  const step = Math.abs(Number(by)) || 1
  const direction = Number(from) <= Number(to) ? 1 : -1
  const count = Math.floor(Math.abs(Number(to) - Number(from)) / step) + 1
  if (count > MOST) return null
  return Array.from({length: count}, (_, index) => String(Number(from) + index * step * direction))
}
