/** What a filter asks of a packet and does with it, as far as it decides where the packet goes. */
export interface ShapingFilter {
  /** As tc prints it: `ip`, `ipv6`, `all`, `802.1Q`, `[33024]`. */
  readonly protocol: string
  readonly priority: number | null
  readonly kind: string
  readonly chain: number
  /** flowid or classid; null: it sends to no class. */
  readonly classId: number | null
  /** The mark that it asks for; null: none, or none that is seen. */
  readonly mark: FilterMark | null
  /** It asks for nothing but its protocol. */
  readonly catchAll: boolean
  /** `police`, `mirred`, `skbedit`, ... in their order. */
  readonly actions: readonly string[]
  /** Device that `mirred` sends to. */
  readonly redirectsTo: string | null
}

export interface FilterMark {
  readonly value: number
  readonly mask: number
}

const ALL = 0xffffffff

/**
 * `1:10` -> 0x10010, as get_tc_classid() of iproute2 reads it: hexadecimal, `:10` and `10` are 0:10, `1:` is 1:0.
 * null: not one.
 */
export function classIdOf(text: string): number | null {
  const match = /^([0-9a-f]{0,4})(?::([0-9a-f]{0,4}))?$/i.exec(text)
  if (!match || text === '') return null
  const [, first = '', second] = match
  if (second === undefined) return Number.parseInt(first, 16)
  return (Number.parseInt(first || '0', 16) * 0x10000 + Number.parseInt(second || '0', 16)) >>> 0
}

export function classIdText(id: number): string {
  const major = Math.floor(id / 0x10000)
  const minor = id % 0x10000
  return `${major === 0 ? '' : major.toString(16)}:${minor === 0 ? '' : minor.toString(16)}`
}

export function markText({value, mask}: FilterMark): string {
  return mask === ALL ? `0x${value.toString(16)}` : `0x${value.toString(16)}/0x${mask.toString(16)}`
}
