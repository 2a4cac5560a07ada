import type {Random} from '../forks/random.js'
import type {Maker} from './make.js'

export const filter: Maker = (random) => {
  const verb = random.pick(['add', 'add', 'add', 'add', 'replace', 'replace', 'change', 'delete', 'delete'])
  const kind = random.pick(['u32', 'u32', 'u32', 'bpf', 'bpf', 'flower'])
  const words = ['filter', verb, ...place(random)]
  if (random.chance(verb === 'delete' ? 0.9 : 0.75)) words.push('prio', prio(random))
  if (random.chance(0.7)) words.push('protocol', random.pick(PROTOCOLS))
  if (random.chance(0.2)) words.push('chain', random.pick(['0', '1', '5', '0x5']))
  const handle = random.chance(verb === 'add' ? 0.2 : 0.5) ? handleOf(random, kind) : null
  if (handle !== null) words.push('handle', handle)
  if (verb === 'delete' && random.chance(handle === null ? 0.6 : 0)) return words
  words.push(kind)
  if (kind === 'flower' || random.chance(verb === 'delete' ? 0.9 : 0.03)) return words
  return [...words, ...(kind === 'u32' ? u32(random) : bpf(random))]
}

const PROTOCOLS = ['ip', 'ip', 'ip', 'ipv6', 'ipv6', 'all', 'arp', '0x86dd', 'IP', '802.1q', 'ipv4', '0']

function prio(random: Random): string {
  return random.pick([
    '1',
    '1',
    '1',
    '2',
    '2',
    '3',
    '0x1',
    '010',
    '49152',
    '49151',
    '32769',
    '32768',
    '50000',
    '0',
    '65535',
  ])
}

export function place(random: Random): string[] {
  if (random.chance(0.12)) return ['block', random.pick(['7', '8', '9', '0x7'])]
  const dev = ['dev', random.pick(['v0', 'v0', 'v0', 'v1'])]
  const at = random.pick([
    [],
    [],
    ['parent', '1:'],
    ['parent', '1:'],
    ['parent', '1:'],
    ['parent', '1:'],
    ['parent', '1:'],
    ['parent', '1:0'],
    ['parent', '10000'],
    ['parent', '1:1'],
    ['parent', '1:10'],
    ['parent', '2:'],
    ['parent', 'ffff:'],
    ['parent', 'ffff:fff2'],
    ['ingress'],
    ['ingress'],
    ['egress'],
    ['parent', 'ffff:5'],
    ['root'],
    ['parent', '2:1'],
  ])
  return random.chance(0.85) ? [...dev, ...at] : [...at, ...dev]
}

function handleOf(random: Random, kind: string): string {
  if (kind === 'bpf') return random.pick(['1', '1', '2', '0x3', '7'])
  return random.pick([
    '800::800',
    '800::800',
    '800::801',
    '800::1',
    '801::800',
    '::1',
    ':0:2',
    '1:',
    '2:',
    '800:',
    'fff:',
    '5:1:3',
    '801:',
    '802::800',
  ])
}

function u32(random: Random): string[] {
  const words: string[] = []
  if (random.chance(0.12)) return ['divisor', random.pick(['1', '4', '256', '0x10'])]
  if (random.chance(0.95)) words.push(...match(random))
  if (random.chance(0.1)) words.push(...match(random))
  if (random.chance(0.12)) words.push('ht', random.pick(['1:', '2:3:', '800:', '801:', 'fff:', '1:1:', '5:']))
  if (random.chance(0.1)) words.push('link', random.pick(['1:', '2:', '801:', '800:', '802:']))
  if (random.chance(0.6)) words.push(random.pick(['flowid', 'classid', 'flowid', 'class']), target(random))
  if (random.chance(0.06)) words.push('order', random.pick(['1', '5', '0x800']))
  return words
}

function match(random: Random): string[] {
  return [
    'match',
    ...random.pick([
      ['u32', '0', '0'],
      ['ip', 'dport', '80', '0xffff'],
      ['ip', 'src', '10.0.0.0/8'],
      ['ip', 'dst', '192.168.1.1'],
      ['ip', 'protocol', '6', '0xff'],
      ['ip6', 'dst', '2001:db8::/33'],
      ['u16', '0x0800', 'ffff', 'at', '-2'],
      ['u8', '5', 'f', 'at', 'nexthdr+0'],
      ['tcp', 'dst', '443', 'ffff'],
      ['ip', 'tos', '0x10', 'ff'],
      ['ip', 'df'],
      ['ether', 'dst', '02:00:00:00:00:01'],
      ['ip', 'sport', '70000', 'ffff'],
      ['u16', '1', '1', 'at', '3'],
      ['ip', 'src', '10.0.0.0/40'],
      ['icmp', 'type', '8', '0xff'],
      ['mark', '1', '0xff', 'match', 'u32', '0', '0'],
      ['mark', '3', '0x1', 'match', 'u32', '0', '0'],
    ]),
  ]
}

function bpf(random: Random): string[] {
  const words = random.chance(0.9)
    ? ['bytecode', random.pick(['1,6 0 0 0,', '1,6 0 0 4294967295', '2,40 0 0 12,6 0 0 1,'])]
    : random.pick([['bytecode', '2,6 0 0 0,'], ['bytecode', '1,6 0 0,'], ['nothing'], ['da']])
  if (random.chance(0.5)) words.push(random.pick(['flowid', 'classid', 'flow']), target(random))
  return words
}

const target = (random: Random): string => random.pick(['1:1', '1:10', '1:10', '1:20', '1:2', '2:1', '1:', '99:1'])

/** Automatic priorities until there are no more. */
export const automatic: Maker = (random) =>
  random.chance(0.15)
    ? filter(random)
    : [
        'filter',
        random.pick(['add', 'add', 'replace']),
        'dev',
        'v0',
        ...random.pick([['parent', '1:'], ['ingress']]),
        ...random.pick([[], [], [], ['prio', '32769'], ['prio', '32770'], ['prio', '32768'], ['prio', '49152']]),
        'protocol',
        random.pick(['ip', 'ipv6']),
        'u32',
        'match',
        'u32',
        '0',
        '0',
      ]

/** Hash tables of u32: made, linked to, filled, deleted. */
export const tables: Maker = (random) => {
  const table = random.pick(['1:', '1:', '1:', '2:', '2:', '801:'])
  const at = ['dev', 'v0', 'parent', '1:', 'prio', random.pick(['1', '1', '2']), 'protocol', 'ip']
  return random.pick<() => string[]>([
    () => ['filter', 'add', ...at, 'handle', table, 'u32', 'divisor', random.pick(['1', '16'])],
    () => ['filter', 'add', ...at, 'u32', 'divisor', '4'],
    () => [
      'filter',
      'add',
      ...at,
      'u32',
      'ht',
      `${table}${random.pick(['', '2:', '3:'])}`,
      'match',
      'u32',
      '0',
      '0',
      'flowid',
      '1:10',
    ],
    () => ['filter', 'add', ...at, 'u32', 'link', table, 'match', 'ip', 'src', '10.0.0.0/8'],
    () => [
      'filter',
      'add',
      ...at,
      'u32',
      'ht',
      '1:',
      'sample',
      'ip',
      'protocol',
      '6',
      '0xff',
      'match',
      'u32',
      '0',
      '0',
    ],
    () => [
      'filter',
      random.pick(['replace', 'change']),
      ...at,
      'handle',
      `${table}:800`,
      'u32',
      'match',
      'u32',
      '0',
      '0',
      'flowid',
      '1:1',
    ],
    () => ['filter', 'replace', ...at, 'handle', '800::800', 'u32', 'match', 'u32', '0', '0', 'link', table],
    () => [
      'filter',
      'delete',
      ...at,
      'handle',
      random.pick([table, `${table}:800`, `${table}2:800`, '800::800']),
      'u32',
    ],
    () => ['filter', 'delete', ...at],
  ])()
}

export const deepClasses: Maker = (random) => {
  const from = random.between(1, 10)
  if (random.chance(0.2)) return ['class', 'delete', 'dev', 'v0', 'classid', `1:${from}`]
  if (random.chance(0.1))
    return [
      'qdisc',
      'add',
      'dev',
      'v0',
      'parent',
      `1:${from}`,
      'handle',
      `${random.between(2, 4)}:`,
      random.pick(['pfifo', 'htb']),
    ]
  return [
    'class',
    random.pick(['add', 'add', 'replace']),
    'dev',
    'v0',
    'parent',
    `1:${from}`,
    'classid',
    `1:${from + 1}`,
    'htb',
    'rate',
    '1mbit',
  ]
}
