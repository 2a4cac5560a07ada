import {describe, expect, it} from 'vitest'
import type {Ipv6Route, NetworkNamespace, PolicyRule} from '../../../src/facts/network/namespace.js'
import type {SourceQuestion} from '../../../src/models/source-address/answer.js'
import {chooseSource, type SourceOptions} from '../../../src/models/source-address/predictor.js'
import {aLink, aNetwork, anAddress, aRoute, aRule} from './network.js'

const kernel = {release: '6.18.0', major: 6, minor: 18}

function choose(network: NetworkNamespace, question: string | SourceQuestion, options: SourceOptions = {kernel}) {
  return chooseSource(network, typeof question === 'string' ? {dest: question} : question, options)
}

function withRoutes(...routes: readonly Ipv6Route[]): NetworkNamespace {
  return aNetwork({routes})
}

const local = aRule(0, {table: 255})

function withRules(rules: readonly PolicyRule[], ...routes: readonly Ipv6Route[]): NetworkNamespace {
  return aNetwork({rules: [local, ...rules], routes})
}

/** Sources tell which device was chosen: 2001:db8:a::1 is on eth0, 2001:db8:b::1 on eth1. */
function deviceFor(network: NetworkNamespace, question: string | SourceQuestion, options?: SourceOptions) {
  const {route, error, unknowns} = choose(network, question, options)
  return error?.code ?? (unknowns.length > 0 ? 'unknown' : route?.dev)
}

describe('routes', () => {
  it('of the longest prefix count, then of the lowest metric, then the first', () => {
    const network = withRoutes(
      aRoute('default', 'eth0', {metric: 10}),
      aRoute('2600::/16', 'eth1', {metric: 2000}),
      aRoute('2610::/16', 'eth1', {metric: 10}),
      aRoute('2610::/16', 'eth0', {metric: 20}),
      aRoute('2620::/16', 'eth1'),
      aRoute('2620::/16', 'eth0'),
    )
    expect(['2600::1', '2610::1', '2620::1', '2a00::1'].map((dest) => deviceFor(network, dest))).toEqual([
      'eth1',
      'eth1',
      'eth1',
      'eth0',
    ])
  })

  it('of a preferred router go first among those of one metric', () => {
    const network = withRoutes(
      aRoute('default', 'fe80::1 eth0', {metric: 10}),
      aRoute('default', 'fe80::2 eth1', {metric: 10, preference: 'high'}),
    )
    expect(deviceFor(network, '2600::1')).toBe('eth1')
  })

  it('through a router that does not answer are the last choice of a host', () => {
    const network = aNetwork({
      routes: [aRoute('default', 'fe80::1 eth0', {metric: 10}), aRoute('default', 'fe80::2 eth1', {metric: 20})],
      neighbours: [{address: 'fe80::1', dev: 'eth0', router: true, states: ['FAILED']}],
    })
    expect(deviceFor(network, '2600::1')).toBe('eth1')
    expect(deviceFor({...network, all: {...network.all, forwarding: 1}}, '2600::1')).toBe('eth0')
    expect(deviceFor({...network, all: {...network.all, forwarding: null}}, '2600::1')).toBe('unknown')
    expect(deviceFor({...network, neighbours: null}, '2600::1')).toBe('unknown')
  })

  it('through the device that is asked for, and no other', () => {
    const network = withRoutes(aRoute('default', 'eth0', {metric: 10}), aRoute('2600::/16', 'eth1'))
    expect(deviceFor(network, {dest: '2600::1', oif: 'eth0'})).toBe('eth0')
    expect(deviceFor(network, {dest: '2a00::1', oif: 'eth1'})).toBe('ENETUNREACH')
    expect(deviceFor(network, {dest: '2a00::1', oif: 'eth9'})).toBe('ENODEV')
  })

  it('of addresses of this host go through lo', () => {
    const network = withRoutes(aRoute('2001:db8:b::1/128', 'eth1', {table: 255, type: 'local', metric: 0}))
    expect(choose(network, '2001:db8:b::1')).toMatchObject({route: {dev: 'lo'}, rule: 'same-address'})
  })

  it.each([
    ['unreachable', 'EHOSTUNREACH'],
    ['blackhole', 'EINVAL'],
    ['prohibit', 'EACCES'],
    ['throw', 'ENETUNREACH'],
  ] as const)('of type %s mean %s', (type, code) => {
    const network = withRoutes(aRoute('default', 'eth0'), aRoute('2600::/16', [], {type}))
    expect(choose(network, '2600::1')).toMatchObject({source: null, error: {code}})
    // Their device is lo, so that they do not count for a socket bound to another.
    expect(deviceFor(network, {dest: '2600::1', oif: 'eth0'})).toBe('eth0')
  })

  it('whose link has no carrier do not count where the device ignores them', () => {
    const route = aRoute('2600::/16', 'eth1')
    const down = {...route, nexthops: route.nexthops.map((hop) => ({...hop, flags: ['linkdown']}))}
    const ignoring = (ignoreRoutesWithLinkdown: number | null) =>
      aNetwork({
        links: [aLink(2, 'eth0', ['2001:db8:a::1']), aLink(3, 'eth1', [], {settings: {ignoreRoutesWithLinkdown}})],
        routes: [aRoute('default', 'eth0'), down],
      })
    expect([0, 1].map((value) => deviceFor(ignoring(value), '2600::1'))).toEqual(['eth1', 'eth0'])
    expect(deviceFor(ignoring(null), {dest: '2600::1', oif: 'eth1'})).toBe('unknown')
  })
})

describe('multipath routes', () => {
  const hops = aRoute('default', ['fe80::1 eth0', 'fe80::2 eth1'])

  it('leave the source open if it depends on the next hop', () => {
    expect(choose(withRoutes(hops), '2600::1')).toMatchObject({
      source: null,
      unknowns: ['which next hop of ::/0 in table 254 the hash of the flow picks'],
      possible: [{address: '2001:db8:a::1'}, {address: '2001:db8:b::1'}],
      route: {among: [{dev: 'eth0'}, {dev: 'eth1'}]},
    })
  })

  it('do not if it does not', () => {
    expect(choose(withRoutes({...hops, prefsrc: '2001:db8:b::1'}), '2600::1')).toMatchObject({
      source: {address: '2001:db8:b::1'},
      route: {among: [{dev: 'eth0'}, {dev: 'eth1'}]},
      unknowns: [],
    })
    expect(choose(withRoutes(hops), {dest: '2600::1', oif: 'eth1'})).toMatchObject({
      source: {address: '2001:db8:b::1'},
      route: {dev: 'eth1', via: 'fe80::2'},
    })
  })

  it('of nexthop objects take the source from the device of the first', () => {
    expect(choose(withRoutes({...hops, nexthopId: 3}), '2600::1')).toMatchObject({source: {dev: 'eth0'}, unknowns: []})
  })
})

describe('source-specific routes', () => {
  const specific = aRoute('2600::/16', 'eth1', {src: {address: '2001:db8:b::', length: 48}})

  it('count for a source that was chosen without any route', () => {
    const network = aNetwork({
      links: [aLink(3, 'eth1', ['2001:db8:b::1']), aLink(2, 'eth0', ['2001:db8:a::1'])],
      routes: [specific],
    })
    expect(choose(network, '2600::1')).toMatchObject({source: {address: '2001:db8:b::1'}, route: {dev: 'eth1'}})
    expect(deviceFor(network, '2a00::1')).toBe('ENETUNREACH')
  })

  it('hide those of the same destination for any source', () => {
    const network = withRoutes(aRoute('default', 'eth0'), aRoute('2600::/16', 'eth1'), specific)
    expect(deviceFor(network, '2600::1')).toBe('eth0')
  })
})

describe('policy rules', () => {
  const main = aRule(32766)
  const other = aRoute('default', 'eth1', {table: 100})
  const routes = [aRoute('default', 'eth0'), other]
  const first = (selectors: Partial<PolicyRule>) => withRules([aRule(10, {table: 100, ...selectors}), main], ...routes)

  it.each([
    [{dst: {address: '2600::', length: 16}}, 'eth1'],
    [{dst: {address: '2610::', length: 16}}, 'eth0'],
    [{dst: {address: '2610::', length: 16}, not: true}, 'eth1'],
    // No source is chosen yet.
    [{src: {address: '2001:db8::', length: 32}}, 'eth0'],
    [{src: {address: '2001:db8::', length: 32}, not: true}, 'eth1'],
    [{src: {address: '::', length: 0}}, 'eth1'],
    [{iif: 'lo'}, 'eth1'],
    [{iif: 'eth0'}, 'eth0'],
    [{oif: 'eth1'}, 'eth0'],
    [{fwmark: 1, fwmask: 0xffffffff}, 'eth0'],
    [{fwmark: 0, fwmask: 0xff}, 'eth1'],
    [{uidRange: [0, 0]}, 'unknown'],
    [{ipProto: 'udp'}, 'unknown'],
    [{others: ['tun_id']}, 'unknown'],
    [{action: 'nop', table: null}, 'eth0'],
    [{action: 'unreachable', table: null}, 'ENETUNREACH'],
    [{action: 'prohibit', table: null}, 'EACCES'],
    [{action: 'blackhole', table: null}, 'EINVAL'],
    [{action: 'goto', goto: 99, table: null}, 'eth0'],
    [{suppressPrefixLength: 0}, 'eth0'],
    [{suppressIfgroup: '1'}, 'unknown'],
    [{table: 101}, 'eth0'],
  ] as const satisfies readonly (readonly [Partial<PolicyRule>, string])[])('%o', (selectors, expected) => {
    expect(deviceFor(first(selectors), '2600::1')).toBe(expected)
  })

  it('match by mark, UID and device where the question has them', () => {
    expect(deviceFor(first({fwmark: 0x10, fwmask: 0xf0}), {dest: '2600::1', mark: 0x1f})).toBe('eth1')
    expect(deviceFor(first({uidRange: [5, 10]}), {dest: '2600::1', uid: 10})).toBe('eth1')
    expect(deviceFor(first({uidRange: [5, 10]}), {dest: '2600::1', uid: 11})).toBe('eth0')
    expect(deviceFor(first({oif: 'eth1'}), {dest: '2600::1', oif: 'eth1'})).toBe('eth1')
  })

  it('of many users are one question', () => {
    const rules = Array.from({length: 40}, (_, index) =>
      aRule(10 + index, {uidRange: [index * 10, index * 10 + 9], table: index === 33 ? 100 : 77}),
    )
    const network = withRules([...rules, main], ...routes)
    expect(choose(network, '2600::1')).toMatchObject({
      unknowns: ['the UID of who sends, for which policy rules ask'],
      possible: [{dev: 'eth0'}, {dev: 'eth1'}],
    })
    expect(deviceFor(network, {dest: '2600::1', uid: 335})).toBe('eth1')
    const same = withRules([...rules.map((rule) => ({...rule, table: 77})), main], ...routes)
    expect(choose(same, '2600::1')).toMatchObject({source: {dev: 'eth0'}, unknowns: []})
  })

  it('go to another', () => {
    const rules = [
      aRule(10, {action: 'goto', goto: 30, table: null}),
      aRule(20, {action: 'prohibit', table: null}),
      aRule(30, {table: 100}),
    ]
    expect(deviceFor(withRules(rules, ...routes), '2600::1')).toBe('eth1')
  })

  it('that are initial and deleted may count all the same', () => {
    const deleted = aNetwork({rules: [aRule(32766)]})
    expect(choose({...deleted, rules: [local]}, '2600::1')).toMatchObject({
      source: null,
      unknowns: [expect.stringContaining('whether a policy rule was ever added')],
    })
    expect(deviceFor(withRules([aRule(10, {table: 77})]), '2600::1')).toBe('ENETUNREACH')
  })

  it('use what the last one suppresses in older kernels', () => {
    const network = withRules([aRule(10, {suppressPrefixLength: 0})], ...routes)
    expect(deviceFor(network, '2600::1')).toBe('ENETUNREACH')
    expect(deviceFor(network, '2600::1', {kernel: {release: '6.1.0', major: 6, minor: 1}})).toBe('unknown')
  })
})

describe('destinations', () => {
  it('of a link need a device', () => {
    expect(choose(aNetwork(), 'fe80::1').error).toMatchObject({code: 'EINVAL'})
    const routes = [aRoute('fe80::/64', 'eth0')]
    expect(deviceFor(aNetwork({routes}), 'fe80::1%eth0')).toBe('eth0')
  })

  it('that are unspecified are this host', () => {
    const routes = [aRoute('::1/128', 'lo', {table: 255, type: 'local', metric: 0})]
    expect(choose(aNetwork({routes}), '::')).toMatchObject({source: {address: '::1'}, route: {dev: 'lo'}})
  })

  it('have no source where there is no address', () => {
    const network = aNetwork({links: [aLink(2, 'eth0')]})
    expect(choose(network, '2600::1')).toMatchObject({error: {code: 'EADDRNOTAVAIL'}, route: {dev: 'eth0'}})
    expect(deviceFor({...network, routes: []}, '2600::1')).toBe('EADDRNOTAVAIL')
  })

  it('of an optimistic source go to the default router until the neighbour answers', () => {
    const address = anAddress('2001:db8:a::1', {optimistic: true, tentative: true})
    const network = aNetwork({
      links: [aLink(2, 'eth0', [address])],
      routes: [aRoute('2001:db8:a::/64', 'eth0')],
      neighbours: [{address: '2001:db8:a::9', dev: 'eth0', router: false, states: ['INCOMPLETE']}],
    })
    expect(deviceFor(network, '2001:db8:a::8')).toBe('eth0')
    expect(deviceFor(network, '2001:db8:a::9')).toBe('ENETUNREACH')
    const withDefault = {...network, routes: [...(network.routes ?? []), aRoute('default', 'fe80::1 eth0')]}
    expect(deviceFor(withDefault, '2001:db8:a::9')).toBe('eth0')
  })
})
