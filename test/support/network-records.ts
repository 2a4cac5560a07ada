import type {NetworkAsk, NetworkEndRecord, NetworkNamespaceRecord} from '../../src/sources/records.js'

export interface RecordedNamespace extends Partial<Omit<NetworkNamespaceRecord, 't'>> {
  /** Texts by what was asked; a failure as `{reason, detail}`. Everything else is as in a new namespace. */
  readonly texts?: Readonly<Partial<Record<NetworkAsk, string | {readonly reason: string; readonly detail: string}>>>
}

export const OWN_INODE = '4026531840'

const loopback = {
  ifindex: 1,
  ifname: 'lo',
  flags: ['LOOPBACK', 'UP', 'LOWER_UP'],
  mtu: 65536,
  addr_info: [
    {family: 'inet', local: '127.0.0.1', prefixlen: 8, valid_life_time: 4294967295, preferred_life_time: 4294967295},
    {family: 'inet6', local: '::1', prefixlen: 128, valid_life_time: 4294967295, preferred_life_time: 4294967295},
  ],
}

/** As iproute2 6.1 prints them with `-details -Numeric`. */
const fresh: Readonly<Partial<Record<NetworkAsk, string>>> = {
  addresses: JSON.stringify([loopback]),
  labels: '[{"address":"::1","prefixlen":128,"label":0},{"address":"::","prefixlen":0,"label":1}]',
  rules:
    '[{"priority":0,"src":"all","table":"255","protocol":"2"},{"priority":32766,"src":"all","table":"254","protocol":"2"}]',
  routes:
    '[{"type":"2","dst":"::1","dev":"lo","table":"255","protocol":"2","scope":"0","metric":0,"flags":[],"pref":"medium"}]',
  neighbours: '[]',
  deviceOrder: '1    lo              ff020000000000000000000000000001     1 0000000C 0\n',
  settings: settingsText({all: {}, lo: {use_tempaddr: -1}}),
}

/** The inputs `network` and `network-namespaces`. */
export function networkRecords(
  namespaces: readonly RecordedNamespace[],
  unseen: NetworkEndRecord['unseen'] = [],
): string {
  const records: object[] = []
  for (const {inode = OWN_INODE, own = inode === OWN_INODE, names = [], pids = [], texts = {}} of namespaces) {
    records.push({t: 'netns', inode, own, names, pids})
    for (const [ask, answer] of Object.entries({...fresh, ...texts})) {
      const given = typeof answer === 'string' ? {text: answer} : answer
      records.push({t: 'answer', inode, ask, argv: ['ip', ask], ...given})
    }
  }
  records.push({t: 'end', namespaces: namespaces.length, unseen})
  return records.map((record) => `${JSON.stringify(record)}\n`).join('')
}

/** `PATH:VALUE` lines; what is not given is as the kernel sets it at first. */
export function settingsText(folders: Readonly<Record<string, Readonly<Record<string, number>>>>): string {
  const initial = {
    accept_ra: 1,
    accept_ra_defrtr: 1,
    disable_ipv6: 0,
    forwarding: 0,
    ignore_routes_with_linkdown: 0,
    optimistic_dad: 0,
    use_oif_addrs_only: 0,
    use_optimistic: 0,
    use_tempaddr: 0,
  }
  return Object.entries(folders)
    .flatMap(([folder, given]) =>
      Object.entries({...initial, ...given}).map(
        ([file, value]) => `/proc/sys/net/ipv6/conf/${folder}/${file}:${value}\n`,
      ),
    )
    .join('')
}
