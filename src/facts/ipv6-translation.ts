import type {Raw} from '../sources/collected.js'
import type {FirewallRecord} from '../sources/firewall-records.js'
import {defineFact, known} from './define.js'
import {parseNftRuleset} from './firewall-marks/nft-ruleset.js'
import {acceptFirewallRecord} from './firewall-marks/records.js'
import {parseLines} from './ndjson.js'

/** Whether this network namespace gives IPv6 packets that leave it another source address. Routers on the way may, too. */
export interface Ipv6Translation {
  /** null: not known. */
  readonly translates: boolean | null
  /** A rule that does. */
  readonly by: string | null
}

/** As nft writes it, or what it shows of a rule of ip6tables-nft; SNPT is NPTv6. */
const nftTranslates = /(?:^|\s)(?:masquerade|snat)(?=\s|$)|xt target "?(?:MASQUERADE|SNAT|NETMAP|SNPT)(?=["\s]|$)/
const iptablesTranslates = /^-A .*-j (?:MASQUERADE|SNAT|NETMAP|SNPT)(?=\s|$)/

/** Always known: a ruleset that cannot be read is a question only where something depends on it. */
export const ipv6TranslationFact = defineFact({
  name: 'ipv6Translation',
  inputs: ['firewall-rules'],
  derive({'firewall-rules': raw}) {
    if (raw.status === 'missing') return known<Ipv6Translation>({translates: null, by: null})
    return known(translationOf(raw))
  },
})

function translationOf(raw: Raw): Ipv6Translation {
  const {records, invalid} = parseLines(raw.text, acceptFirewallRecord)
  let open = invalid > 0 || (raw.gaps ?? []).length > 0
  for (const [name, tool] of [
    ['nf_tables', 'nft'],
    ['ip6_tables', 'ip6tables-legacy-save'],
  ] as const) {
    const state = records.find((each) => each.t === 'subsystem' && each.name === name)
    if (state?.t !== 'subsystem' || state.state === 'unknown') open = true
    else if (state.state === 'rules') {
      const rules = records.find(
        (each): each is FirewallRecord & {t: 'rules'} => each.t === 'rules' && each.tool === tool,
      )
      const by = rules ? translator(rules.text, tool) : undefined
      if (by !== undefined) return {translates: true, by}
      if (!rules) open = true
    }
  }
  return {translates: open ? null : false, by: null}
}

function translator(text: string, tool: 'nft' | 'ip6tables-legacy-save'): string | undefined {
  if (tool !== 'nft') return text.split('\n').find((line) => iptablesTranslates.test(line))
  return parseNftRuleset(text).rules.find(
    (rule) => (rule.family === 'ip6' || rule.family === 'inet') && nftTranslates.test(rule.text),
  )?.text
}
