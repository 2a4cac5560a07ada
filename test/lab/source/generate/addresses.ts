import type {Random} from '../../forks/random.js'
import type {LabDevice} from './devices.js'

export interface LabAddress {
  readonly text: string
  readonly dev: string
  readonly command: string
  /** Duplicate address detection is to find it on the other end of the veth. */
  readonly fails: boolean
}

/** First 64 bits, near to one another so that prefixes, labels and scopes tie often. */
export const NETWORKS = [
  '2001:db8:1:1',
  '2001:db8:1:2',
  '2001:db8:1:3',
  '2001:db8:2:1',
  '2001:db8:ff00:1',
  '2600:1:2:3',
  '2600:1:2:4',
  '2600:8000:2:3',
  'fd00:1:1:1',
  'fd00:1:1:2',
  'fd77:2:2:2',
  '2002:c000:201:1',
  '2002:c633:1:1',
  '2001:0:1:1',
  '2001:10:1:1',
  '2001:1f:1:1',
  'fec0:0:0:1',
  'fec0:0:0:2',
  '3ffe:1:1:1',
  '64:ff9b:0:0',
  'fe80:0:0:0',
  '0:0:0:0',
]

const HOSTS = ['1', '2', '10', '11', 'ff', '8000:0:0:1', 'aaaa:bbbb:cccc:dddd']

export function randomAddress(random: Random): string {
  return `${random.pick(NETWORKS)}:${padded(random.pick(HOSTS))}`
}

/** Four groups. */
function padded(host: string): string {
  const groups = host.split(':')
  return [...Array<string>(4 - groups.length).fill('0'), ...groups].join(':')
}

export function makeAddresses(random: Random, devices: readonly LabDevice[]): readonly LabAddress[] {
  const addresses: LabAddress[] = []
  for (const device of devices) {
    const count = device.loopback ? (random.chance(0.3) ? random.between(1, 2) : 0) : random.between(0, 5)
    for (let number = 0; number < count; number++) addresses.push(makeAddress(random, device))
  }
  if (random.chance(0.01)) addresses.push(...failing(random, devices))
  return addresses
}

function makeAddress(random: Random, device: LabDevice): LabAddress {
  const text = randomAddress(random)
  const {name: dev} = device
  const temporary = random.chance(0.25)
  const length = temporary ? 64 : random.pick([64, 64, 64, 128, 128, 127, 48, 32, 16, 10, 96, 112])
  const peer = !temporary && random.chance(0.08) ? `${randomAddress(random)}/${length}` : null
  const local = peer === null ? `${text}/${length}` : `${text} peer ${peer}`
  const flags = [
    ...(device.detects && random.chance(0.5) ? ['nodad'] : []),
    ...(device.optimistic && random.chance(0.7) ? ['optimistic'] : []),
    ...(temporary ? ['mngtmpaddr'] : []),
    ...(random.chance(0.5) ? ['noprefixroute'] : []),
    ...(random.chance(0.05) ? ['home'] : []),
    ...lifetimes(random, temporary),
  ]
  return {text, dev, fails: false, command: `addr add ${local} dev ${dev} ${flags.join(' ')}`.trim()}
}

function lifetimes(random: Random, temporary: boolean): readonly string[] {
  if (random.chance(0.2)) return ['valid_lft 4000 preferred_lft 0']
  return temporary || random.chance(0.1) ? ['valid_lft 3600 preferred_lft 1800'] : []
}

function failing(random: Random, devices: readonly LabDevice[]): readonly LabAddress[] {
  const device = devices.find(({detects, name}) => detects && name.startsWith('v'))
  if (device === undefined) return []
  const text = randomAddress(random)
  const peer = `p${device.name.slice(1)}`
  return [
    {text, dev: peer, fails: false, command: `addr add ${text}/64 dev ${peer} nodad`},
    {text, dev: device.name, fails: true, command: `addr add ${text}/64 dev ${device.name}`},
  ]
}

export function addressCommands(addresses: readonly LabAddress[]): readonly string[] {
  return addresses.map(({command}) => command)
}
