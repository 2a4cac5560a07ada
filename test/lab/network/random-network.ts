import {type Random, randomOf} from '../forks/random.js'

/** A network namespace made up at random, and destinations to ask about in it. */
export interface MadeUpNetwork {
  /** Commands of `ip -batch`; some may be refused, the kernel then simply has it not. */
  readonly ip: readonly string[]
  /** Settings of /proc/sys/net/ipv6/conf. */
  readonly sysctls: readonly string[]
  readonly asked: readonly {readonly dest: string; readonly oif?: string; readonly mark?: number}[]
}

const QUESTIONS = 40
const prefixes = [
  '2001:db8:1::',
  '2001:db8:2::',
  '2001:db8:2:8000::',
  'fd00:1::',
  'fd00:2::',
  '2002:c000:204::',
  '2600::',
]

/**
 * Names with dots and other characters that paths and batches must bear, indexes against the order of the devices,
 * and what `ip route get` can show: addresses of all sorts, labels, routes with `src`, tables by mark and device.
 */
export function makeUpNetwork(seed: number): MadeUpNetwork {
  const random = randomOf(seed)
  const {between, chance, pick} = random
  const names = ['e0', 'eth0.100', 'wg-x', 'b@r', 'v{1}'].slice(0, between(2, 5))
  const indexes = names.map((_, number) => (chance(0.5) ? 10 + number : 500 - number * 7))
  const ip = names.map((name, number) => `link add ${name} index ${indexes[number]} type veth peer name p${number}`)
  const sysctls: string[] = []
  for (const [number, name] of names.entries()) {
    sysctls.push(`${name}/use_tempaddr=${pick([0, 1, 2, 2])}`)
    if (chance(0.15)) sysctls.push(`${name}/use_oif_addrs_only=1`)
    ip.push(`link set p${number} up`)
    if (chance(0.9)) ip.push(`link set ${name} up`)
    for (let count = between(0, 3); count > 0; count--) ip.push(randomAddress(random, name))
    if (chance(0.1)) ip.push(`link set ${name} down`)
  }
  if (chance(0.3)) ip.push('address add 2001:db8:ffff::1/128 dev lo')
  for (let count = between(0, 2); count > 0; count--) {
    ip.push(`addrlabel add prefix ${pick(prefixes)}/${pick([16, 32, 48])} label ${pick([1, 5, 77])}`)
  }
  if (chance(0.3)) ip.push(`addrlabel add prefix ${pick(prefixes)}/32 dev ${pick(names)} label 78`)
  // The other ends have no global address: by them, addresses of several devices are as good as each other.
  const devices = [...names, ...names.map((_, number) => `p${number}`)]
  const own = ip.flatMap((line) => /^address add (\S+)\//.exec(line)?.[1] ?? [])
  if (chance(0.7)) ip.push(`route add default dev ${pick(devices)} metric 2000`)
  for (let count = between(1, 4); count > 0; count--) ip.push(randomRoute(random, devices, own))
  if (chance(0.4)) ip.push(`-6 rule add pref 100 fwmark 0x1/0xff lookup 100`)
  if (chance(0.3)) ip.push(`-6 rule add pref 200 to ${pick(prefixes)}/32 lookup 100`)
  if (chance(0.2)) ip.push(`-6 rule add pref 300 oif ${pick(names)} lookup 100`)
  if (chance(0.1)) ip.push(`-6 rule add pref 400 to ${pick(prefixes)}/48 unreachable`)
  const asked = Array.from({length: QUESTIONS}, () => ({
    dest: chance(0.15) ? '2a00::1' : `${pick(prefixes)}${between(1, 0xff).toString(16)}`,
    ...(chance(0.25) ? {oif: pick(names)} : {}),
    ...(chance(0.25) ? {mark: pick([1, 2, 0x101])} : {}),
  }))
  return {ip: ip.map((line) => line.replace(/^-6 /, '')), sysctls, asked}
}

/** Small, and decided by what the names of these parts say: a reader that gets one of them wrong is found out. */
export const decisive: MadeUpNetwork = {
  ip: [
    'link add late index 500 type veth peer name p0',
    'link add early index 10 type veth peer name p1',
    'link add out index 600 type veth peer name p2',
    ...['late', 'early', 'out', 'p0', 'p1', 'p2'].map((name) => `link set ${name} up`),
    // Of two that are as good, the order of devices decides; it is not that of their indexes.
    'address add 2001:db8:a::1/64 dev late nodad',
    'address add 2001:db8:b::1/64 dev early nodad',
    'route add 2a00::/16 dev out',
    // The order of addresses: the latest comes first.
    'address add 2001:db8:c::1/64 dev early nodad',
    'address add 2001:db8:d::1/64 dev early nodad',
    'route add 2a01::/16 dev early',
    // The privacy that its settings ask for.
    'address add 2001:db8:e::1/64 dev late mngtmpaddr noprefixroute valid_lft 3600 preferred_lft 1800',
    'route add 2001:db8:e::/64 dev late',
    // A label of its own.
    'addrlabel add prefix 2a02::/16 label 99',
    'addrlabel add prefix 2001:db8:c::/64 label 99',
    'route add 2a02::/16 dev early',
  ],
  sysctls: ['late/use_tempaddr=2'],
  asked: ['2a00::1', '2a01::1', '2001:db8:e::99', '2a02::1'].map((dest) => ({dest})),
}

function randomAddress({between, chance, pick}: Random, dev: string): string {
  const address = `${pick(prefixes)}${between(1, 0xff).toString(16)}/${pick([64, 64, 48, 128])}`
  if (chance(0.3)) return `address add ${address} dev ${dev} mngtmpaddr noprefixroute valid_lft 3600 preferred_lft 1800`
  const lifetime = chance(0.25) ? ' preferred_lft 0' : ''
  return `address add ${address} dev ${dev} nodad${lifetime}`
}

function randomRoute({between, chance, pick}: Random, names: readonly string[], own: readonly string[]): string {
  const dst = chance(0.4) ? 'default' : `${pick(prefixes)}/${pick([16, 32, 48])}`
  const table = chance(0.3) ? ' table 100' : ''
  if (chance(0.1))
    return `route add ${pick(['unreachable', 'blackhole', 'prohibit'])} ${dst} metric ${between(1, 9)}${table}`
  const via = chance(0.5) ? ' via fe80::1' : ''
  const source = own.length > 0 && chance(0.3) ? ` src ${pick(own)}` : ''
  const preference = chance(0.2) ? ` pref ${pick(['low', 'high'])}` : ''
  return `route add ${dst}${via} dev ${pick(names)} metric ${between(100, 102)}${table}${source}${preference}`
}
