/** What `-N` prints as numbers, by the names of include/uapi/linux/{rtnetlink,if_addr,in}.h, which are iproute2's too. */
const routeTypes = [
  'none',
  'unicast',
  'local',
  'broadcast',
  'anycast',
  'multicast',
  'blackhole',
  'unreachable',
  'prohibit',
  'throw',
] as const

const tables: Readonly<Record<string, number>> = {default: 253, main: 254, local: 255}

const protocols: Readonly<Record<string, string>> = {
  0: 'unspec',
  1: 'redirect',
  2: 'kernel',
  3: 'boot',
  4: 'static',
  8: 'gated',
  9: 'ra',
  10: 'mrt',
  11: 'zebra',
  12: 'bird',
  13: 'dnrouted',
  14: 'xorp',
  15: 'ntk',
  16: 'dhcp',
  17: 'mrouted',
  18: 'keepalived',
  42: 'babel',
  99: 'openr',
  186: 'bgp',
  187: 'isis',
  188: 'ospf',
  189: 'rip',
  192: 'eigrp',
}

const addressProtocols: Readonly<Record<string, string>> = {0: 'unspec', 1: 'kernel_lo', 2: 'kernel_ra', 3: 'kernel_ll'}

/** RTN_* by number or name, as a name. */
export function routeTypeName(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  return /^\d{1,3}$/.test(value) ? routeTypes[Number(value)] : value
}

/** A table by number; by name only those that the kernel itself names, for others may be named anyhow. */
export function tableNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value !== 'string') return undefined
  return /^\d{1,10}$/.test(value) ? Number(value) : tables[value]
}

/** RTPROT_* as a name; a number that has none stays. */
export function routeProtocol(value: unknown): string | null {
  return named(value, protocols)
}

/** IFAPROT_* likewise. */
export function addressProtocol(value: unknown): string | null {
  return named(value, addressProtocols)
}

/** IPPROTO_*: iproute2 prints `ipproto-6` where it may not look names up. */
export function ipProtocol(value: unknown): string | null {
  if (typeof value !== 'string') return null
  const number = value.startsWith('ipproto-') ? value.slice('ipproto-'.length) : value
  return {6: 'tcp', 17: 'udp', 58: 'ipv6-icmp'}[number] ?? number
}

function named(value: unknown, names: Readonly<Record<string, string>>): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null
  return names[String(value)] ?? String(value)
}
