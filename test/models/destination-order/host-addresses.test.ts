import {expect, it} from 'vitest'
import {
  addressList,
  describeSource,
  type HostAddress,
  isTunnel,
  usesIpv4Socket,
} from '../../../src/models/destination-order/host-addresses.js'

function listed(address: string, given: Partial<HostAddress> = {}): HostAddress {
  return {address, peer: null, prefixLength: 64, deprecated: false, home: false, tunnel: false, ...given}
}

const found = {deprecated: false, home: false, prefixLength: 64, native: true}
const notFound = {deprecated: false, home: false, prefixLength: 0, native: false}
const gua = listed('2001:db8::1')

it('finds addresses of both families, in any form', () => {
  const list = addressList([listed('10.0.0.1', {prefixLength: 8, deprecated: true, tunnel: true}), gua])
  expect(describeSource('2001:0db8::0:1', list, false)).toEqual({...found, address: '2001:0db8::0:1'})
  const v4 = {deprecated: true, home: false, prefixLength: 8, native: false}
  expect(describeSource('10.0.0.1', list, false)).toEqual({...v4, address: '10.0.0.1'})
  // Of a destination below ::ffff:0:0/96, which is an IPv6 one.
  expect(describeSource('::ffff:10.0.0.1', list, false)).toEqual({...v4, address: '::ffff:10.0.0.1'})
})

it.each([[[]], [[listed('::1')]]])('finds no IPv4 address on a host whose IPv6 addresses are %j', (ipv6) => {
  expect(describeSource('10.0.0.1', addressList([listed('10.0.0.1'), ...ipv6]), true)).toMatchObject(notFound)
})

it('knows a point-to-point address by its other end', () => {
  const list = addressList([gua, listed('10.0.0.1', {peer: '10.0.0.2'})])
  expect(describeSource('10.0.0.1', list, true)).toMatchObject(notFound)
  expect(describeSource('10.0.0.2', list, true)).toMatchObject(found)
})

it('takes all of 127.0.0.0/8 for 127.0.0.1 on an IPv4 socket', () => {
  const list = addressList([gua, listed('127.0.0.1', {prefixLength: 8})])
  expect(describeSource('127.0.0.5', list, true)).toMatchObject({...found, prefixLength: 8})
  expect(describeSource('127.0.0.5', list, false)).toMatchObject(notFound)
})

it('says that it is not known whether a device is a tunnel', () => {
  expect(describeSource('2001:db8::1', addressList([listed('2001:db8::1', {tunnel: null})]), false).native).toBeNull()
})

it.each<readonly [string, readonly string[], boolean, readonly boolean[]]>([
  ['IPv4 first', ['10.0.0.1', '10.0.0.2', '::1', '10.0.0.3'], false, [true, true, false, false]],
  ['IPv6 first', ['::1', '10.0.0.1'], false, [false, false]],
  ['IPv6 sockets for IPv6 alone', ['::1', '10.0.0.1', '::1', '10.0.0.2'], true, [false, true, false, true]],
])('asks through IPv4 sockets: %s', (_, destinations, bindV6Only, expected) => {
  expect(usesIpv4Socket(destinations, bindV6Only)).toEqual(expected)
})

it.each([
  ['sit', true],
  ['ip6tnl', true],
  ['gre', false],
  ['wireguard', false],
  [null, false],
])('takes a device of kind %s for a tunnel: %s', (kind, tunnel) => {
  expect(isTunnel(kind)).toBe(tunnel)
})
