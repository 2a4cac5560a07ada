import {ALL, assigned, type MarkChange, type MarkOf, markNumber, type OpenRule, type RuleText} from './mark-change.js'
import {type NftRuleset, withoutStrings} from './nft-ruleset.js'
import {type Opaque, xtTargetSetsMark} from './xt-targets.js'

/** Most values of one rule that are listed: of `numgen inc mod 4 offset 100` four. */
const MOST_VALUES = 256
/** Of one rule. */
const MOST_STATEMENTS = 16

export interface RulesetMarks {
  readonly changes: readonly MarkChange[]
  readonly open: readonly OpenRule[]
  /** Rules of iptables whose text nft does not have. */
  readonly opaque: readonly Opaque[]
}

/** What the rules of `nft list ruleset` do to marks. */
export function nftMarks(ruleset: NftRuleset, source: string): RulesetMarks {
  const changes: MarkChange[] = []
  const open: OpenRule[] = []
  const opaque: Opaque[] = []
  const filled = mapsFilledByRules(ruleset)
  for (const rule of ruleset.rules) {
    const text = withoutStrings(rule.text)
    if (!/\b(mark set|queue|xt)\b|#/.test(text)) continue
    const where: RuleText = {source, text: `table ${rule.family} ${rule.table}, chain ${rule.chain}: ${rule.text}`}
    const words = text.split(/\s+/)
    for (const name of opaqueTargets(text))
      if (xtTargetSetsMark(name)) opaque.push({family: rule.family, target: name, where})
    if (words.includes('queue')) open.push({why: 'a program behind this queue may set any mark', where})
    const places = words.flatMap((word, at) => (word === 'mark' && words[at + 1] === 'set' ? [at] : []))
    if (places.length > MOST_STATEMENTS) open.push({why: 'it sets too many marks', where})
    for (const at of places.slice(0, MOST_STATEMENTS)) {
      const target: MarkOf = words[at - 1] === 'ct' ? 'connection' : 'packet'
      const found = marksGiven(words.slice(at + 2), target, where, (map) => {
        const key = `${rule.family} ${rule.table} ${map}`
        return filled.has(key) ? null : (ruleset.maps.get(key) ?? null)
      })
      if (typeof found === 'string') open.push({why: found, where})
      else changes.push(...found, ...asConnmark(found))
    }
  }
  return {changes, open, opaque}
}

/** Maps that rules put elements into. */
function mapsFilledByRules({rules}: NftRuleset): Set<string> {
  const found = new Set<string>()
  for (const {family, table, text} of rules) {
    for (const [, map] of text.matchAll(/\b(?:add|update) @(\S+) \{/g)) found.add(`${family} ${table} ${map}`)
  }
  return found
}

/** `xt target TPROXY`, in older versions of nft `# xt_TPROXY`. Matches are in lower case, targets of ip and ip6 never. */
function opaqueTargets(text: string): string[] {
  return [...text.matchAll(/\bxt target "?([A-Za-z]\w*)|# (?:xt_|target )?"?([A-Z]\w*)/g)].map(
    ([, name, old]) => name ?? old ?? '',
  )
}

/**
 * `CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff` leaves the other bits as they are. nft (1.0.6) prints it as
 * `meta mark set ct mark and 0xff`, which as a rule of its own clears them: it may be meant either way.
 */
function asConnmark(changes: readonly MarkChange[]): MarkChange[] {
  return changes.flatMap((each) =>
    each.source !== null && each.take !== ALL && each.keep === 0 ? [{...each, keep: ~each.take >>> 0}] : [],
  )
}

/** Changes that one `mark set` makes, or why it may set any mark. */
function marksGiven(
  words: readonly string[],
  target: MarkOf,
  where: RuleText,
  mapNamed: (name: string) => readonly string[] | null,
): readonly MarkChange[] | string {
  const plain = bitwise(words, target, where)
  if (plain) return [plain]
  const statement = words.join(' ')
  const map = /^(?:(?! set ).)*? map (?:@(\S+)|\{ ([^}]*)\})/.exec(statement)
  if (map) {
    const [, name, inline] = map
    const values = name === undefined ? inlineValues(inline ?? '') : mapNamed(name)
    if (values === null) return `map @${name} gets its marks from rules or from outside`
    const numbers = values.map(markNumber)
    return numbers.includes(null)
      ? 'its map has marks that are no numbers'
      : numbers.map((value) => assigned(target, value ?? 0, where))
  }
  const hash = /^(?:numgen|jhash|symhash) (?:(?! set ).)*?\bmod (\d+)(?: seed \S+)?(?: offset (\d+))?/.exec(statement)
  const modulus = Number(hash?.[1] ?? Number.NaN)
  if (modulus <= MOST_VALUES) {
    const offset = Number(hash?.[2] ?? 0)
    return Array.from({length: modulus}, (_, value) => assigned(target, value + offset, where))
  }
  return 'where its mark comes from is not known'
}

function inlineValues(elements: string): string[] {
  return [...elements.matchAll(/ : ([^\s,}]+)/g)].map(([, value = '']) => value)
}

const operators: Readonly<Record<string, 'and' | 'or' | 'xor'>> = {
  and: 'and',
  '&': 'and',
  or: 'or',
  '|': 'or',
  xor: 'xor',
  '^': 'xor',
}

/** `0x10`, `meta mark & 0xff00 | 0x5`, `ct mark and 0xff`, `mark xor 0x3`. nft prints what the kernel has, from left to right. */
function bitwise(words: readonly string[], target: MarkOf, where: RuleText): MarkChange | null {
  const first = operand(words)
  if (!first) return null
  let bits = first.of === null ? 0 : ALL
  let flip = first.value
  let at = first.length
  for (let operator = operators[words[at] ?? '']; operator; operator = operators[words[at] ?? '']) {
    const value = markNumber(words[at + 1])
    if (value === null) return null
    // The kernel masks first (nft_bitwise). Where nft prints it after an xor, it has a CONNMARK in the wrong order.
    if (operator === 'and') bits &= value
    else if (operator === 'or') {
      bits &= ~value
      flip = (flip & ~value) | value
    } else flip ^= value
    at += 2
  }
  if (['<<', '>>', 'lshift', 'rshift', 'map', '.'].includes(words[at] ?? '')) return null
  const own = first.of === target
  return {
    target,
    source: own ? null : first.of,
    keep: own ? bits >>> 0 : 0,
    take: own ? 0 : bits >>> 0,
    flip: flip >>> 0,
    where,
  }
}

function operand(words: readonly string[]): {of: MarkOf | null; value: number; length: number} | null {
  const value = markNumber(words[0])
  if (value !== null) return {of: null, value, length: 1}
  if (words[0] === 'mark') return {of: 'packet', value: 0, length: 1}
  if (words[0] === 'meta' && words[1] === 'mark') return {of: 'packet', value: 0, length: 2}
  if (words[0] === 'ct' && words[1] === 'mark') return {of: 'connection', value: 0, length: 2}
  return null
}
