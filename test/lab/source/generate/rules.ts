import type {Random} from '../../forks/random.js'
import {type LabAddress, NETWORKS, randomAddress} from './addresses.js'
import type {LabDevice} from './devices.js'
import {TABLES} from './routes.js'

const PRIORITIES = [10, 20, 20, 30, 40, 50, 50, 60, 32765, 32770]
export const MARKS = [1, 2, 0x10, 0xff00]

/** Policy rules; in a few namespaces the initial ones are deleted, with or without others added before. */
export function ruleCommands(
  random: Random,
  devices: readonly LabDevice[],
  addresses: readonly LabAddress[],
): readonly string[] {
  const commands: string[] = []
  if (random.chance(0.7)) {
    for (let number = random.between(1, 7); number > 0; number--) commands.push(ruleCommand(random, devices, addresses))
  }
  if (random.chance(0.04)) commands.push('rule del pref 32766')
  if (random.chance(0.04)) {
    if (random.chance(0.5)) commands.push('rule add pref 70 lookup local')
    commands.push('rule del pref 0')
  }
  return commands
}

function ruleCommand(random: Random, devices: readonly LabDevice[], addresses: readonly LabAddress[]): string {
  const selectors = [
    ...(random.chance(0.35) ? [`from ${prefix(random, addresses)}`] : []),
    ...(random.chance(0.25) ? [`to ${prefix(random, addresses)}`] : []),
    ...(random.chance(0.2) ? [`oif ${random.chance(0.95) ? random.pick(devices).name : 'gone'}`] : []),
    ...(random.chance(0.15) ? [`iif ${random.chance(0.6) ? 'lo' : random.pick(devices).name}`] : []),
    ...(random.chance(0.3)
      ? [`fwmark ${random.pick(MARKS)}${random.chance(0.5) ? `/${random.pick(MARKS)}` : ''}`]
      : []),
    ...(random.chance(0.1) ? [`uidrange ${random.pick(['0-0', '1-5', '0-1000'])}`] : []),
    ...(random.chance(0.02) ? [`ipproto ${random.pick(['tcp', 'udp'])}`] : []),
    ...(random.chance(0.02) ? ['tos 0x10'] : []),
  ]
  const not = random.chance(0.15) && selectors.length > 0 ? 'not ' : ''
  const selector = selectors.length > 0 ? selectors.join(' ') : 'from all'
  return `rule add ${not}${selector} pref ${random.pick(PRIORITIES)} ${action(random)}`
}

function action(random: Random): string {
  const kind = random.between(0, 99)
  if (kind < 57) return `lookup ${random.pick(TABLES)}`
  if (kind < 77) return `lookup ${random.pick(TABLES)} suppress_prefixlength ${random.pick([0, 0, 16, 32, 48])}`
  if (kind < 91) return `goto ${random.pick([50, 60, 32766])}`
  return random.pick(['unreachable', 'blackhole', 'prohibit', 'nop'])
}

function prefix(random: Random, addresses: readonly LabAddress[]): string {
  const length = random.pick([3, 16, 32, 48, 64, 128])
  if (addresses.length > 0 && random.chance(0.6)) return `${random.pick(addresses).text}/${length}`
  return random.chance(0.5) ? `${random.pick(NETWORKS)}::/${length}` : `${randomAddress(random)}/${length}`
}
