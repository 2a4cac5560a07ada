import {missingReasons} from '../../model/missing.js'
import type {FirewallRecord} from '../../sources/firewall-records.js'
import {isObject} from '../ndjson.js'

const subsystems = ['nf_tables', 'ip_tables', 'ip6_tables'] as const
const states = ['rules', 'empty', 'absent', 'unknown'] as const
const tools = [
  'nft',
  'nft-json',
  'iptables-nft-save',
  'ip6tables-nft-save',
  'iptables-legacy-save',
  'ip6tables-legacy-save',
] as const

/** A line of the input `firewall-rules`, if it is one. */
export function acceptFirewallRecord(value: unknown): FirewallRecord | undefined {
  if (!isObject(value)) return undefined
  if (value.t === 'subsystem') {
    const name = oneOf(subsystems, value.name)
    const state = oneOf(states, value.state)
    return name && state && typeof value.by === 'string' ? {t: 'subsystem', name, state, by: value.by} : undefined
  }
  const tool = oneOf(tools, value.tool)
  if (!tool) return undefined
  if (value.t === 'rules') {
    const {argv, text} = value
    if (!Array.isArray(argv) || !argv.every((word) => typeof word === 'string')) return undefined
    return typeof text === 'string' ? {t: 'rules', tool, argv, text} : undefined
  }
  const reason = oneOf(missingReasons, value.reason)
  if (value.t !== 'unread' || !reason || typeof value.detail !== 'string') return undefined
  return {t: 'unread', tool, reason, detail: value.detail}
}

function oneOf<const T extends string>(words: readonly T[], value: unknown): T | undefined {
  return words.find((word) => word === value)
}
