import type {Random} from '../../forks/random.js'

export interface LabDevice {
  readonly name: string
  readonly loopback: boolean
  readonly create: readonly string[]
  /** Written before the device comes up. */
  readonly before: readonly (readonly [string, number])[]
  readonly bringUp: readonly string[]
  /** Duplicate address detection takes longer than the test, so that addresses stay tentative. */
  readonly detects: boolean
  readonly optimistic: boolean
}

/** lo and up to four pairs of veth, in an order of their own: up, without carrier, or down. */
export function makeDevices(random: Random): readonly LabDevice[] {
  const devices: LabDevice[] = [
    {
      name: 'lo',
      loopback: true,
      create: [],
      before: [],
      bringUp: random.chance(0.9) ? ['link set lo up'] : [],
      detects: false,
      optimistic: false,
    },
  ]
  const pairs = random.between(1, 4)
  const indexes = shuffled(
    random,
    Array.from({length: pairs * 2}, (_, index) => 10 + index),
  )
  for (let pair = 0; pair < pairs; pair++) {
    const [name, peer] = [`v${pair}`, `p${pair}`]
    const bothUp = random.chance(0.75)
    const upLinks = bothUp ? [name, peer] : random.chance(0.6) ? [name] : []
    const create = `link add name ${name} index ${indexes[pair * 2]} type veth peer name ${peer} index ${indexes[pair * 2 + 1]}`
    devices.push(veth(random, name, [create], upLinks.includes(name)), veth(random, peer, [], upLinks.includes(peer)))
  }
  return devices
}

function veth(random: Random, name: string, create: readonly string[], up: boolean): LabDevice {
  const detects = random.chance(0.25)
  const optimistic = random.chance(0.25)
  const conf = `conf/${name}`
  return {
    name,
    loopback: false,
    create,
    detects,
    optimistic,
    before: [
      [`${conf}/accept_dad`, detects ? 1 : 0],
      [`${conf}/dad_transmits`, detects ? 500 : 1],
      [`${conf}/optimistic_dad`, optimistic ? 1 : 0],
      // Without link-local addresses of its own, others are sought.
      [`${conf}/addr_gen_mode`, random.chance(0.5) ? 1 : 0],
      [`${conf}/router_solicitations`, 0],
      // Large enough for the kernel to make temporary addresses.
      [`${conf}/use_tempaddr`, 2],
    ],
    bringUp: up ? [`link set ${name} up`] : [],
  }
}

/** Written when addresses are there. */
export function settingsOf(random: Random, devices: readonly LabDevice[]): readonly (readonly [string, number])[] {
  const settings: (readonly [string, number])[] = []
  for (const {name, loopback} of devices) {
    const conf = `conf/${name}`
    settings.push([`${conf}/use_tempaddr`, random.pick([0, 1, 2, 2])])
    if (random.chance(0.1)) settings.push([`${conf}/use_oif_addrs_only`, 1])
    if (random.chance(0.3)) settings.push([`${conf}/use_optimistic`, 1])
    if (!loopback && random.chance(0.3)) settings.push([`${conf}/ignore_routes_with_linkdown`, 1])
  }
  if (random.chance(0.1)) settings.push(['conf/all/use_optimistic', 1])
  if (random.chance(0.1)) settings.push(['conf/all/optimistic_dad', 1])
  // Has no effect, unlike that of a device.
  if (random.chance(0.1)) settings.push(['conf/all/use_oif_addrs_only', 1])
  if (random.chance(0.3)) settings.push(['conf/all/forwarding', 1])
  return settings
}

export function shuffled<T>(random: Random, values: readonly T[]): readonly T[] {
  const left = [...values]
  const order: T[] = []
  while (left.length > 0) order.push(...left.splice(random.between(0, left.length - 1), 1))
  return order
}
