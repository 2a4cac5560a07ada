import {type Random, randomOf} from '../forks/random.js'
import type {Configuration, Name} from './configuration.js'
import {generateGaiConf} from './generate-gai-conf.js'

/** ARPHRD_TUNNEL, ARPHRD_TUNNEL6, ARPHRD_SIT, ARPHRD_IPGRE, ARPHRD_NONE. */
const hardware = [768, 769, 776, 778, 0xfffe]

/** Prefixes in which hosts, destinations and lines of gai.conf meet. */
const prefixes6: readonly (readonly [string, number])[] = [
  ['2001:db8:1:1::', 64],
  ['2001:db8:1:2::', 64],
  ['2001:db8:2::', 48],
  ['2400:1::', 32],
  ['fd00:1:1:1::', 64],
  ['fd00:1:1:2::', 64],
  ['fec0:0:0:1::', 64],
  ['2002:c633:6401::', 48],
  ['2001:0:1::', 32],
  ['::c633:6400', 120],
]

const prefixes4: readonly (readonly [string, number])[] = [
  ['10.1.0', 16],
  ['10.1.1', 24],
  ['192.168.1', 24],
  ['172.16.5', 28],
  ['198.51.100', 24],
  ['203.0.113', 25],
  ['169.254.7', 16],
]

const specials = [
  '::1',
  '127.0.0.1',
  '127.0.0.5',
  '127.9.9.9',
  '127.9.9.8',
  '127.9.1.1',
  '::',
  '0.0.0.0',
  'fe80::5',
  'ff02::1',
  'ff05::2',
  'ff0e::3',
  '224.0.0.1',
  '239.1.1.1',
  '255.255.255.255',
  '::ffff:127.0.0.1',
  '::ffff:10.1.1.20',
  '64:ff9b::a01:114',
]

/** The same seed and index give the same configuration on every machine. */
export function generate(seed: number, index: number): Configuration {
  const random = randomOf(Math.imul(seed, 1_000_003) + index)
  const tunnels = Array.from({length: random.chance(0.5) ? random.between(1, 2) : 0}, (_, at) => {
    return [`t${at}`, random.pick(hardware)] as const
  })
  const devices = ['a0', 'a1', ...(random.chance(0.4) ? ['b0', 'b1'] : [])]
  const links = [
    ...(random.chance(0.9) ? ['link set lo up'] : []),
    'link add a0 type veth peer name a1',
    ...(devices.length > 2 ? ['link add b0 type veth peer name b1'] : []),
    ...[...devices, ...tunnels.map(([name]) => name)]
      .filter(() => random.chance(0.95))
      .map((dev) => `link set ${dev} up`),
  ]
  const all = [...devices, ...tunnels.map(([name]) => name), 'lo']
  const ipv6 = random.chance(0.85)
  const sysctl: (readonly [string, number])[] = []
  for (const dev of devices) {
    if (!ipv6) sysctl.push([`ipv6/conf/${dev}/disable_ipv6`, 1])
    // With as many probes an optimistic address stays one for as long as the case takes.
    else
      sysctl.push(
        [`ipv6/conf/${dev}/optimistic_dad`, 1],
        [`ipv6/conf/${dev}/use_optimistic`, 1],
        [`ipv6/conf/${dev}/dad_transmits`, 1000],
      )
  }
  if (!ipv6) sysctl.push(...tunnels.map(([name]) => [`ipv6/conf/${name}/disable_ipv6`, 1] as const))
  if (random.chance(0.1)) sysctl.push(['ipv6/bindv6only', 1])
  const here6 = some(random, 1, 3, () => random.pick(prefixes6))
  const here4 = some(random, 1, 3, () => random.pick(prefixes4))
  const ip = [
    ...(random.chance(0.3)
      ? [`address add 127.0.0.${random.between(2, 4)}/${random.pick([8, 32])} dev ${random.pick(all)}`]
      : []),
    ...some(random, 0, 6, () => address6(random, random.pick(here6), random.pick(all))),
    ...some(random, 0, 5, () => address4(random, random.pick(here4), random.pick(all))),
    ...routes(random, all),
  ]
  const names = some(random, 5, 5, (at): Name => {
    const addresses = some(random, 2, random.chance(0.1) ? 20 : 8, () => destination(random, here6, here4))
    return {name: `n${at}.test`, addresses}
  })
  const near = [...here6.map(([prefix, length]) => `${prefix}/${length}`), ...names.flatMap(({addresses}) => addresses)]
  return {tunnels, links, sysctl, ip, gai: random.chance(0.15) ? null : generateGaiConf(random, near), names}
}

function address6(random: Random, [prefix, length]: readonly [string, number], dev: string): string {
  const address = random.chance(0.05) ? `fe80::${random.between(1, 3)}` : host6(random, prefix)
  const plain = `address add ${address}/${random.pick([length, length, 64, 128])} dev ${dev}`
  if (random.chance(0.08))
    return `address add ${address} peer ${host6(random, prefix)}/${random.pick([64, 128])} dev ${dev} nodad`
  if (random.chance(0.2)) return `${plain} nodad valid_lft forever preferred_lft 0`
  // Refused on devices that do not detect duplicates: then it is an ordinary address.
  if (random.chance(0.15)) return `${plain} optimistic`
  if (random.chance(0.05)) return `${plain} nodad home`
  return `${plain} nodad`
}

function address4(random: Random, [prefix, length]: readonly [string, number], dev: string): string {
  const address = `${prefix}.${random.between(1, 3)}`
  if (random.chance(0.1)) return `address add ${address} peer ${prefix}.${random.between(4, 9)}/32 dev ${dev}`
  const plain = `address add ${address}/${random.pick([length, length, 24, 32, 8, 1, 0])} dev ${dev}`
  return random.chance(0.15) ? `${plain} valid_lft forever preferred_lft 0` : plain
}

function routes(random: Random, devices: readonly string[]): readonly string[] {
  const commands: string[] = []
  if (random.chance(0.8)) commands.push(`route add ::/0 dev ${random.pick(devices)}`)
  if (random.chance(0.8)) commands.push(`route add default dev ${random.pick(devices)}`)
  for (const [prefix, length] of prefixes6) {
    if (random.chance(0.25))
      commands.push(`route add ${prefix}/${length} dev ${random.pick(devices)} metric ${random.between(1, 2000)}`)
    if (random.chance(0.05))
      commands.push(`route add ${random.pick(['unreachable', 'blackhole'])} ${prefix}/${length + 4} metric 1`)
  }
  for (const [prefix, length] of prefixes4) {
    if (random.chance(0.25))
      commands.push(
        `route add ${prefix}.0/${Math.max(24, length)} dev ${random.pick(devices)} metric ${random.between(1, 2000)}`,
      )
    if (random.chance(0.05)) commands.push(`route add unreachable ${prefix}.0/28 metric 1`)
  }
  if (random.chance(0.3)) commands.push(`route add local 127.9.0.0/16 dev lo src 127.0.0.${random.between(1, 4)}`)
  return commands
}

function destination(
  random: Random,
  here6: readonly (readonly [string, number])[],
  here4: readonly (readonly [string, number])[],
): string {
  if (random.chance(0.15)) return random.pick(specials)
  if (random.chance(0.55)) {
    const [prefix] = random.pick(random.chance(0.5) ? here6 : prefixes6)
    return host6(random, prefix)
  }
  const [prefix] = random.pick(random.chance(0.5) ? here4 : prefixes4)
  return `${prefix}.${random.between(1, 254)}`
}

/** An address below the prefix that differs from others in a bit anywhere in its second half. */
function host6(random: Random, prefix: string): string {
  if (prefix.startsWith('::')) return `::c633:64${random.between(16, 255).toString(16)}`
  const group = (): string => (random.chance(0.4) ? (1 << random.between(0, 15)).toString(16) : '0')
  return `${prefix.replace(/::$/, '')}::${group()}:${random.between(1, 0xfff).toString(16)}`
}

function some<T>(random: Random, least: number, most: number, make: (at: number) => T): T[] {
  return Array.from({length: random.between(least, most)}, (_, at) => make(at))
}
