/** A packet's mark (skb->mark), or that of its connection (nf_conn->mark). */
export type MarkOf = 'packet' | 'connection'

/**
 * What one rule does to a mark: `target = (target & keep) ^ (source & take) ^ flip`, all of 32 bits. So do xt_MARK and
 * xt_CONNMARK, nft_bitwise, and act_skbedit.
 */
export interface MarkChange {
  readonly target: MarkOf
  /** null: nothing is taken. */
  readonly source: MarkOf | null
  readonly keep: number
  readonly take: number
  readonly flip: number
  readonly where: RuleText
}

/** A rule by which a mark may become what no rule says. */
export interface OpenRule {
  /** `a program behind NFQUEUE may set any mark` */
  readonly why: string
  readonly where: RuleText
}

export interface RuleText {
  /** Command that printed it. */
  readonly source: string
  /** Table, chain and rule. Untrusted text. */
  readonly text: string
}

export const ALL = 0xffffffff

/** `value`, whatever the mark was. */
export function assigned(target: MarkOf, value: number, where: RuleText): MarkChange {
  return {target, source: null, keep: 0, take: 0, flip: value >>> 0, where}
}

/** `MARK --set-xmark VALUE/MASK`: the bits of the mask are cleared, then those of the value turned over. */
export function masked(target: MarkOf, value: number, mask: number, where: RuleText): MarkChange {
  return {target, source: null, keep: ~mask >>> 0, take: 0, flip: value >>> 0, where}
}

/** A number of 32 bits as tools print it: decimal or 0x; null for anything else. */
export function markNumber(word: string | undefined): number | null {
  if (word === undefined || !/^(0x[0-9a-f]{1,8}|\d{1,10})$/i.test(word)) return null
  const value = Number(word)
  return value <= ALL ? value : null
}
