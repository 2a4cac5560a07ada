import {admit} from '../../../src/models/traffic-control/admit.js'
import {parseTc} from '../../../src/models/traffic-control/parse.js'
import type {TcState} from '../../../src/models/traffic-control/state.js'
import {blocksOf} from '../../../src/models/traffic-control/table.js'
import type {Tp} from '../../../src/models/traffic-control/tables.js'
import {type Random, randomOf} from '../forks/random.js'
import {begin} from './kernel.js'

export type Argv = readonly string[]

export const DEVICES = ['v0', 'v1'] as const
export const BLOCKS = [7, 8] as const
/** Parents whose filters are compared after every step; the first stands for none. */
export const PARENTS = ['', '1:', '1:1', '1:2', '1:10', '2:', '2:1', 'ffff:', 'ffff:fff2', 'ffff:fff3'] as const

/** A sequence of commands of tc, the same for the same seed and index. Most are valid; some are not. */
export function generate(seed: number, index: number): readonly Argv[] {
  const random = randomOf(seed * 1_000_003 + index)
  const length = random.between(8, 26)
  const focus = random.pick(FOCUSES)
  const made: Argv[] = []
  let state = begin()
  const openings = random.chance(0.9) ? [...start(random)] : []
  while (made.length < length) {
    const argv = spell(random, openings.shift() ?? aim(random, focus(random), state))
    const parsed = parseTc(argv)
    const {admission, state: next} = admit(state, parsed)
    // A kernel that is asked for this never answers.
    if (admission.reason?.id === 'chain-being-flushed') continue
    state = next
    made.push(argv)
  }
  return made
}

/** What most scripts begin with. */
function* start(random: Random): Generator<string[]> {
  const dev = random.pick(['v0', 'v0', 'v0', 'v1'])
  if (random.chance(0.85)) {
    yield ['qdisc', 'add', 'dev', dev, 'root', 'handle', '1:', 'htb', 'default', '10']
    if (random.chance(0.8)) yield ['class', 'add', 'dev', dev, 'parent', '1:', 'classid', '1:1', 'htb', 'rate', '1mbit']
    if (random.chance(0.8))
      yield ['class', 'add', 'dev', dev, 'parent', '1:1', 'classid', '1:10', 'htb', 'rate', '1mbit']
    if (random.chance(0.3)) yield ['qdisc', 'add', 'dev', dev, 'parent', '1:10', 'handle', '2:', 'htb']
  }
  for (const name of DEVICES) {
    if (random.chance(0.3)) continue
    const side = random.pick(['ingress', 'ingress', 'clsact'])
    const shared = random.chance(0.25)
    yield [
      'qdisc',
      'add',
      'dev',
      name,
      ...(shared ? ['ingress_block', '7'] : []),
      ...(side === 'clsact' && random.chance(0.2) ? ['egress_block', '8'] : []),
      side,
    ]
  }
}

type Maker = (random: Random) => string[]

const opening: Maker = (random) => {
  const dev = random.pick(DEVICES)
  return random.pick<() => string[]>([
    () => ['qdisc', 'add', 'dev', dev, 'root', 'handle', '1:', 'htb', 'default', '10'],
    () => ['class', 'add', 'dev', dev, 'parent', '1:', 'classid', '1:1', 'htb', 'rate', '1mbit'],
    () => ['class', 'add', 'dev', dev, 'parent', '1:1', 'classid', '1:10', 'htb', 'rate', '1mbit'],
    () => ['qdisc', 'add', 'dev', dev, random.pick(['ingress', 'ingress', 'clsact'])],
    () => ['qdisc', 'add', 'dev', dev, 'ingress_block', '7', random.pick(['ingress', 'clsact'])],
    () => ['qdisc', 'add', 'dev', dev, 'egress_block', '8', 'clsact'],
  ])()
}

const filter: Maker = (random) => {
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

function place(random: Random): string[] {
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

const classes: Maker = (random) => {
  const verb = random.pick(['add', 'add', 'add', 'replace', 'change', 'delete', 'delete', 'delete'])
  const words = ['class', verb, 'dev', random.pick(['v0', 'v0', 'v1'])]
  if (random.chance(0.8))
    words.push(
      ...random.pick([
        ['parent', '1:'],
        ['parent', '1:1'],
        ['parent', '1:10'],
        ['parent', '1:2'],
        ['root'],
        ['parent', '2:'],
        ['parent', '1:99'],
      ]),
    )
  if (random.chance(0.95))
    words.push(
      'classid',
      random.pick(['1:1', '1:1', '1:10', '1:10', '1:2', '1:20', ':3', '2:1', '1:', '0x1:4', '1:30']),
    )
  if (verb === 'delete') return words
  if (random.chance(0.05)) return words
  return [
    ...words,
    ...random.pick([
      ['htb', 'rate', '1mbit'],
      ['htb', 'rate', '1mbit', 'ceil', '2mbit', 'prio', '3', 'burst', '15k'],
      ['htb', 'rate', '1mbit', 'quantum', '1500'],
      ['htb', 'ceil', '1mbit'],
      ['tbf', 'rate', '1mbit'],
      ['htb', 'rate', '1mbat'],
    ]),
  ]
}

const qdiscs: Maker = (random) => {
  const verb = random.pick(['add', 'add', 'add', 'replace', 'replace', 'change', 'link', 'delete', 'delete'])
  const words = ['qdisc', verb, 'dev', random.pick(['v0', 'v0', 'v1'])]
  const at = random.pick([
    ['root'],
    ['root'],
    ['parent', '1:1'],
    ['parent', '1:10'],
    ['parent', '1:2'],
    ['parent', '2:1'],
    ['parent', '1:'],
    ['parent', 'ffff:fff1'],
    ['ingress'],
    ['clsact'],
    ['parent', '3:1'],
    [],
  ])
  const atIngress = at[0] === 'ingress' || at[0] === 'clsact'
  if (atIngress && random.chance(0.25)) words.push('ingress_block', random.pick(['7', '8']))
  if (at[0] === 'clsact' && random.chance(0.2) && !words.includes('ingress_block'))
    words.push('egress_block', random.pick(['7', '8']))
  words.push(...at)
  if (atIngress) return random.chance(0.05) ? [...words, 'handle', 'ffff:'] : words
  if (random.chance(0.6)) words.push('handle', random.pick(['1:', '1:', '1', '2:', '2:', '3:', '10:', 'ffff:', '2:5']))
  if (random.chance(verb === 'delete' ? 0.15 : 0.95))
    words.push(
      ...random.pick([
        ['htb'],
        ['htb', 'default', '10'],
        ['htb', 'default', '0x20', 'r2q', '5'],
        ['tbf', 'rate', '1mbit', 'burst', '10k', 'latency', '50ms'],
        ['tbf', 'rate', '1mbit', 'burst', '10k', 'limit', '10k'],
        ['tbf', 'rate', '1mbit'],
        ['pfifo', 'limit', '10'],
        ['pfifo'],
        ['bfifo', 'limit', '10k'],
        ['noqueue'],
        ['prio'],
        ['htb', 'nonsense'],
        ['pfifo', 'limit', 'x'],
      ]),
    )
  return words
}

const chains: Maker = (random) => [
  'chain',
  random.pick(['add', 'add', 'delete']),
  ...place(random),
  ...random.pick([['chain', '1'], ['chain', '5'], [], ['chain', '5', 'u32'], ['chain', '0']]),
]

const odd: Maker = (random) =>
  random.pick([
    ['filter', 'add', 'dev', 'v0', 'parent', '1:', 'prio', '70000', 'u32', 'match', 'u32', '0', '0'],
    ['filter', 'add', 'dev', 'v0', 'dev', 'v1'],
    ['filter', 'add', 'dev', 'v0', 'protocol', 'vlan', 'prio', '1', 'u32'],
    ['filter', 'add', 'dev', 'v9', 'prio', '1', 'protocol', 'ip', 'u32', 'match', 'u32', '0', '0'],
    ['qdisc', 'add', 'dev', 'v9', 'root', 'htb'],
    ['class', 'delete', 'dev', 'v9', 'classid', '1:1'],
    ['filter', 'delete', 'dev', 'v0', 'parent', '1:', 'prio', '1', 'handle', '1'],
    ['filter', 'nonsense'],
    ['nonsense'],
    ['qdisc', 'add', 'dev'],
    ['filter', 'add', 'dev', 'v0', 'root', 'ingress', 'prio', '1'],
    ['filter', 'add', 'prio', '1', 'protocol', 'ip', 'u32', 'match', 'u32', '0', '0'],
    ['class', 'add', 'dev', 'v0', 'handle', '1:5'],
    ['qdisc', 'add', 'dev', 'v0', 'root', 'ingress'],
    ['filter', 'add', 'dev', 'v0', 'parent', '1:x'],
    ['filter', 'show', 'dev', 'v0'],
    ['qdisc'],
    ['filter', 'add', 'dev', 'v0', 'prio', '1', 'protocol', 'ip', 'u32', 'match', 'ip', 'nothing', '1', '1'],
    ['filter', 'add', 'block', '7', 'dev', 'v0', 'prio', '1'],
    ['filter', 'replace', 'dev', 'v0', 'parent', '1:', 'prio', '5'],
    ['-force', 'qdisc', 'show'],
    ['qdisc', 'delete', 'dev', 'v0', 'root'],
    ['qdisc', 'delete', 'dev', 'v0', 'ingress'],
  ])

const mix =
  (weights: readonly (readonly [Maker, number])[]): Maker =>
  (random) => {
    const makers = weights.flatMap(([maker, weight]) => Array.from({length: weight}, () => maker))
    return random.pick(makers)(random)
  }

/** Automatic priorities until there are no more. */
const automatic: Maker = (random) =>
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
const tables: Maker = (random) => {
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

const deepClasses: Maker = (random) => {
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

/** Takes words of a filter from what is there, so that more of them meet something. */
function aim(random: Random, argv: string[], {machine}: TcState): string[] {
  if (argv[0] !== 'filter' || !random.chance(0.7)) return argv
  const places = DEVICES.flatMap((name) =>
    [...blocksOf(machine.device(name))].map(({parent, block}) => ({
      block,
      words: block.index === 0 ? ['dev', name, 'parent', parentText(parent)] : ['block', String(block.index)],
    })),
  )
  if (places.length === 0) return argv
  const {block, words} = random.pick(places)
  const tp = [...block.chains.values()].flatMap((chain) => [...chain.tps.values()])
  const near = tp.length > 0 && random.chance(0.7) ? random.pick(tp) : null
  const aimed: string[] = []
  let kind = false
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? ''
    if (kind || at < 2) {
      aimed.push(word)
      if (at === 1) aimed.push(...words)
      continue
    }
    if (word === 'ingress' || word === 'egress' || word === 'root') continue
    const value = argv[at + 1] ?? ''
    if (word === 'dev' || word === 'parent' || word === 'block') at += 1
    else if (['prio', 'protocol', 'chain', 'handle'].includes(word)) {
      at += 1
      aimed.push(word, near === null || random.chance(0.2) ? value : (nearWord(random, word, near) ?? value))
    } else {
      kind = true
      aimed.push(word)
    }
  }
  return aimed
}

function nearWord(random: Random, word: string, near: Tp): string | null {
  if (word === 'prio') return String(near.prio)
  if (word === 'protocol') return random.chance(0.7) ? String(near.protocol) : null
  if (word === 'chain') return String(near.chain.index)
  const handles = [...(near.root === null ? near.filters : near.root.knodes).keys()]
  if (handles.length === 0) return null
  const handle = random.pick(handles)
  return near.root === null ? String(handle) : `0x${handle.toString(16)}`
}

function parentText(parent: number): string {
  return `${Math.floor(parent / 0x10000).toString(16)}:${(parent % 0x10000).toString(16)}`
}

const FOCUSES: readonly Maker[] = [
  mix([
    [filter, 8],
    [odd, 1],
    [opening, 1],
  ]),
  mix([
    [filter, 8],
    [odd, 1],
    [opening, 1],
  ]),
  mix([
    [filter, 5],
    [classes, 4],
    [qdiscs, 1],
    [opening, 1],
  ]),
  mix([
    [classes, 6],
    [qdiscs, 3],
    [filter, 2],
    [opening, 1],
  ]),
  mix([
    [qdiscs, 7],
    [filter, 2],
    [classes, 2],
    [opening, 1],
  ]),
  mix([
    [automatic, 8],
    [opening, 1],
  ]),
  mix([
    [filter, 6],
    [chains, 2],
    [opening, 2],
  ]),
  mix([
    [tables, 5],
    [filter, 4],
  ]),
  mix([
    [deepClasses, 8],
    [filter, 1],
    [classes, 2],
  ]),
]

const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  filter: ['f', 'fil'],
  qdisc: ['q'],
  class: ['c', 'cl'],
  add: ['a'],
  delete: ['del', 'd'],
  replace: ['repl', 'r'],
  change: ['ch', 'c'],
  prio: ['pref', 'p', 'priority', 'pri'],
  protocol: ['proto', 'pro'],
  match: ['m'],
  bytecode: ['bc', 'b'],
}

/** Abbreviates, as people do. */
function spell(random: Random, argv: readonly string[]): Argv {
  if (!random.chance(0.3)) return argv
  return argv.map((word, at) => {
    const others = SPELLINGS[word]
    // `match ip protocol` knows no short forms, and `chain` begins like `change` and `class`.
    if (others === undefined || argv[at - 1] === 'ip' || (argv[0] === 'chain' && at < 2)) return word
    return random.chance(0.5) ? random.pick(others) : word
  })
}
