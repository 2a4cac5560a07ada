import type {Random} from '../../forks/random.js'
import {type LabAddress, NETWORKS, randomAddress} from './addresses.js'
import type {LabDevice} from './devices.js'

export const TABLES = [254, 101, 102, 103]
/** Routers, also those whose neighbour entries are made. */
export const ROUTERS = ['fe80::9', 'fe80::a', '2001:db8:1:1::9', 'fd00:1:1:1::9']

/**
 * Routes of all types. Left out is what the kernel's dump does not show: a route without a gateway between two with one
 * of the same metric (fib6_dump_node()), and the `src` and preference of all but the first of routes that were appended
 * to a multipath route (rt6_fill_node()).
 */
export function routeCommands(
  random: Random,
  devices: readonly LabDevice[],
  addresses: readonly LabAddress[],
): readonly string[] {
  const up = devices.filter(({bringUp}) => bringUp.length > 0)
  const commands =
    up.length > 0 && random.chance(0.8)
      ? [`route add default dev ${random.pick(up).name} metric ${random.pick([1, 3000, 3000])}`]
      : []
  if (up.length > 1 && random.chance(0.35)) commands.push(...rivals(random, up))
  const withoutGateway = new Set<string>()
  const extrasOf = new Map<string, string>()
  for (let number = random.between(1, 12); number > 0; number--) {
    const dst = destination(random)
    const from = random.chance(0.15) ? ` from ${sourcePrefix(random, addresses)}` : ''
    const where = `${dst}${from} table ${random.pick(TABLES)} metric ${random.pick([50, 1024, 1024, 2000])}`
    const kind = random.between(0, 99)
    const extra = extras(random, addresses)
    if (kind < 12) commands.push(`route append ${random.pick(REJECTING)} ${where}`)
    else if (kind < 45) {
      withoutGateway.add(where)
      commands.push(`route append ${where} dev ${random.pick(devices).name}${extra}`)
    } else if (!withoutGateway.has(where)) {
      const common = extrasOf.get(where) ?? extra
      extrasOf.set(where, common)
      const hops = Array.from({length: kind < 85 ? 1 : random.between(2, 3)}, () => gateway(random, devices))
      const [first] = hops
      const through = hops.length === 1 ? `${first}` : hops.map((hop) => `nexthop ${hop}`).join(' ')
      commands.push(`route append ${where}${common} ${through}`)
    }
  }
  return commands
}

/** `ip nexthop`: two of one next hop, and a group of both. */
export function nexthopObjects(
  random: Random,
  devices: readonly LabDevice[],
): {
  readonly single: readonly string[]
  readonly group: readonly string[]
  readonly routes: readonly string[]
} {
  const up = devices.filter(({loopback, bringUp}) => !loopback && bringUp.length > 0)
  if (up.length === 0 || !random.chance(0.15)) return {single: [], group: [], routes: []}
  const single = [1, 2].map((id) => {
    const dev = random.pick(up).name
    return `nexthop add id ${id} ${random.chance(0.8) ? `via ${random.pick(ROUTERS)} dev ${dev} onlink` : `dev ${dev}`}`
  })
  const route = () => `${destination(random)} table ${random.pick(TABLES)} metric ${random.pick([50, 1024])}`
  return {
    single: [...single, 'nexthop add id 3 blackhole'],
    group: ['nexthop add id 4 group 1/2'],
    routes: [4, 4, 1, 3].filter(() => random.chance(0.6)).map((id) => `route append ${route()} nhid ${id}`),
  }
}

/** Routes of one destination that only the preference of routers, or whether they answer, tells apart. */
function rivals(random: Random, up: readonly LabDevice[]): readonly string[] {
  const where = `${random.pick(['default', destination(random)])} table ${random.pick([254, 254, 101])}`
  const others = up.filter(({loopback}) => !loopback)
  if (others.length === 0) return []
  if (random.chance(0.5)) {
    const metric = random.pick([7, 8])
    return Array.from(
      {length: 3},
      () => `route append ${where} metric ${metric} dev ${random.pick(others).name} pref ${random.pick(PREFERENCES)}`,
    )
  }
  return [5, 6, 9].map(
    (metric) => `route append ${where} metric ${metric} ${gateway(random, others)} pref ${random.pick(PREFERENCES)}`,
  )
}

const PREFERENCES = ['low', 'medium', 'high']
const REJECTING = ['unreachable', 'blackhole', 'prohibit', 'throw']

function destination(random: Random): string {
  if (random.chance(0.35)) return 'default'
  return `${random.pick(NETWORKS)}::/${random.pick([3, 7, 16, 32, 48, 64, 64])}`
}

/** As `ip` takes it: bits below the length are masked by the kernel. */
function sourcePrefix(random: Random, addresses: readonly LabAddress[]): string {
  const length = random.pick([16, 32, 48, 64, 128])
  return `${addresses.length > 0 && random.chance(0.8) ? random.pick(addresses).text : randomAddress(random)}/${length}`
}

function gateway(random: Random, devices: readonly LabDevice[]): string {
  const others = devices.filter(({loopback}) => !loopback)
  return `via ${random.pick(ROUTERS)} dev ${random.pick(others).name} onlink`
}

function extras(random: Random, addresses: readonly LabAddress[]): string {
  const src = addresses.length > 0 && random.chance(0.2) ? ` src ${random.pick(addresses).text}` : ''
  const preference = random.chance(0.25) ? ` pref ${random.pick(PREFERENCES)}` : ''
  const expires = random.chance(0.05) ? ' expires 3000' : ''
  return `${src}${preference}${expires}`
}

/** Entries that do not change while the test lasts. */
export function neighbourCommands(random: Random, devices: readonly LabDevice[]): readonly string[] {
  if (random.chance(0.4)) return []
  const others = devices.filter(({loopback}) => !loopback)
  return Array.from({length: random.between(1, 6)}, () => {
    const address = random.chance(0.85) ? random.pick(ROUTERS) : randomAddress(random)
    const state = random.pick(['failed', 'failed', 'permanent', 'noarp', 'stale'])
    const lladdr = state === 'failed' ? '' : ' lladdr 02:00:00:00:00:09'
    return `neigh replace ${address} dev ${random.pick(others).name}${lladdr} nud ${state}`
  })
}
