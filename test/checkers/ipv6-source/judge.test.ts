import {describe, expect, it} from 'vitest'
import type {Ipv6Route, Ipv6Settings, NetworkLink} from '../../../src/facts/network/namespace.js'
import {aLink, aNetwork, anAddress, aRoute} from '../../models/source-address/network.js'
import {check, told} from './host.js'

const lo = aLink(1, 'lo', ['::1/128'])

function host(links: readonly NetworkLink[], routes: readonly Ipv6Route[]) {
  return aNetwork({links: [lo, ...links], routes})
}

/** A link with two prefixes, of which rule 7 prefers the one with a temporary address. */
function twoPrefixes(given: Parameters<typeof aLink>[3] = {}) {
  return aLink(
    2,
    'eth0',
    [
      anAddress('2001:db8:15::aaaa/64', {temporary: true, dynamic: true, validLifetime: 7200, preferredLifetime: 3600}),
      anAddress('2001:db8:15::1234/64', {dynamic: true, validLifetime: 7200, preferredLifetime: 3600}),
      anAddress('1::5/64'),
      anAddress('fe80::5/64'),
    ],
    {settings: {useTempaddr: 2}, ...given},
  )
}

describe('a source outside of the next hop’s prefix', () => {
  const toTest = aRoute('2::/64', '1::1 eth0')

  it('is told of once for a way, however many routes lead there', () => {
    const routes = [toTest, aRoute('3::/64', '1::1 eth0'), aRoute('2001:db8:15::/64', 'eth0')]
    const {findings} = check(host([twoPrefixes()], routes))
    expect(findings.map(({summary}) => summary)).toEqual([
      'Packets to 2::/64, 3::/64 leave with the temporary address 2001:db8:15::aaaa, not with 1::5, which is of the network of their next hop 1::1 (1::/64)',
    ])
    expect(findings[0]?.remediation.filter(({kind}) => kind === 'command').map(({argv}) => argv?.join(' '))).toEqual([
      'ip -6 route replace 2::/64 via 1::1 dev eth0 metric 1024 src 1::5',
      'ip -6 route replace 3::/64 via 1::1 dev eth0 metric 1024 src 1::5',
      'sysctl -w net.ipv6.conf.eth0.use_tempaddr=0',
    ])
  })

  it('is none where somebody gave the route a source', () => {
    const routes = [{...toTest, prefsrc: '2001:db8:15::1234'}]
    expect(told(check(host([twoPrefixes()], routes)))).toEqual([])
  })

  it('is none where the next hop is link-local, or a connection got its answers', () => {
    expect(told(check(host([twoPrefixes()], [aRoute('2::/64', 'fe80::1 eth0')])))).toEqual([])
    const peers = [{protocol: 'tcp', local: '2001:db8:15::aaaa', remote: '2::9'}] as const
    expect(told(check(host([twoPrefixes()], [toTest]), {peers}))).toEqual([])
    const udp = [{...peers[0], protocol: 'udp'}] as const
    expect(told(check(host([twoPrefixes()], [toTest]), {peers: udp}))).toHaveLength(1)
  })

  it('is a notice on the default route, where one router may serve both networks', () => {
    const routes = [aRoute('default', '1::1 eth0')]
    expect(told(check(host([twoPrefixes()], routes)))).toEqual([
      'notice source-off-prefix 2001:db8:15::aaaa to 1::1 on eth0',
    ])
  })

  it('is none where what would fit is unique local, deprecated or not there yet', () => {
    const link = (fitting: ReturnType<typeof anAddress>) =>
      aLink(2, 'eth0', [anAddress('2001:db8:15::1/64'), fitting, anAddress('fe80::5/64')])
    const to = (via: string) => [aRoute('2600::/16', `${via} eth0`)]
    expect(told(check(host([link(anAddress('fd00:1::5/64'))], to('fd00:1::1'))))).toEqual([])
    expect(told(check(host([link(anAddress('1::5/64', {deprecated: true}))], to('1::1'))))).toEqual([])
    expect(told(check(host([link(anAddress('1::5/64', {tentative: true}))], to('1::1'))))).toEqual([])
  })

  it('needs no command for a route that advertisements made', () => {
    const learned = aRoute('2::/64', '1::1 eth0', {protocol: 'ra', expires: 1800})
    const [finding] = check(host([twoPrefixes()], [learned])).findings
    expect(finding?.severity).toBe('notice')
    expect(finding?.remediation.some(({argv}) => argv?.includes('route'))).toBe(false)
  })
})

describe('the address of another interface', () => {
  const eth1 = aLink(3, 'eth1', ['2001:db8:1::5/64', 'fe80::5/64'])
  const way = [aRoute('default', 'fe80::1 out')]
  const out = (given: Parameters<typeof aLink>[3] = {}) => aLink(2, 'out', ['fe80::6/64'], given)

  it.each<[string, NetworkLink, readonly string[]]>([
    ['of a link of its own', out(), ['warning source-other-interface 2001:db8:1::5 to fe80::1 on out']],
    [
      'through a tunnel',
      out({kind: 'wireguard'}),
      ['quiet notice source-other-interface 2001:db8:1::5 to fe80::1 on out'],
    ],
    [
      'of a router',
      out({settings: {forwarding: 1}}),
      ['quiet notice source-other-interface 2001:db8:1::5 to fe80::1 on out'],
    ],
    ['through a link without carrier', out({carrier: false}), []],
  ])('%s', (_, link, expected) => {
    expect(told(check(host([link, eth1], way)))).toEqual(expected)
  })

  it('is right for what is attached without a router, like containers', () => {
    const routes = [aRoute('2001:db8:2::7/128', 'out')]
    expect(told(check(host([out({kind: 'veth'}), eth1], routes)))).toEqual([])
  })

  it('is right where it is one of lo', () => {
    const addresses = aLink(1, 'lo', ['::1/128', '2001:db8:1::5/128'])
    expect(told(check(aNetwork({links: [addresses, out()], routes: way})))).toEqual([])
  })
})

describe('the source address of a route', () => {
  const eth0 = (...addresses: Parameters<typeof aLink>[2] & {}) => aLink(2, 'eth0', ['2001:db8::5/64', ...addresses])
  const route = aRoute('2600::/16', '2001:db8::1 eth0', {prefsrc: '2001:db8::6'})

  it.each<[string, NetworkLink, Ipv6Route, readonly string[]]>([
    ['is held', eth0('2001:db8::6/64'), route, []],
    ['is nowhere', eth0(), route, ['error route-source-unusable 2001:db8::6']],
    [
      'is still being probed',
      eth0(anAddress('2001:db8::6/64', {tentative: true})),
      route,
      ['notice route-source-unusable 2001:db8::6'],
    ],
    ['is optimistic', eth0(anAddress('2001:db8::6/64', {tentative: true, optimistic: true})), route, []],
    ['is deprecated', eth0(anAddress('2001:db8::6/64', {deprecated: true})), route, []],
    [
      'is held by another host',
      eth0(anAddress('2001:db8::6/64', {tentative: true, dadFailed: true})),
      route,
      ['error address-duplicate 2001:db8::6', 'error route-source-unusable 2001:db8::6'],
    ],
    [
      'is nowhere, and so is its device',
      eth0(),
      {...route, nexthops: [{dev: 'eth0', via: '2001:db8::1', weight: 1, flags: ['dead', 'linkdown']}]},
      [],
    ],
  ])('%s', (_, link, given, expected) => {
    expect(told(check(host([link], [given])))).toEqual(expected)
  })

  it('is one finding for all routes that have it', () => {
    const routes = [route, {...route, dst: {address: '2a00::', length: 16}}]
    const {findings} = check(host([eth0()], routes))
    expect(findings.map(({summary}) => summary)).toEqual([
      'Packets to 2600::/16, 2a00::/16 leave with 2001:db8::6, which is no address of this host (any more)',
    ])
  })
})

describe('a host without IPv6', () => {
  it('is skipped', () => {
    expect(check(aNetwork({links: [aLink(1, 'lo', []), aLink(2, 'eth0', [])], routes: []})).skipped).toBe(
      'no interface has an IPv6 address',
    )
  })
})

describe('a default route of router advertisements', () => {
  const learned = aRoute('default', 'fe80::1 eth0', {protocol: 'ra', expires: 1500})
  const eth0 = (settings: Partial<Ipv6Settings>) =>
    aLink(
      2,
      'eth0',
      [anAddress('2001:db8::5/64', {dynamic: true, manageTemporary: true, validLifetime: 7200}), 'fe80::5/64'],
      {
        settings,
      },
    )

  it.each<[string, Partial<Ipv6Settings>, readonly string[]]>([
    ['forwards, and is not renewed', {forwarding: 1, acceptRa: 1}, ['error default-route-lost eth0']],
    ['forwards, with accept_ra=2', {forwarding: 1, acceptRa: 2}, []],
    ['forwards, and a program takes advertisements', {forwarding: 1, acceptRa: 0}, []],
    ['is not to be taken', {forwarding: 1, acceptRa: 1, acceptRaDefrtr: 0}, []],
    ['does not forward', {forwarding: 0, acceptRa: 1}, []],
  ])('%s', (_, settings, expected) => {
    expect(told(check(host([eth0(settings)], [learned])))).toEqual(expected)
  })

  it.each<[string, NetworkLink, readonly Ipv6Route[], readonly string[]]>([
    [
      'an address of autoconfiguration',
      aLink(2, 'eth0', [
        anAddress('2001:db8::5/64', {dynamic: true, manageTemporary: true, noPrefixRoute: false, validLifetime: 7200}),
      ]),
      [],
      ['error default-route-lost eth0'],
    ],
    [
      'an address that says who made it',
      aLink(2, 'eth0', [anAddress('2001:db8::5/64', {dynamic: true, protocol: 'kernel_ra', validLifetime: 7200})]),
      [],
      ['error default-route-lost eth0'],
    ],
    [
      'a route to a prefix, beside an address of DHCPv6',
      aLink(2, 'eth0', [anAddress('2001:db8::5/128', {dynamic: true, validLifetime: 7200})]),
      [aRoute('2001:db8::/64', 'eth0', {protocol: 'kernel', expires: 7000})],
      ['error default-route-lost eth0'],
    ],
    [
      'nothing: a program gave an address a lifetime',
      aLink(2, 'eth0', [anAddress('2001:db8::5/64', {dynamic: true, noPrefixRoute: false, validLifetime: 7200})]),
      [aRoute('2001:db8::/64', 'eth0', {protocol: 'kernel', expires: 7000})],
      [],
    ],
    [
      'nothing: a program added the route and lets it stay',
      aLink(2, 'eth0', ['2001:db8::5/64']),
      [aRoute('default', 'fe80::1 eth0', {protocol: 'ra'})],
      [],
    ],
  ])('leaves %s', (_, link, routes, expected) => {
    expect(told(check(host([{...link, settings: {...link.settings, forwarding: 1}}], routes)))).toEqual(expected)
  })

  it('is in no danger from a dockerd that finds forwarding switched on', () => {
    const given = host([eth0({forwarding: 0, acceptRa: 1})], [learned])
    expect(told(check(given, {docker: true}))).toEqual(['warning default-route-lost eth0'])
    expect(told(check({...given, all: {...given.all, forwarding: 1}}, {docker: true}))).toEqual([])
  })

  it('is unknown where the settings are', () => {
    const {findings, unknowns} = check(host([eth0({forwarding: null, acceptRa: 1})], [learned]))
    expect(findings).toEqual([])
    expect(unknowns.map(({detail}) => detail)).toEqual(['accept_ra and forwarding of eth0'])
    expect(check(host([eth0({forwarding: null, acceptRa: 2})], [learned])).unknowns).toEqual([])
  })

  it.each<[string, readonly string[]]>([
    ['net.ipv6.conf.all.forwarding=1', ['warning default-route-lost eth0']],
    ['net.ipv6.conf.all.forwarding=1\nnet.ipv6.conf.all.accept_ra=2', ['warning default-route-lost eth0']],
    ['net.ipv6.conf.all.forwarding=1\nnet.ipv6.conf.eth0.accept_ra=2', []],
    ['net.ipv6.conf.all.forwarding=0', []],
    ['net.ipv4.ip_forward=1', []],
  ])('with sysctl.d %j', (sysctl, expected) => {
    expect(told(check(host([eth0({forwarding: 0, acceptRa: 1})], [learned]), {sysctl}))).toEqual(expected)
  })

  it('is no warning but a notice where another one stays', () => {
    const fixed = aRoute('default', 'fe80::2 eth0', {protocol: 'static', metric: 2048})
    const given = host([eth0({forwarding: 0, acceptRa: 1})], [learned, fixed])
    expect(told(check(given, {docker: true}))).toEqual(['notice default-route-lost eth0'])
  })
})
