import {atLeast, type Kernel} from '../../facts/kernel.js'
import type {PolicyRule, Prefix} from '../../facts/network/namespace.js'
import type {SourceQuestion} from './answer.js'
import type {Assume} from './assumptions.js'
import {type Devices, isL3Master, LOOPBACK_INDEX} from './devices.js'
import type {Flow} from './flow.js'
import {ANY, type Ip6, inPrefix, parseIp6} from './ip6-address.js'

const LOCAL = 255
const MAIN = 254

function lookupRule(priority: number, table: number): PolicyRule {
  return {
    priority,
    not: false,
    src: null,
    dst: null,
    iif: null,
    oif: null,
    fwmark: null,
    fwmask: null,
    table,
    action: 'lookup',
    goto: null,
    suppressPrefixLength: null,
    suppressIfgroup: null,
    l3mdev: false,
    uidRange: null,
    ipProto: null,
    sport: null,
    dport: null,
    dsfield: null,
    others: [],
  }
}

/** Those that the kernel makes itself (fib6_rules_net_init()). */
export const INITIAL_RULES: readonly PolicyRule[] = [lookupRule(0, LOCAL), lookupRule(32766, MAIN)]

/**
 * Without a rule that somebody has added, the kernel does not look at its rules, even if one of the initial ones has
 * been deleted (`fib6_has_custom_rules`).
 */
export function maybeNotAsked(rules: readonly PolicyRule[]): boolean {
  return rules.length < INITIAL_RULES.length && rules.every((rule) => INITIAL_RULES.some((each) => isSame(rule, each)))
}

function isSame(rule: PolicyRule, initial: PolicyRule): boolean {
  const {protocol: _, ...selectors} = rule
  return JSON.stringify({...initial, ...selectors}) === JSON.stringify(initial)
}

/** A rule made ready for many lookups. */
export interface ReadyRule {
  readonly rule: PolicyRule
  readonly src: ReadyPrefix | null
  readonly dst: ReadyPrefix | null
  /** What it asks for and no question tells. */
  readonly unknown: readonly string[]
  /** Of `goto`: where to go on; null: nowhere, as long as there is no such rule. */
  readonly target: number | null
}

interface ReadyPrefix {
  readonly bits: Ip6
  readonly length: number
}

export function readyRules(rules: readonly PolicyRule[]): readonly ReadyRule[] {
  const first = new Map<number, number>()
  rules.forEach(({priority}, index) => {
    if (!first.has(priority)) first.set(priority, index)
  })
  return rules.map((rule) => ({
    rule,
    src: readyPrefix(rule.src),
    dst: readyPrefix(rule.dst),
    unknown: unknownSelectors(rule),
    target: rule.goto === null ? null : (first.get(rule.goto) ?? null),
  }))
}

/** null: any address. A length of 0 is no selector to the kernel either. */
function readyPrefix(prefix: Prefix | null): ReadyPrefix | null {
  if (prefix === null || prefix.length === 0) return null
  const bits = parseIp6(prefix.address)
  return bits === null ? null : {bits, length: prefix.length}
}

/** What decides besides the flow. */
export interface RuleContext {
  readonly devices: Devices
  readonly kernel: Kernel | null
  readonly uid: SourceQuestion['uid']
  /** Those that may be, where `uid` is not given: see distinctUids(). */
  readonly uids: readonly number[]
  readonly assume: Assume
}

/** fib_rule_match() and fib6_rule_match(), for what this host sends itself. */
export function ruleMatches(ready: ReadyRule, flow: Flow, context: RuleContext): boolean {
  return selects(ready, flow, context) !== ready.rule.not
}

function selects({rule, src, dst, unknown}: ReadyRule, flow: Flow, context: RuleContext): boolean {
  const {devices, assume} = context
  if (rule.iif !== null && devices.named(rule.iif)?.index !== LOOPBACK_INDEX) return false
  if (rule.oif !== null && !leavesBy(rule.oif, flow, context)) return false
  if (rule.fwmark !== null || rule.fwmask !== null) {
    const mask = rule.fwmask ?? 0xffffffff
    if ((((rule.fwmark ?? 0) ^ flow.mark) & mask) !== 0) return false
  }
  if (rule.l3mdev && flow.domain === 0) return false
  if (dst !== null && !inPrefix(flow.dest, dst.bits, dst.length)) return false
  // Before a source is chosen, no rule that asks for one matches: only FIB_RULE_FIND_SADDR, which iproute2 neither
  // sets nor shows, would defer the question.
  if (src !== null && (flow.source === ANY || !inPrefix(flow.source, src.bits, src.length))) return false
  if (rule.uidRange !== null && !isUidIn(rule.uidRange, context)) return false
  return unknown.every(
    (selector) => assume(`whether what is sent matches ${selector} of the policy rule ${rule.priority}`) === 1,
  )
}

function leavesBy(name: string, flow: Flow, {devices, kernel, assume}: RuleContext): boolean {
  const device = devices.named(name)
  if (device === undefined) return false
  if (!isL3Master(device.link)) return flow.oif === device.index
  if (flow.domain !== device.index) return false
  // Older kernels compare `oif`, which is 0 by then.
  const compares = kernel !== null && atLeast(kernel, 6, 16)
  return compares || assume(`whether this kernel matches the policy rules for the VRF ${name} at all`) === 0
}

function isUidIn([first, last]: readonly [number, number], {uid, uids, assume}: RuleContext): boolean {
  // One question for all rules: their ranges mostly exclude one another.
  const sender = uid ?? uids[assume('the UID of who sends, for which policy rules ask', uids.length)] ?? 0
  return sender >= first && sender <= last
}

/** One UID of each range that the rules do not tell apart. */
export function distinctUids(rules: readonly PolicyRule[]): readonly number[] {
  const starts = rules.flatMap(({uidRange}) => (uidRange === null ? [] : [uidRange[0], uidRange[1] + 1]))
  return [...new Set([0, ...starts])].sort((a, b) => a - b)
}

function unknownSelectors({ipProto, sport, dport, dsfield, others}: PolicyRule): readonly string[] {
  const named = Object.entries({ipproto: ipProto, sport, dport, dsfield}).flatMap(([name, value]) =>
    value === null ? [] : [`${name} ${value}`],
  )
  return [...named, ...others]
}
