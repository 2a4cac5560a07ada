import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import type {Ipv6Address, Ipv6Route, NetworkNamespace} from '../../../src/facts/network/namespace.js'
import {aLink, aNetwork, anAddress, aRoute} from '../../models/source-address/network.js'
import {holdsForAll} from '../../support/property.js'
import {check} from './host.js'

const networks = ['2001:db8:a', '2001:db8:b', 'fd00:1', 'fe80:', '2600:1']
const text = fc
  .tuple(fc.constantFrom(...networks), fc.constantFrom('1', '5', 'aaaa'))
  .map(([network, host]) => `${network}::${host}`.replace(':::', '::'))

const address: fc.Arbitrary<Ipv6Address> = fc
  .record({
    text,
    length: fc.constantFrom(48, 64, 128),
    temporary: fc.boolean(),
    deprecated: fc.boolean(),
    tentative: fc.boolean(),
    dadFailed: fc.boolean(),
    dynamic: fc.boolean(),
    manageTemporary: fc.boolean(),
    noPrefixRoute: fc.boolean(),
    validLifetime: fc.constantFrom(3600, Number.POSITIVE_INFINITY),
  })
  .map(({text, length, dadFailed, tentative, ...more}) =>
    anAddress(`${text}/${length}`, {...more, dadFailed, tentative: tentative || dadFailed}),
  )

const route: fc.Arbitrary<Ipv6Route> = fc
  .record({
    dst: fc.constantFrom('default', 'default', '2::/64', '2600::/16', '2001:db8:a::/64', 'fd00:9::/48'),
    via: fc.option(text),
    dev: fc.constantFrom('eth0', 'eth1'),
    metric: fc.constantFrom(256, 1024),
    prefsrc: fc.option(text, {freq: 3}),
    protocol: fc.constantFrom('ra', 'static', 'boot', 'kernel', null),
    expires: fc.constantFrom(null, 1800),
    flags: fc.constantFrom([], ['dead', 'linkdown'], ['onlink']),
  })
  .map(({dst, via, dev, flags, ...more}) => aRoute(dst, [], {...more, nexthops: [{dev, via, weight: 1, flags}]}))

const settings = fc.record({
  forwarding: fc.constantFrom(0, 1, null),
  acceptRa: fc.constantFrom(0, 1, 2, null),
  useTempaddr: fc.constantFrom(0, 2),
})
const addresses = fc.uniqueArray(address, {maxLength: 4, selector: (each) => each.address})

const network: fc.Arbitrary<NetworkNamespace> = fc
  .record({
    eth0: addresses,
    eth1: addresses,
    one: settings,
    other: settings,
    routes: fc.array(route, {maxLength: 6}),
    carrier: fc.boolean(),
    kind: fc.constantFrom('veth', 'wireguard', null),
  })
  .map(({eth0, eth1, one, other, routes, carrier, kind}) =>
    aNetwork({
      links: [
        aLink(1, 'lo', ['::1/128']),
        aLink(2, 'eth0', eth0, {settings: one, kind}),
        aLink(3, 'eth1', eth1, {settings: other, carrier}),
      ],
      routes,
    }),
  )

const surroundings = fc.record({
  docker: fc.boolean(),
  sysctl: fc.constantFrom('', 'net.ipv6.conf.all.forwarding=1', 'net.ipv6.conf.eth0.accept_ra=2'),
  translates: fc.constantFrom(true, false, null),
  asked: fc.array(text, {maxLength: 2}),
})

describe('whatever a host looks like', () => {
  it('no two findings have one rule and one subject', () => {
    holdsForAll(
      fc.property(network, surroundings, (given, around) => {
        const keys = check(given, around).findings.map(({rule, subject}) => `${rule} ${subject.kind} ${subject.name}`)
        expect(keys).toEqual([...new Set(keys)])
      }),
    )
  })

  it('findings say what is wrong and what to do', () => {
    holdsForAll(
      fc.property(network, surroundings, (given, around) => {
        for (const {summary, why, evidence, remediation, rule} of check(given, around).findings) {
          expect(summary).not.toMatch(/undefined|null|NaN|Infinity|\[object/)
          expect(why.length).toBeGreaterThan(40)
          expect(evidence.length).toBeGreaterThan(0)
          expect(JSON.stringify([evidence, remediation])).not.toMatch(/undefined|NaN|Infinity/)
          if (rule !== 'source-off-prefix') expect(remediation.length).toBeGreaterThan(0)
        }
      }),
    )
  })

  it('what is not shown is never taken for in order', () => {
    const lacks = fc.constantFrom({labels: null}, {rules: null}, {routes: null}, {linksKnown: false, links: []})
    holdsForAll(
      fc.property(network, surroundings, lacks, (given, around, lack) => {
        const before = check(given, around)
        // The engine itself tells of these gaps; here they must not turn a finding about a source into silence.
        const after = check(
          {...given, ...lack, gaps: [{status: 'missing', input: 'network', reason: 'denied', detail: 'x'}]},
          around,
        )
        expect(after.skipped).toBeNull()
        const lost = before.findings.filter(
          ({rule, subject}) => !after.findings.some((each) => each.rule === rule && each.subject.name === subject.name),
        )
        if (lost.length > 0 && 'labels' in lack) expect(after.unknowns.length).toBeGreaterThan(0)
      }),
    )
  })
})
