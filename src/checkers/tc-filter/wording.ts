import {classIdText} from '../../facts/traffic-filters/filter.js'
import type {Destination} from '../../models/traffic-shaping/classify.js'
import {listed} from '../shared/lists.js'
import type {JudgedCommand} from './judged-script.js'

/** All wording of the checker, by rule. Strings of the host are untrusted and escaped when printed. */
export const wording = {
  skipped: 'no device has filters, and no script runs tc',
  unfollowed: (place: string, what: string, more: number) =>
    `${place}: ${what}${more > 0 ? `, and ${more} more places` : ''}: what it does with tc is not known`,
  era: (kernel: string) => `Linux ${kernel}`,
  filtersOf: (name: string) => `Filters of ${name}`,
  filtersByScript: (path: string, dev: string) => `Filters that ${path} gives ${dev}`,
  printed: 'tc prints',
  'priority-two-protocols': {
    summary: (path: string, commands: readonly JudgedCommand[]) =>
      `${path} adds filters that the kernel refuses (${linesText(commands)}): ${priorities(commands)} a filter for another protocol`,
    why: () =>
      'At one place (device, parent, chain) a priority holds filters of one protocol and one kind (tc_new_tfilter()). “ip” and “ipv6” are two protocols, and “all”, which is meant where none is named, is a third.',
    patch: 'Give each protocol a priority of its own, as “netdoctor predict tc --fix” does',
    byHand: 'Give each protocol and each kind of filters a priority of its own',
    byCommand: (path: string) =>
      `Give each protocol and each kind of filters a priority of its own, as “netdoctor predict tc --fix ${path}” does`,
  },
  'priority-two-kinds': {
    summary: (path: string, commands: readonly JudgedCommand[]) =>
      `${path} adds filters that the kernel refuses (${linesText(commands)}): ${priorities(commands)} a filter of another kind`,
    why: () =>
      'At one place (device, parent, chain) a priority holds filters of one kind, for each kind is a classifier of its own with data of its own (tc_new_tfilter()).',
  },
  'priorities-exhausted': {
    summary: (path: string, commands: readonly JudgedCommand[]) =>
      `${path} adds filters without a priority that the kernel refuses (${linesText(commands)}): it has none left to choose`,
    why: () =>
      'Without “prio” the kernel takes one less than the lowest priority above 32768 in the chain, at first 49152. Where 32768 is in use there is nothing less to take (tcf_chain_tp_find(), tcf_auto_prio()).',
    remedy: 'Name a priority in each of these commands, or give the filter at 32768 another one',
  },
  'protocol-unknown': {
    summary: (path: string, commands: readonly JudgedCommand[]) =>
      `${path} adds filters for a protocol that tc does not know (${linesText(commands)})`,
    why: () =>
      'tc looks the word behind “protocol” up in a list of its own (lib/ll_proto.c) and ends with 255 before it asks the kernel. The list has ip, ipv6, arp, all, 802.1Q, 802.1ad and some more; any number is taken, too.',
    remedy: 'Write ipv6 for ip6, 802.1Q for vlan; for others the number: 0x86dd',
  },
  'command-refused': {
    summary: (path: string, commands: readonly JudgedCommand[]) =>
      `${path} has commands that are refused (${linesText(commands)}): ${commands[0]?.fresh.admission.reason?.text ?? ''}`,
    why: ({fresh}: JudgedCommand) =>
      fresh.admission.reason?.where
        ? `${fresh.admission.reason.where} decides. That holds whatever is configured before the script runs, for the script itself makes the place anew.`
        : 'tc itself refuses the command, whatever is configured.',
    remedy: 'Put the command right, or make what it names first',
  },
  'class-missing': {
    summary: (filters: string, ids: readonly string[], to: Destination) =>
      `${filters} send packets to ${ids.length === 1 ? `class ${ids[0]}, which does` : `classes ${listed(ids)}, which do`} not exist: ${ends[to.to](to)}`,
    why: (kind: string, to: Destination) =>
      `The kernel takes a filter whatever its flowid, for the class may be made later. When a packet matches, ${kind}_classify() looks the class up${to.to === 'first-band' ? '' : ', and where there is none it asks no further filter'}.`,
    classes: (ids: readonly string[]) => `classes: ${listed(ids, 12)}`,
    remedy: (ids: readonly string[], dev: string) =>
      `Add ${ids.length === 1 ? `class ${ids[0]}` : `the classes ${listed(ids)}`} to ${dev}, or send these filters to one that exists`,
  },
  'family-unshaped': {
    summary: (filters: string, other: string, family: string, rest: Destination | null, ingress: boolean) =>
      ingress
        ? `${filters} limit or redirect incoming ${other} packets, and none looks at ${family}: ${family} packets come in as they are`
        : `${filters} sort ${other} packets, and none looks at ${family}: ${family} packets ${unfiltered(rest)}`,
    why: (other: string, family: string) =>
      `A filter with “protocol ${other === 'IPv4' ? 'ip' : 'ipv6'}” is passed over for every other protocol (tcf_classify()); ${family === 'IPv6' ? 'IPv6 is ipv6 there (0x86dd), never ip' : 'IPv4 is ip there (0x0800), never ipv6'}. Only “protocol all” looks at both.`,
    remedy: (family: string, dev: string) =>
      `Give ${dev} filters for ${family} too, with a priority of their own each (a priority holds one protocol), or one of “protocol all”`,
    unknown: (name: string) => `whether IPv6 packets pass ${name}`,
  },
  'mark-never-set': {
    summary: (filters: string, marks: readonly string[]) =>
      `${filters} ask for ${marks.length === 1 ? `firewall mark ${marks[0]}` : `firewall marks ${listed(marks)}`}, which no rule of nftables or iptables sets`,
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

/** `line 4`, `lines 4, 7, 9` */
function linesText(commands: readonly JudgedCommand[]): string {
  const lines = [...new Set(commands.map(({command}) => command.line))]
  return `${lines.length === 1 ? 'line' : 'lines'} ${listed(lines.map(String), 6)}`
}

/** `priority 3 holds`, `priorities 3, 4 hold` */
function priorities(commands: readonly JudgedCommand[]): string {
  const all = [...new Set(commands.flatMap(({parsed}) => (parsed.type === 'filter' ? [parsed.prio] : [])))]
  return all.length === 1 ? `priority ${all[0]} holds` : `each of the priorities ${listed(all.map(String), 6)} holds`
}

const ends: {readonly [To in Destination['to']]: (to: Destination) => string} = {
  class: () => '',
  default: (to) => `they go to the default class${to.to === 'default' ? ` ${classIdText(to.classId)}` : ''}`,
  unshaped: () => 'they pass all classes by, unshaped',
  dropped: () => 'they are dropped',
  'first-band': () => 'they go to the band of priority 0',
}

function unfiltered(rest: Destination | null): string {
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
