import {classIdText} from '../../facts/traffic-filters/filter.js'
import type {Destination} from '../../models/traffic-shaping/classify.js'
import {listed} from '../shared/lists.js'

/** All wording of the checker, by rule. Strings of the host are untrusted and escaped when printed. */
export const wording = {
  skipped: 'no device has filters, and no script runs tc',
  'class-missing': {
    summary: (name: string, ids: readonly string[], to: Destination) =>
      `Filters of ${name} send packets to ${ids.length === 1 ? `class ${ids[0]}, which does` : `classes ${listed(ids)}, which do`} not exist: ${ends[to.to](to)}`,
    why: (kind: string, to: Destination) =>
      `The kernel takes a filter whatever its flowid, for the class may be made later. When a packet matches, ${kind}_classify() looks the class up${to.to === 'first-band' ? '' : ', and where there is none it asks no further filter'}.`,
    classes: (ids: readonly string[]) => `classes: ${listed(ids, 12)}`,
    remedy: (ids: readonly string[], dev: string) =>
      `Add ${ids.length === 1 ? `class ${ids[0]}` : `the classes ${listed(ids)}`} to ${dev}, or send these filters to one that exists`,
  },
  'family-unshaped': {
    summary: (name: string, other: string, family: string, rest: Destination | null, ingress: boolean) =>
      `Filters of ${name} give ${other} packets ${ingress ? 'that come in their limits' : 'their classes'}, and none looks at ${family}: ${family} packets ${unfiltered(rest, ingress)}`,
    why: (other: string, family: string) =>
      `A filter with “protocol ${other === 'IPv4' ? 'ip' : 'ipv6'}” is passed over for every other protocol (tcf_classify()); ${family === 'IPv6' ? 'IPv6 is ipv6 there (0x86dd), never ip' : 'IPv4 is ip there (0x0800), never ipv6'}. Only “protocol all” looks at both.`,
    remedy: (family: string, dev: string) =>
      `Give ${dev} filters for ${family} too, with a priority of their own each (a priority holds one protocol), or one of “protocol all”`,
    unknown: (name: string) => `whether IPv6 packets pass ${name}`,
  },
  'mark-never-set': {
    summary: (name: string, marks: readonly string[]) =>
      `Filters of ${name} ask for ${marks.length === 1 ? `firewall mark ${marks[0]}` : `firewall marks ${listed(marks)}`}, which no rule of nftables or iptables sets`,
    why: 'A filter with “handle N fw”, or “match mark” of u32, compares the mark of a packet (skb->mark) under its mask. Packets begin without one. Beside rules of the firewall only programs give them any: by SO_MARK, a fwmark of WireGuard, an output-mark of xfrm.',
    open: (why: string, rule: string) => `which marks packets get: ${why} (${rule})`,
    byTc: 'a filter of tc may set any mark',
    tooMany: 'which marks packets get: the rules can make too many',
    source: 'nft list ruleset, iptables-save',
    set: (marks: string) => (marks === '' ? 'no rule sets a mark' : `marks that rules set: ${marks}`),
    remedy: (marks: readonly string[]) =>
      `Set ${marks.length === 1 ? `mark ${marks[0]}` : 'these marks'} by a rule of the firewall, as in “meta mark set” or “-j MARK --set-mark”, or delete the filter`,
  },
} as const

const ends: {readonly [To in Destination['to']]: (to: Destination) => string} = {
  class: () => '',
  default: (to) => `they go to the default class${to.to === 'default' ? ` ${classIdText(to.classId)}` : ''}`,
  unshaped: () => 'they pass all classes by, unshaped',
  dropped: () => 'they are dropped',
  'first-band': () => 'they go to the band of priority 0',
}

function unfiltered(rest: Destination | null, ingress: boolean): string {
  if (ingress) return 'have none'
  switch (rest?.to) {
    case 'default':
      return `all go to the default class ${classIdText(rest.classId)}`
    case 'unshaped':
      return 'pass all classes by, unshaped'
    case 'dropped':
      return 'are dropped'
    default:
      return 'go where no filter sends them'
  }
}
