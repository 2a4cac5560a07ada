import {describe, expect, it} from 'vitest'
import {deviceFamiliesFact} from '../../src/facts/device-families.js'
import {networkRecords} from '../support/network-records.js'
import {derive, valueOfKnown} from './derive.js'

const flags = ['UP', 'LOWER_UP']
const link = (ifindex: number, ifname: string, addresses: readonly string[], more: object = {}) => ({
  ...{ifindex, ifname, flags, mtu: 1500},
  ...more,
  addr_info: addresses.map((local) => ({
    family: local.includes(':') ? 'inet6' : 'inet',
    local,
    prefixlen: 64,
    valid_life_time: 4294967295,
    preferred_life_time: 4294967295,
    scope: '0',
  })),
})

const records = (links: readonly object[], routes: readonly object[]) =>
  networkRecords([{texts: {addresses: JSON.stringify(links), routes: JSON.stringify(routes)}}])

const route = (dst: string, dev: string) => ({
  type: '1',
  dst,
  dev,
  table: '254',
  protocol: '2',
  metric: 256,
  flags: [],
  pref: 'medium',
})

describe('deviceFamiliesFact', () => {
  it('knows the devices that IPv6 can leave through', async () => {
    const links = [
      link(1, 'lo', ['127.0.0.1', '::1'], {flags: ['LOOPBACK', 'UP']}),
      link(2, 'global', ['192.0.2.2', '2001:db8::2']),
      link(3, 'local', ['192.0.2.3', 'fe80::1']),
      link(4, 'routed', ['fe80::2']),
      link(5, 'port', [], {master: 'bridge'}),
      link(6, 'bridge', ['fd00::1'], {linkinfo: {info_kind: 'bridge'}}),
    ]
    const routes = [route('default', 'routed'), route('fe80::/64', 'local'), route('ff00::/8', 'local')]
    const [own] = valueOfKnown(await derive(deviceFamiliesFact, {network: records(links, routes)}))
    expect([...(own?.withIpv6 ?? [])].sort()).toEqual(['bridge', 'global', 'routed'])
    expect([own?.masters.get('port'), own?.kinds.get('bridge'), own?.own]).toEqual(['bridge', 'bridge', true])
  })

  it('knows nothing where nobody could look, and says so by an empty list', async () => {
    expect(valueOfKnown(await derive(deviceFamiliesFact, {}))).toEqual([])
  })
})
