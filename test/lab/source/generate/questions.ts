import type {Random} from '../../forks/random.js'
import type {LabQuestion} from '../configuration.js'
import {type LabAddress, NETWORKS, randomAddress} from './addresses.js'
import type {LabDevice} from './devices.js'
import {ROUTERS} from './routes.js'
import {MARKS} from './rules.js'

const DESTINATIONS = 20
const SPECIAL = [
  '::',
  '::1',
  'ff02::1',
  'ff01::1',
  'ff05::2',
  'ff0e::1',
  'fe80::1',
  'fe80::9',
  '::1.2.3.4',
  '2001:10::1',
]

export function makeQuestions(
  random: Random,
  devices: readonly LabDevice[],
  addresses: readonly LabAddress[],
): readonly LabQuestion[] {
  return Array.from({length: DESTINATIONS}, () => {
    const dest = destination(random, addresses)
    const device = random.chance(0.99) ? random.pick(devices).name : 'gone'
    const linkScope = /^(fe80|ff0[12])/.test(dest)
    const kind = random.between(0, 99)
    const through = linkScope ? kind < 85 : kind < 20
    return {
      dest,
      ...(through ? (linkScope && device !== 'gone' && random.chance(0.3) ? {zone: device} : {oif: device}) : {}),
      ...(random.chance(0.25) ? {mark: random.pick(MARKS)} : {}),
    }
  })
}

function destination(random: Random, addresses: readonly LabAddress[]): string {
  const kind = random.between(0, 99)
  if (kind < 12) return random.pick(SPECIAL)
  if (kind < 20) return random.pick(ROUTERS)
  if (kind < 28 && addresses.length > 0) return random.pick(addresses).text
  // The subnet-router anycast address.
  if (kind < 33) return `${random.pick(NETWORKS)}::`
  if (kind < 80) return randomAddress(random)
  const groups = Array.from({length: 7}, () => random.between(0, 0xffff).toString(16))
  return [random.pick(['2001', '2600', '2a00', '2002', 'fd00', '2000', '3fff']), ...groups].join(':')
}
