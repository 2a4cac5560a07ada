import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {parseNamespace} from '../../src/facts/network/parse.js'
import {networkFact, ownNetworkFact} from '../../src/facts/network.js'
import {missing} from '../../src/model/missing.js'
import {growthOf, LINEAR} from '../support/growth.js'
import {networkRecords, OWN_INODE, settingsText} from '../support/network-records.js'
import {observer, processRecord, walk} from '../support/process-lines.js'
import {holdsForAll} from '../support/property.js'
import {derive, gapsOf, valueOfKnown} from './derive.js'

describe('the own network namespace', () => {
  test('is read whole', async () => {
    const fact = await derive(ownNetworkFact, {network: networkRecords([{}])})
    expect(gapsOf(fact)).toEqual([])
    const {links, ...network} = valueOfKnown(fact)
    expect(network).toMatchObject({inode: Number(OWN_INODE), own: true, linkOrderKnown: true, gaps: []})
    expect(network).not.toHaveProperty('linksKnown')
    expect(network.rules?.map(({table}) => table)).toEqual([255, 254])
    expect(links).toHaveLength(1)
    expect(links[0]).toMatchObject({name: 'lo', loopback: true, settings: {useTempaddr: -1, forwarding: 0}})
    expect(links[0]?.addresses.map(({address}) => address)).toEqual(['::1'])
  })

  test('lacks what could not be asked, and says so once', async () => {
    const fact = await derive(ownNetworkFact, {
      network: networkRecords([
        {texts: {routes: {reason: 'truncated', detail: 'ip -6 route: too long'}, addresses: 'oops', neighbours: '[7]'}},
      ]),
    })
    const {routes, neighbours, rules, linksKnown, links} = valueOfKnown(fact)
    expect([routes, neighbours, linksKnown, links]).toEqual([null, null, false, []])
    expect(rules).toHaveLength(2)
    expect(fact.known && fact.gaps.map(({reason, detail}) => `${reason}: ${detail}`)).toEqual([
      expect.stringMatching(/^invalid: links of this network namespace: no JSON/),
      expect.stringMatching(/^invalid: addresses of this network namespace: no JSON/),
      'truncated: ip -6 route: too long (in this network namespace)',
      'invalid: neighbours of this network namespace: holds what is no object',
    ])
  })

  test('without ip, everything but what /proc says is missing for the same reason', async () => {
    const absent = {reason: 'absent', detail: 'ip: no such command'}
    const texts = {addresses: absent, labels: absent, rules: absent, routes: absent, neighbours: absent}
    const fact = await derive(ownNetworkFact, {network: networkRecords([{texts}])})
    expect(gapsOf(fact)).toEqual(Array(5).fill('network: absent'))
    expect(valueOfKnown(fact)).toMatchObject({linksKnown: false, labels: null, rules: null, routes: null})
  })

  test('of a kernel without IPv6 is known to have none', async () => {
    const enoent = {reason: 'absent', detail: 'ENOENT'}
    const failed = {reason: 'invalid', detail: 'exit code 2: RTNETLINK answers: Address family not supported'}
    const texts = {settings: enoent, deviceOrder: enoent, rules: failed, labels: failed}
    const fact = await derive(ownNetworkFact, {network: networkRecords([{texts}])})
    expect(gapsOf(fact)).toEqual([])
    expect(valueOfKnown(fact)).toMatchObject({ipv6: false, rules: [], routes: [], labels: []})
    // One of the two alone says nothing of the kind.
    const half = await derive(ownNetworkFact, {network: networkRecords([{texts: {settings: enoent}}])})
    expect(gapsOf(half)).toEqual(['network: absent'])
    expect(valueOfKnown(half)).not.toHaveProperty('ipv6')
  })

  test('is not known where it was not recorded, or nothing of it can be read', async () => {
    const notCollected = missing('network', 'not-collected', 'x')
    expect(await derive(ownNetworkFact, {network: notCollected})).toEqual({known: false, missing: [notCollected]})
    const fact = await derive(ownNetworkFact, {network: 'x\n{}\n'})
    expect([fact.known, ...gapsOf(fact)]).toEqual([false, 'network: invalid', 'network: truncated', 'network: invalid'])
  })

  test('that changed while it was read is not taken for whole', () => {
    const lifetimes = {valid_life_time: 9, preferred_life_time: 9}
    const address = {family: 'inet6', local: '2001:db8::1', prefixlen: 64, ...lifetimes}
    const network = parseNamespace(
      {inode: 1, own: true, names: [], pids: []},
      {
        links: '[{"ifindex":1,"ifname":"lo","flags":[],"mtu":9}]',
        addresses: JSON.stringify([{ifindex: 7, addr_info: [address]}]),
        labels: '[]',
        rules: '[]',
        routes: '[]',
        neighbours: '[]',
        deviceOrder: '1 lo\n',
        settings: settingsText({}),
      },
    )
    expect(network).toMatchObject({linksKnown: false, gaps: [{reason: 'invalid'}]})
  })
})

describe('all network namespaces', () => {
  const other = {inode: '4026532500', names: ['web'], pids: [77]}

  test('are the own one and others, with the containers in them', async () => {
    const processes = walk([
      processRecord(50),
      processRecord(77, {
        ns: {...observer.ns, net: '4026532500', mnt: '4026532501', pid: '4026532502'},
        cgroup: `0::/docker/${'a'.repeat(64)}\n`,
      }),
    ])
    const fact = await derive(networkFact, {
      network: networkRecords([{}]),
      'network-namespaces': networkRecords([other]),
      processes,
      'user-namespaces': '',
    })
    const {own, others} = valueOfKnown(fact)
    expect([own.own, own.names]).toEqual([true, []])
    expect(others).toHaveLength(1)
    expect(others[0]).toMatchObject({own: false, names: ['web'], pids: [77], inode: 4026532500})
    expect(others[0]?.containers).toHaveLength(1)
    expect(gapsOf(fact)).toEqual([])
  })

  test('that could not be looked into are gaps', async () => {
    const denied = {reason: 'denied', detail: 'network namespace db: entering it takes CAP_SYS_ADMIN'} as const
    const fact = await derive(networkFact, {
      network: networkRecords([{}]),
      'network-namespaces': networkRecords([other], [denied]),
    })
    expect(gapsOf(fact)).toEqual(['network-namespaces: denied'])
    const missed = await derive(networkFact, {network: networkRecords([{}])})
    expect([valueOfKnown(missed).others, ...gapsOf(missed)]).toEqual([[], 'network-namespaces: absent'])
    const cut = networkRecords([other]).split('\n').slice(0, -2).join('\n')
    const short = await derive(networkFact, {network: networkRecords([{}]), 'network-namespaces': cut})
    expect(gapsOf(short)).toEqual(['network-namespaces: truncated'])
  })
})

describe('whatever a recording holds', () => {
  test('nothing is thrown, and what is broken is a gap', async () => {
    const whole = networkRecords([{}, {inode: '4026532500', names: ['web']}])
    holdsForAll(
      fc.property(fc.nat(whole.length - 1), fc.string({maxLength: 8}), fc.nat(20), (at, text, removed) => {
        const spoilt = whole.slice(0, at) + text + whole.slice(at + removed)
        for (const line of spoilt.split('\n')) {
          let record: unknown
          try {
            record = JSON.parse(line)
          } catch {
            continue
          }
          const value = (record as {text?: unknown} | null)?.text
          if (typeof value !== 'string') continue
          const texts = {links: value, addresses: value, labels: value, rules: value, routes: value, neighbours: value}
          parseNamespace({inode: 1, own: true, names: [], pids: []}, {...texts, deviceOrder: value, settings: value})
        }
      }),
    )
  })

  test('a long list is read in time that grows with its length', async () => {
    const route = (n: number) =>
      `{"type":"1","dst":"2001:db8:${n.toString(16)}::/48","dev":"a","table":"254","metric":1,"flags":[],"pref":"medium"}`
    const read = async (count: number) => {
      const text = `[${Array.from({length: count}, (_, n) => route(n)).join(',')}]`
      const fact = await derive(ownNetworkFact, {network: networkRecords([{texts: {routes: text}}])})
      expect(valueOfKnown(fact).routes).toHaveLength(count)
    }
    expect(await growthOf(read, 5000)).toBeLessThan(LINEAR)
  })
})
