import type {Random} from '../../forks/random.js'
import {type LabAddress, NETWORKS, randomAddress} from './addresses.js'
import type {LabDevice} from './devices.js'

export const TABLES = [254, 101, 102, 103]
/** Routers, also those whose neighbour entries are made. */
export const ROUTERS = ['fe80::9', 'fe80::a', '2001:db8:1:1::9', 'fd00:1:1:1::9']

/**
 * Routes of all types. None without a gateway is put between two with one of the same metric: the kernel's dump leaves
 * it out (fib6_dump_node()).
 */
export function routeCommands(
  random: Random,
  devices: readonly LabDevice[],
  addresses: readonly LabAddress[],
): readonly string[] {
  const commands = random.chance(0.6)
    ? [`route add default dev ${random.pick(devices).name} metric ${random.pick([1, 3000])}`]
    : []
  const withoutGateway = new Set<string>()
  for (let number = random.between(1, 12); number > 0; number--) {
    const dst = destination(random)
    const from = random.chance(0.15) ? ` from ${sourcePrefix(random, addresses)}` : ''
    const where = `${dst}${from} table ${random.pick(TABLES)} metric ${random.pick([50, 1024, 1024, 2000])}`
    const kind = random.between(0, 99)
    if (kind < 12) commands.push(`route append ${random.pick(REJECTING)} ${where}`)
    else if (kind < 45) {
      withoutGateway.add(where)
      commands.push(`route append ${where} dev ${random.pick(devices).name}${extras(random, addresses)}`)
    } else if (withoutGateway.has(where)) continue
    else if (kind < 85) commands.push(`route append ${where} ${gateway(random, devices)}${extras(random, addresses)}`)
    else {
      const hops = Array.from({length: random.between(2, 3)}, () => `nexthop ${gateway(random, devices)}`)
      commands.push(`route append ${where}${extras(random, addresses)} ${hops.join(' ')}`)
    }
  }
  return commands
}

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
  const preference = random.chance(0.25) ? ` pref ${random.pick(['low', 'medium', 'high'])}` : ''
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
