import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import type {Ipv6Address, NetworkNamespace, PolicyRule} from '../../../src/facts/network/namespace.js'
import type {SourceAnswer} from '../../../src/models/source-address/answer.js'
import {chooseSource, createSourcePredictor, type SourceOptions} from '../../../src/models/source-address/predictor.js'
import {holdsForAll} from '../../support/property.js'
import {aLink, aNetwork, anAddress, aRoute, aRule} from './network.js'

const options: SourceOptions = {kernel: {release: '6.18.0', major: 6, minor: 18}, mobileIpv6: false}

/** Few networks and hosts, so that all rules come to decide. */
const text = fc
  .tuple(
    fc.constantFrom('2001:db8:a', '2001:db8:b', '2600:1', 'fd00:1', '2002:c000', 'fe80:', '2001:10', 'fec0:'),
    fc.constantFrom('1', '2', '8000:1'),
  )
  .map(([network, host]) => `${network}::${host}`)
  .map((address) => address.replace(':::', '::'))

const address: fc.Arbitrary<Ipv6Address> = fc
  .record({
    text,
    length: fc.constantFrom(16, 48, 64, 127, 128),
    temporary: fc.boolean(),
    deprecated: fc.boolean(),
    optimistic: fc.boolean(),
    tentative: fc.boolean(),
  })
  .map(({text, length, ...flags}) => anAddress(`${text}/${length}`, flags))

const addresses = fc.uniqueArray(address, {maxLength: 5, selector: (each) => each.address})

const network: fc.Arbitrary<NetworkNamespace> = fc
  .record({
    eth0: addresses,
    eth1: addresses,
    useTempaddr: fc.constantFrom(0, 1, 2),
    useOptimistic: fc.constantFrom(0, 1),
    prefsrc: fc.constantFrom(null, null, null, '2001:db8:a::1'),
  })
  .map(({eth0, eth1, useTempaddr, useOptimistic, prefsrc}) =>
    aNetwork({
      links: [
        aLink(1, 'lo', ['::1/128']),
        aLink(2, 'eth0', eth0, {settings: {useTempaddr, useOptimistic, optimisticDad: 1}}),
        aLink(3, 'eth1', eth1, {settings: {useTempaddr}}),
      ],
      routes: [aRoute('default', 'eth0', {prefsrc}), aRoute('2600::/16', 'eth1'), aRoute('fe80::/64', 'eth0')],
    }),
  )

const question = fc.record({dest: text, oif: fc.constantFrom('eth0', 'eth1')})

/** What who connects sees. */
function seen({source, error, unknowns}: SourceAnswer): unknown {
  return {source, error: error?.code, unknowns}
}

function withLinks(given: NetworkNamespace, change: (addresses: readonly Ipv6Address[]) => readonly Ipv6Address[]) {
  return {...given, links: given.links.map((link) => ({...link, addresses: change(link.addresses)}))}
}

describe('the choice', () => {
  it('stays without all that lost', () => {
    holdsForAll(
      fc.property(network, question, (given, asked) => {
        const answer = chooseSource(given, asked, options)
        fc.pre(answer.source !== null && answer.rule !== 'route-src')
        const alone = withLinks(given, (all) => all.filter((each) => each.address === answer.source?.address))
        expect(chooseSource(alone, asked, options).source).toEqual(answer.source)
      }),
    )
  })

  it('stays without the runner-up, which is the choice without the chosen', () => {
    holdsForAll(
      fc.property(network, question, (given, asked) => {
        const {source, runnerUp} = chooseSource(given, asked, options)
        fc.pre(source !== null && runnerUp !== null)
        const without = (address?: string, dev?: string) => ({
          ...given,
          links: given.links.map((link) =>
            link.name === dev ? {...link, addresses: link.addresses.filter((each) => each.address !== address)} : link,
          ),
        })
        const second = runnerUp?.candidate
        expect(chooseSource(without(second?.address, second?.dev), asked, options).source).toEqual(source)
        expect(chooseSource(without(source?.address, source?.dev), asked, options).source).toEqual(second)
      }),
    )
  })

  it('stays when an address comes that loses to the chosen alone', () => {
    holdsForAll(
      fc.property(network, question, address, fc.nat(5), (given, asked, more, at) => {
        const before = chooseSource(given, asked, options)
        fc.pre(before.source !== null && before.rule !== 'route-src')
        const [, eth0] = given.links
        fc.pre(eth0?.addresses.every((each) => each.address !== more.address) ?? false)
        const added = {
          ...given,
          links: given.links.map((link) =>
            link.name === 'eth0' ? {...link, addresses: link.addresses.toSpliced(at, 0, more)} : link,
          ),
        }
        const after = chooseSource(added, asked, options)
        // It takes over, or everything stays: no third address can win by it.
        if (after.source?.address !== more.address) expect(after.source).toEqual(before.source)
      }),
    )
  })

  it('does not depend on tentative addresses', () => {
    holdsForAll(
      fc.property(network, question, (given, asked) => {
        fc.pre(chooseSource(given, asked, options).rule !== 'route-src')
        const bare = withLinks(given, (all) => all.filter(({tentative, optimistic}) => !tentative || optimistic))
        expect(seen(chooseSource(bare, asked, options))).toEqual(seen(chooseSource(given, asked, options)))
      }),
    )
  })

  it('depends on the order of addresses only in a tie', () => {
    holdsForAll(
      fc.property(network, question, (given, asked) => {
        const {source, rule} = chooseSource(given, asked, options)
        fc.pre(rule !== 'first-in-order')
        const turned = withLinks({...given, links: given.links.toReversed()}, (all) => all.toReversed())
        // The same address on two devices is a tie as well.
        if (rule !== 'route-src') expect(chooseSource(turned, asked, options).source).toEqual(source)
      }),
    )
  })

  it('does not depend on rules and tables that are not reached', () => {
    const rule: fc.Arbitrary<PolicyRule> = fc
      .record({priority: fc.integer({min: 1, max: 32765}), kind: fc.nat(4)})
      .map(({priority, kind}) => {
        if (kind === 0) return aRule(priority, {table: 77})
        if (kind === 1) return aRule(priority, {action: 'nop', table: null})
        if (kind === 2) return aRule(priority, {iif: 'eth0', action: 'prohibit', table: null})
        if (kind === 3) return aRule(priority, {fwmark: 1, fwmask: 1, action: 'blackhole', table: null})
        return aRule(priority, {table: 78, suppressPrefixLength: 128})
      })
    holdsForAll(
      fc.property(network, question, fc.array(rule), (given, asked, more) => {
        const [first, ...rest] = given.rules ?? []
        const rules = [...(first ? [first] : []), ...more.sort((a, b) => a.priority - b.priority), ...rest]
        const routes = [...(given.routes ?? []), aRoute('default', 'eth1', {table: 78})]
        expect(chooseSource({...given, rules, routes}, asked, options)).toEqual(chooseSource(given, asked, options))
      }),
    )
  })

  it('does not depend on what was asked before', () => {
    holdsForAll(
      fc.property(network, fc.array(question, {minLength: 1, maxLength: 5}), (given, all) => {
        const predictor = createSourcePredictor(given, options)
        const answers = all.map((asked) => predictor.ask(asked))
        expect(answers).toEqual(all.map((asked) => chooseSource(given, asked, options)))
      }),
    )
  })

  it('is said to be open only if one of the possibilities differs', () => {
    const setting = fc.constantFrom(null, 0, 2)
    holdsForAll(
      fc.property(network, question, setting, setting, fc.boolean(), (given, asked, tempaddr, only, linkOrderKnown) => {
        const blind = (useTempaddr: number | null, useOifAddrsOnly: number | null) => ({
          ...given,
          linkOrderKnown,
          links: given.links.map((link) => ({...link, settings: {...link.settings, useTempaddr, useOifAddrsOnly}})),
        })
        const answer = chooseSource(blind(tempaddr, only), asked, options)
        const values = (value: number | null) => (value === null ? [0, 2] : [value])
        const sources = values(tempaddr).flatMap((a) =>
          values(only).flatMap((b) => {
            const one = chooseSource({...blind(a, b), linkOrderKnown: true}, asked, options)
            return [one.source?.address ?? one.error?.code]
          }),
        )
        if (answer.unknowns.length === 0) {
          expect(new Set(sources)).toEqual(new Set([answer.source?.address ?? answer.error?.code]))
        } else {
          const possible = answer.possible?.map((each) => ('code' in each ? each.code : each.address))
          expect(possible).toEqual(expect.arrayContaining([...new Set(sources)]))
          expect(new Set(possible).size).toBeGreaterThan(1)
        }
      }),
    )
  })
})

describe('many', () => {
  const many = 2000

  it('routes, addresses, rules and destinations are no matter', () => {
    const hex = (value: number) => value.toString(16)
    const routes = Array.from({length: many}, (_, index) => aRoute(`2600:${hex(index)}::/32`, 'eth1'))
    const rules = Array.from({length: many}, (_, index) =>
      aRule(index + 1, {dst: {address: `2620:${hex(index)}::`, length: 32}, table: 77}),
    )
    const [first, last] = aNetwork().rules ?? []
    const crowded = aNetwork({
      links: [
        aLink(
          2,
          'eth0',
          Array.from({length: 200}, (_, index) => `2001:db8:${hex(index)}::1`),
        ),
        aLink(3, 'eth1'),
      ],
      routes: [...routes, aRoute('default', 'eth0')],
      rules: [...(first ? [first] : []), ...rules, ...(last ? [last] : [])],
    })
    const predictor = createSourcePredictor(crowded, options)
    for (let index = 0; index < 300; index++) {
      expect(predictor.ask({dest: `2600:${hex(index)}::1`}).route?.dev).toBe('eth1')
    }
  })

  it('names and texts from the host are no matter', () => {
    const odd = ['__proto__', 'constructor', '\u001b[2J', ' ', 'ﬀ'.repeat(10_000)]
    const links = odd.map((name, index) => aLink(index + 1, name, [`2001:db8:${index}::1`]))
    for (const dev of odd) {
      const answer = chooseSource(aNetwork({links, routes: [aRoute('default', [dev])]}), {dest: '2600::1'}, options)
      // Routes of the test are given as texts, which a space would part.
      if (!dev.includes(' ')) expect(answer.route?.dev).toBe(dev)
      expect(chooseSource(aNetwork(), {dest: dev, oif: dev}, options).unknowns).toHaveLength(1)
    }
  })
})
