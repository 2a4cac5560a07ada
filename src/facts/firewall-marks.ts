import {type Missing, missing} from '../model/missing.js'
import type {FirewallRecord, FirewallTool} from '../sources/firewall-records.js'
import {defineFact, known} from './define.js'
import {iptablesMarks} from './firewall-marks/iptables-marks.js'
import type {MarkChange, OpenRule} from './firewall-marks/mark-change.js'
import {nftMarks} from './firewall-marks/nft-marks.js'
import {parseNftRuleset} from './firewall-marks/nft-ruleset.js'
import {acceptFirewallRecord} from './firewall-marks/records.js'
import {parseLines} from './ndjson.js'

export type {MarkChange, OpenRule}

/**
 * What the rules of nftables and iptables do to marks, in the network namespace that netdoctor ran in. Programs set
 * marks, too (SO_MARK, `wg set ... fwmark`, an output-mark of xfrm), and no ruleset tells which.
 */
export interface FirewallMarks {
  readonly changes: readonly MarkChange[]
  /** By these rules a mark may become anything. */
  readonly open: readonly OpenRule[]
  /** Rules that could not be read: what they do is not in the lists above. */
  readonly unread: readonly Missing[]
}

const INPUT = 'firewall-rules'
/** What has the text of a rule of iptables-nft, by the family of nft. */
const saveOf: Readonly<Record<string, FirewallTool>> = {ip: 'iptables-nft-save', ip6: 'ip6tables-nft-save'}

/** Always known: a ruleset that cannot be read is a question only where a filter asks for a mark. */
export const firewallMarksFact = defineFact({
  name: 'firewallMarks',
  inputs: ['firewall-rules'],
  derive({'firewall-rules': raw}) {
    if (raw.status === 'missing') return known<FirewallMarks>({changes: [], open: [], unread: [raw]})
    const {records, invalid} = parseLines(raw.text, acceptFirewallRecord)
    const unread: Missing[] = [...(raw.gaps ?? [])]
    if (invalid > 0) unread.push(missing(INPUT, 'invalid', `${invalid} lines are no records`))
    const changes: MarkChange[] = []
    const open: OpenRule[] = []
    for (const [subsystem, tool] of [
      ['nf_tables', 'nft'],
      ['ip_tables', 'iptables-legacy-save'],
      ['ip6_tables', 'ip6tables-legacy-save'],
    ] as const) {
      const state = records.find((each) => each.t === 'subsystem' && each.name === subsystem)
      if (state?.t !== 'subsystem') unread.push(missing(INPUT, 'not-collected', `whether ${subsystem} has rules`))
      else if (state.state === 'unknown') unread.push(missing(INPUT, 'denied', `${subsystem}: ${state.by}`))
      else if (state.state === 'rules') {
        const rules = rulesOf(records, tool)
        if ('status' in rules) unread.push(rules)
        else if (tool !== 'nft') {
          const found = iptablesMarks(rules.text, rules.argv.join(' '))
          changes.push(...found.changes)
          open.push(...found.open)
        } else unread.push(...addNft(rules.text, records, changes, open))
      }
    }
    return known<FirewallMarks>({changes, open, unread})
  },
})

/** The rules of nftables, with those of iptables-nft that only its own tool can spell out. */
function addNft(text: string, records: readonly FirewallRecord[], changes: MarkChange[], open: OpenRule[]): Missing[] {
  const found = nftMarks(parseNftRuleset(text), 'nft list ruleset')
  changes.push(...found.changes)
  open.push(...found.open)
  const gaps: Missing[] = []
  for (const family of new Set(found.opaque.map((each) => each.family))) {
    const tool = saveOf[family]
    const rules = tool === undefined ? null : rulesOf(records, tool)
    if (rules && !('status' in rules)) {
      const saved = iptablesMarks(rules.text, rules.argv.join(' '))
      changes.push(...saved.changes)
      open.push(...saved.open)
      continue
    }
    const targets = [...new Set(found.opaque.flatMap((each) => (each.family === family ? [each.target] : [])))]
    gaps.push(missing(INPUT, 'unsupported', `nft does not show what the target ${targets.slice(0, 3).join(', ')} does`))
  }
  return gaps
}

function rulesOf(
  records: readonly FirewallRecord[],
  tool: FirewallTool,
): Extract<FirewallRecord, {t: 'rules'}> | Missing {
  for (const record of records) {
    if (record.t === 'rules' && record.tool === tool) return record
    if (record.t === 'unread' && record.tool === tool) return missing(INPUT, record.reason, record.detail)
  }
  return missing(INPUT, 'not-collected', `what ${tool} prints`)
}
