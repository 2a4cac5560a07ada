import type {Random} from '../forks/random.js'
import {place} from './make-filters.js'
import {DEVICES} from './watched.js'

/** Makes up a command of tc. */
export type Maker = (random: Random) => string[]

export const opening: Maker = (random) => {
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

export const classes: Maker = (random) => {
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

export const qdiscs: Maker = (random) => {
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

export const chains: Maker = (random) => [
  'chain',
  random.pick(['add', 'add', 'delete']),
  ...place(random),
  ...random.pick([['chain', '1'], ['chain', '5'], [], ['chain', '5', 'u32'], ['chain', '0']]),
]

export const odd: Maker = (random) =>
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
