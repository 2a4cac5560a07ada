/** One rule as `nft -a list ruleset` prints it. */
export interface NftRule {
  readonly family: string
  readonly table: string
  readonly chain: string
  /** Without its handle. */
  readonly text: string
}

export interface NftRuleset {
  /** Of tables that are not dormant. */
  readonly rules: readonly NftRule[]
  /** Data of the elements of named maps, by `family table map`. */
  readonly maps: ReadonlyMap<string, readonly string[]>
}

/** Reads the text of `nft list ruleset`, with or without handles. Of maps only those from something to marks. */
export function parseNftRuleset(text: string): NftRuleset {
  const rules: NftRule[] = []
  const maps = new Map<string, string[]>()
  let table: {family: string; name: string; dormant: boolean} | null = null
  let chain: string | null = null
  let map: {key: string; lines: string[]} | null = null
  let pending: string[] = []
  let depth = 0
  const close = () => {
    if (map) {
      const values = elementValues(map.lines)
      if (values) maps.set(map.key, values)
    }
    map = null
    chain = null
    pending = []
    depth = 0
  }
  for (const line of text.split('\n')) {
    const opening =
      /^(\t?)(table|chain|map|set|flowtable|counter|quota|limit|ct \w+|secmark|synproxy) (.*)\{(?: # handle \d+)?$/.exec(
        line,
      )
    if (opening) {
      const [, indent, kind, name = ''] = opening
      const words = name.trim().split(' ')
      if (indent === '' && kind === 'table') {
        close()
        table = {family: words[0] ?? '', name: words[1] ?? '', dormant: false}
        continue
      }
      if (indent === '\t' && table) {
        close()
        if (kind === 'chain') chain = words[0] ?? ''
        if (kind === 'map') map = {key: `${table.family} ${table.name} ${words[0]}`, lines: []}
        continue
      }
    }
    if (line === '\t}' || line === '}') {
      close()
      if (line === '}') table = null
      continue
    }
    if (map) map.lines.push(line)
    else if (table && chain === null && /^\tflags .*\bdormant\b/.test(line)) table.dormant = true
    else if (table && chain !== null && !table.dormant) {
      // A chain without a name stands in braces, over many lines.
      pending.push(line.trim())
      depth += balance(line)
      if (depth > 0) continue
      const text = pending.join(' ')
      pending = []
      depth = 0
      if (!/^type \w+ hook /.test(text)) {
        rules.push({family: table.family, table: table.name, chain, text: withoutHandle(text)})
      }
    }
  }
  return {rules, maps}
}

/** The data of each element of a map to marks, null for another map. */
function elementValues(lines: readonly string[]): string[] | null {
  if (!lines.some((line) => /^\t\ttype(of)? .* : .*\bmark\b/.test(line))) return null
  const text = lines.map(withoutStrings).join(' ')
  const start = text.indexOf('elements = {')
  if (start < 0) return []
  return [...text.slice(start).matchAll(/ : ([^\s,}]+)/g)].map(([, value = '']) => value)
}

/** Quoted text of a rule is the user's; nft knows no escapes in it. */
export function withoutStrings(text: string): string {
  return text.replace(/"[^"]*"/g, '""')
}

function withoutHandle(text: string): string {
  return text.replace(/ # handle \d+$/, '')
}

function balance(text: string): number {
  let open = 0
  for (const [brace] of withoutStrings(text).matchAll(/[{}]/g)) open += brace === '{' ? 1 : -1
  return open
}
