import {describe, expect, it} from 'vitest'
import type {NetworkNamespace} from '../../../src/facts/network/namespace.js'
import type {DecidingRule, SourceQuestion} from '../../../src/models/source-address/answer.js'
import {chooseSource, type SourceOptions} from '../../../src/models/source-address/predictor.js'
import {aLink, aNetwork, anAddress, aRoute} from './network.js'

const options: SourceOptions = {kernel: {release: '6.18.0', major: 6, minor: 18}, mobileIpv6: false}

function choose(network: NetworkNamespace, question: string | SourceQuestion) {
  return chooseSource(network, typeof question === 'string' ? {dest: question} : question, options)
}

/** Addresses on eth0 but for those with their device, the later ones added later. */
function withAddresses(...addresses: Parameters<typeof aLink>[2] & {}): NetworkNamespace {
  return aNetwork({links: [aLink(1, 'lo'), aLink(2, 'eth0', addresses), aLink(3, 'eth1')]})
}

const plain = '2001:db8:a::1'

describe('the rule that decides', () => {
  const cases: readonly (readonly [DecidingRule, NetworkNamespace, string, string, string])[] = [
    ['same-address', withAddresses(plain, '2001:db8:b::2'), '2001:db8:b::2', '2001:db8:b::2', plain],
    ['scope', withAddresses('fe80::1', plain), '2600::1', plain, 'fe80::1'],
    ['scope', withAddresses(plain, 'fe80::1'), 'fe80::2%eth0', 'fe80::1', plain],
    ['not-deprecated', withAddresses(anAddress('2600::2', {deprecated: true}), plain), '2600::1', plain, '2600::2'],
    [
      'outgoing-interface',
      aNetwork({links: [aLink(1, 'lo'), aLink(3, 'eth1', ['2001:db8:b::1']), aLink(2, 'eth0', ['fd00::1'])]}),
      '2600::1',
      'fd00::1',
      '2001:db8:b::1',
    ],
    ['label', withAddresses('fd00::1', plain), '2600::1', plain, 'fd00::1'],
    ['label', withAddresses(plain, 'fd00::1'), 'fd77::1', 'fd00::1', plain],
    ['privacy', withAddresses(anAddress('2001:db8:a::2', {temporary: true}), plain), '2600::1', plain, '2001:db8:a::2'],
    ['orchid', withOrchid(), '2001:10::9', '2001:10::1', '2001:db8:a::1'],
    ['longest-prefix', withAddresses(plain, '2600::2'), '2600::1', '2600::2', plain],
    // The bits beyond the prefix of the address do not count.
    ['longest-prefix', withAddresses('2600::2/16', '2600:0:8000::1/64'), '2600::1', '2600:0:8000::1', '2600::2'],
    ['first-in-order', withAddresses('2001:db8:a::2', plain), '2600::1', '2001:db8:a::2', plain],
    ['not-optimistic', optimistic(), '2600::1', plain, '2001:db8:a::2'],
  ]

  it.each(cases)('is %s', (rule, network, dest, source, runnerUp) => {
    expect(choose(network, dest)).toMatchObject({
      source: {address: source},
      rule,
      runnerUp: {candidate: {address: runnerUp}, lostBy: rule},
      error: null,
      unknowns: [],
    })
  })

  /** Without a label of their own, ORCHIDs are told apart by their rule. */
  function withOrchid(): NetworkNamespace {
    return {...withAddresses(plain, '2001:10::1'), labels: []}
  }

  function optimistic(): NetworkNamespace {
    const addresses = [anAddress('2001:db8:a::2', {optimistic: true, tentative: true}), anAddress(plain)]
    return aNetwork({links: [aLink(2, 'eth0', addresses, {settings: {optimisticDad: 1, useOptimistic: 1}})]})
  }

  it('is none if there is one candidate', () => {
    expect(choose(withAddresses(plain), '2600::1')).toMatchObject({rule: 'only-candidate', runnerUp: null})
  })

  it('is src of the route', () => {
    const network = aNetwork({routes: [aRoute('default', 'eth0', {prefsrc: '2001:db8:b::1'})]})
    expect(choose(network, '2600::1')).toMatchObject({
      source: {address: '2001:db8:b::1', dev: 'eth1', prefixLength: 64},
      rule: 'route-src',
      runnerUp: null,
    })
  })
})

describe('candidates', () => {
  it('are not tentative, unless optimistic', () => {
    const network = withAddresses(
      anAddress('2600::2', {tentative: true, dadFailed: true}),
      anAddress('2600::3', {tentative: true, optimistic: true}),
      plain,
    )
    expect(choose(network, '2600::1')).toMatchObject({
      source: {address: plain},
      rule: 'not-deprecated',
      runnerUp: {candidate: {address: '2600::3'}},
    })
  })

  it('are those of the device alone for a link, and with use_oif_addrs_only', () => {
    const links = [aLink(2, 'eth0', ['fe80::1'], {settings: {useOifAddrsOnly: 1}}), aLink(3, 'eth1', [plain])]
    expect(choose(aNetwork({links}), '2600::1')).toMatchObject({source: {address: 'fe80::1'}, rule: 'only-candidate'})
    const routes = [aRoute('ff00::/8', 'eth0'), aRoute('fe80::/64', 'eth0')]
    const bare = aNetwork({links: [aLink(2, 'eth0'), aLink(3, 'eth1', ['fe80::2', plain])], routes})
    for (const dest of ['fe80::9', 'ff02::1', 'ff0e::1']) {
      expect(choose(bare, {dest, oif: 'eth0'}).error?.code).toBe('EADDRNOTAVAIL')
    }
  })

  it('are on devices that are down, and on lo', () => {
    const links = [aLink(1, 'lo', ['2600::5/128']), aLink(2, 'eth0'), aLink(3, 'eth1', ['2600::4'], {up: false})]
    expect(choose(aNetwork({links}), '2600::1')).toMatchObject({
      source: {address: '2600::5', dev: 'lo'},
      runnerUp: {candidate: {address: '2600::4', dev: 'eth1'}},
    })
  })

  it('are those of the VRF of the device', () => {
    const links = [
      aLink(2, 'eth0', ['2600::4']),
      aLink(3, 'eth1', [], {master: 9}),
      aLink(4, 'eth2', ['2001:db8:c::1'], {master: 9}),
      aLink(9, 'blue', ['2001:db8:d::1'], {kind: 'vrf', vrfTable: 10}),
    ]
    const {rules} = aNetwork()
    const network = aNetwork({
      links,
      rules: [...(rules ?? []).slice(0, 1), {...rules?.[1], priority: 1000, table: null, l3mdev: true} as never],
      routes: [aRoute('default', 'eth1', {table: 10}), aRoute('default', 'eth0')],
    })
    const answer = choose(network, {dest: '2600::1', oif: 'eth1'})
    expect(answer).toMatchObject({source: {address: '2001:db8:d::1'}, runnerUp: {candidate: {dev: 'eth2'}}})
    expect(choose(network, {dest: '2600::1', oif: 'blue'})).toMatchObject({source: answer.source, route: {dev: 'eth1'}})
  })
})

describe('preferences of the socket', () => {
  const addresses = [anAddress('2001:db8:a::2', {temporary: true}), anAddress(plain)]

  it.each([
    [0, undefined, plain],
    [1, undefined, plain],
    [2, undefined, '2001:db8:a::2'],
    [2, 'public', plain],
    [0, 'temporary', '2001:db8:a::2'],
  ] as const)('with use_tempaddr %s and %s', (useTempaddr, prefer, source) => {
    const network = aNetwork({links: [aLink(2, 'eth0', addresses, {settings: {useTempaddr}})]})
    const question = {dest: '2600::1', ...(prefer ? {prefer} : {})}
    expect(choose(network, question).source?.address).toBe(source)
  })
})

describe('what is not known', () => {
  it('is said if it decides', () => {
    const temporary = anAddress('2001:db8:a::2', {temporary: true})
    const links = [aLink(2, 'eth0', [temporary, plain], {settings: {useTempaddr: null}})]
    expect(choose(aNetwork({links}), '2600::1')).toMatchObject({
      source: null,
      error: null,
      rule: null,
      unknowns: ['net.ipv6.conf.eth0.use_tempaddr could not be read'],
      possible: [{address: plain}, {address: '2001:db8:a::2'}],
      route: {dev: 'eth0'},
    })
  })

  it('is not said if it does not', () => {
    const nothing = {useTempaddr: null, useOptimistic: null, optimisticDad: null, useOifAddrsOnly: null}
    const links = [aLink(2, 'eth0', [plain], {settings: nothing}), aLink(3, 'eth1', ['fe80::1'], {settings: nothing})]
    expect(choose(aNetwork({links, linkOrderKnown: false, neighbours: null}), '2600::1')).toMatchObject({
      source: {address: plain},
      unknowns: [],
    })
  })

  it('may be the rule alone', () => {
    const links = [aLink(2, 'eth0', [anAddress(plain, {homeAddress: true}), '2001:db8:a::2'])]
    const home = aNetwork({links})
    expect(chooseSource(home, {dest: '2600::1'}, {...options, mobileIpv6: null})).toMatchObject({
      source: {address: plain},
      rule: null,
      runnerUp: null,
      unknowns: [],
    })
    expect(choose(home, '2600::1').rule).toBe('first-in-order')
    expect(chooseSource(home, {dest: '2600::1'}, {...options, mobileIpv6: true}).rule).toBe('home-address')
  })

  it('is the order of devices, for a tie between two', () => {
    const links = [aLink(2, 'eth0'), aLink(3, 'eth1', ['2001:db8:b::1']), aLink(4, 'eth2', ['2001:db8:c::1'])]
    const tie = aNetwork({links, linkOrderKnown: false})
    expect(choose(tie, '2600::1').unknowns).toEqual(["which of eth1, eth2 comes first in the kernel's list of devices"])
    expect(choose(tie, '2001:db8:c::9').source?.address).toBe('2001:db8:c::1')
  })

  it('is the label, if the table could not be read', () => {
    expect(choose({...withAddresses(plain, 'fd00::1'), labels: null}, '2600::1').unknowns).toHaveLength(2)
    expect(choose({...withAddresses(plain), labels: null}, '2600::1').source?.address).toBe(plain)
  })

  it.each([
    [{rules: null}, 'policy rules'],
    [{routes: null}, 'routes'],
    [{linksKnown: false as const}, 'links or addresses'],
  ])('is everything without %s', (missing, what) => {
    expect(choose(aNetwork(missing), '2600::1').unknowns).toEqual([expect.stringContaining(what)])
  })

  it.each(['::ffff:192.0.2.1', '192.0.2.1', 'example.org', ''])('is where to send for %s', (dest) => {
    expect(choose(aNetwork(), dest)).toMatchObject({source: null, error: null, unknowns: [expect.any(String)]})
  })
})
