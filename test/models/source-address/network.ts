import type {
  Ipv6Address,
  Ipv6Route,
  Ipv6Settings,
  NetworkLink,
  NetworkNamespace,
  Nexthop,
  PolicyRule,
} from '../../../src/facts/network/namespace.js'

const settings: Ipv6Settings = {
  disableIpv6: 0,
  forwarding: 0,
  acceptRa: 1,
  acceptRaDefrtr: 1,
  useTempaddr: 0,
  useOptimistic: 0,
  optimisticDad: 0,
  useOifAddrsOnly: 0,
  ignoreRoutesWithLinkdown: 0,
}

/** Labels that the kernel comes with. */
const labels = [
  ['::1', 128, 0],
  ['::ffff:0:0', 96, 4],
  ['::', 96, 3],
  ['2001::', 32, 6],
  ['2001:10::', 28, 7],
  ['3ffe::', 16, 12],
  ['2002::', 16, 2],
  ['fec0::', 10, 11],
  ['fc00::', 7, 5],
  ['::', 0, 1],
] as const

const rule: PolicyRule = {
  priority: 0,
  not: false,
  src: null,
  dst: null,
  iif: null,
  oif: null,
  fwmark: null,
  fwmask: null,
  table: 255,
  action: 'lookup',
  goto: null,
  suppressPrefixLength: null,
  suppressIfgroup: null,
  l3mdev: false,
  uidRange: null,
  ipProto: null,
  sport: null,
  dport: null,
  dsfield: null,
  others: [],
}

export function aRule(priority: number, more: Partial<PolicyRule> = {}): PolicyRule {
  return {...rule, priority, table: 254, ...more}
}

export function anAddress(text: string, more: Partial<Ipv6Address> = {}): Ipv6Address {
  const [address = '', length = '64'] = text.split('/')
  return {
    address,
    peer: null,
    prefixLength: Number(length),
    temporary: false,
    deprecated: false,
    tentative: false,
    optimistic: false,
    dadFailed: false,
    homeAddress: false,
    dynamic: false,
    manageTemporary: false,
    noPrefixRoute: true,
    validLifetime: Number.POSITIVE_INFINITY,
    preferredLifetime: Number.POSITIVE_INFINITY,
    protocol: null,
    ...more,
  }
}

/** @param addresses in the order of the kernel's list; a text stands for a plain one */
export function aLink(
  index: number,
  name: string,
  addresses: readonly (string | Ipv6Address)[] = [],
  more: Partial<Omit<NetworkLink, 'settings'>> & {readonly settings?: Partial<Ipv6Settings>} = {},
): NetworkLink {
  return {
    index,
    name,
    up: true,
    carrier: true,
    loopback: name === 'lo',
    kind: name === 'lo' ? null : 'veth',
    master: null,
    vrfTable: null,
    mtu: 1500,
    addresses: addresses.map((address) => (typeof address === 'string' ? anAddress(address) : address)),
    ...more,
    settings: {...settings, ...more.settings},
  }
}

/** @param dst `default` or with its length @param through `dev`, or `via dev` */
export function aRoute(dst: string, through: string | readonly string[], more: Partial<Ipv6Route> = {}): Ipv6Route {
  const [address = '', length = '128'] = (dst === 'default' ? '::/0' : dst).split('/')
  return {
    table: 254,
    dst: {address, length: Number(length)},
    src: null,
    type: 'unicast',
    metric: 1024,
    preference: 'medium',
    prefsrc: null,
    protocol: 'boot',
    expires: null,
    nexthops: (typeof through === 'string' ? [through] : through).map(aNexthop),
    ...more,
  }
}

function aNexthop(text: string): Nexthop {
  const [dev = '', via = null] = text.split(' ').toReversed()
  return {dev, via, weight: 1, flags: []}
}

/** eth0 (2001:db8:a::1) and eth1 (2001:db8:b::1), a default route through eth0. */
export function aNetwork(more: Partial<NetworkNamespace> = {}): NetworkNamespace {
  return {
    inode: 1,
    own: true,
    names: [],
    pids: [],
    links: [aLink(1, 'lo', ['::1/128']), aLink(2, 'eth0', ['2001:db8:a::1']), aLink(3, 'eth1', ['2001:db8:b::1'])],
    linkOrderKnown: true,
    labels: labels.map(([prefix, prefixLength, label]) => ({prefix, prefixLength, label, dev: null})),
    rules: [aRule(0, {table: 255}), aRule(32766)],
    routes: [aRoute('default', 'eth0')],
    neighbours: [],
    all: settings,
    gaps: [],
    ...more,
  }
}
