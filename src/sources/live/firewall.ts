import type {Missing} from '../../model/missing.js'
import type {Raw} from '../collected.js'
import type {FirewallRecord, FirewallTool} from '../firewall-records.js'
import {legacyPresence, modulesAreFixed, nfTablesPresence} from './firewall-kernel.js'
import type {ProbeContext} from './probe.js'
import {runCommand} from './run-command.js'

const INPUT = 'firewall-rules'
const RULES_BYTES = 64 << 20

type Argv = readonly [string, ...string[]]

/**
 * The rules of nftables and iptables, as their own tools print them. A tool is asked only where what it asks of the
 * kernel is there already: merely listing rules loads modules otherwise.
 */
export async function probeFirewallRules(context: ProbeContext): Promise<Raw | Missing> {
  const nft = nfTablesPresence()
  const legacy = legacyPresence('ip_tables')
  const legacy6 = legacyPresence('ip6_tables')
  const fixed = modulesAreFixed()
  const ask = (tool: FirewallTool, ...argv: Argv) => askTool(tool, argv, context.timeoutMs)
  const answers = await Promise.all([
    ...(nft.state === 'rules'
      ? [ask('nft', 'nft', '-a', 'list', 'ruleset'), ask('nft-json', 'nft', '-j', 'list', 'ruleset')]
      : []),
    // It asks for the module of each match that it takes a rule of nftables for: nft_compatible_revision().
    ...(nft.state === 'rules' && fixed
      ? [ask('iptables-nft-save', 'iptables-nft-save'), ask('ip6tables-nft-save', 'ip6tables-nft-save')]
      : []),
    ...(legacy.state === 'rules' ? [ask('iptables-legacy-save', 'iptables-legacy-save')] : []),
    ...(legacy6.state === 'rules' ? [ask('ip6tables-legacy-save', 'ip6tables-legacy-save')] : []),
  ])
  const records: FirewallRecord[] = [
    {t: 'subsystem', name: 'nf_tables', ...nft},
    {t: 'subsystem', name: 'ip_tables', ...legacy},
    {t: 'subsystem', name: 'ip6_tables', ...legacy6},
    ...answers,
  ]
  return {status: 'raw', origin: INPUT, text: records.map((record) => `${JSON.stringify(record)}\n`).join('')}
}

async function askTool(tool: FirewallTool, argv: Argv, timeoutMs: number): Promise<FirewallRecord> {
  const answer = await runCommand(argv, {input: INPUT, timeoutMs, maxBytes: RULES_BYTES})
  if (answer.status === 'raw') return {t: 'rules', tool, argv, text: answer.text}
  const denied = /not permitted|permission denied|must be root/i.test(answer.detail)
  return {t: 'unread', tool, reason: denied ? 'denied' : answer.reason, detail: answer.detail}
}
