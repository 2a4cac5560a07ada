import {expect, it} from 'vitest'
import type {NetworkNamespace} from '../../../src/facts/network/namespace.js'
import {ownNetworkFact} from '../../../src/facts/network.js'
import {destinationFrom} from '../../../src/models/destination-order/from-namespace.js'
import type {SourceAnswer} from '../../../src/models/source-address/answer.js'
import {derive, valueOfKnown} from '../../facts/derive.js'
import {networkRecords} from '../../support/network-records.js'

interface ShownAddress {
  readonly local: string
  readonly address?: string
  readonly deprecated?: true
  readonly optimistic?: true
}

const forever = {valid_life_time: 4294967295, preferred_life_time: 4294967295}

async function namespaceWith(
  ...links: readonly {readonly kind?: string; readonly addresses: readonly ShownAddress[]}[]
): Promise<NetworkNamespace> {
  const shown = links.map(({kind, addresses}, index) => ({
    ifindex: index + 2,
    ifname: `d${index}`,
    flags: ['UP', 'LOWER_UP'],
    mtu: 1500,
    ...(kind === undefined ? {} : {linkinfo: {info_kind: kind}}),
    addr_info: addresses.map((address) => ({family: 'inet6', prefixlen: 64, ...forever, ...address})),
  }))
  const texts = {addresses: JSON.stringify(shown)}
  return valueOfKnown(await derive(ownNetworkFact, {network: networkRecords([{texts}])}))
}

function answer(address: string | null, given: Partial<SourceAnswer> = {}): SourceAnswer {
  const source = address === null ? null : {address, dev: 'd0', prefixLength: 64}
  return {dest: '2001:db8::9', source, rule: null, runnerUp: null, route: null, error: null, unknowns: [], ...given}
}

const plain = {deprecated: false, home: false, prefixLength: 64, native: true}

it('describes the source that was chosen', async () => {
  const namespace = await namespaceWith({addresses: [{local: '2001:db8::1'}, {local: '2001:db8::2', deprecated: true}]})
  const of = (address: string) => destinationFrom(answer(address), namespace)
  expect(of('2001:db8::1')).toEqual({address: '2001:db8::9', source: {address: '2001:db8::1', ...plain}})
  expect(of('2001:db8::2').source).toMatchObject({...plain, deprecated: true})
})

it('takes an optimistic address for a deprecated one, and a tunnel for no native transport', async () => {
  const namespace = await namespaceWith({kind: 'sit', addresses: [{local: '2001:db8::1', optimistic: true}]})
  expect(destinationFrom(answer('2001:db8::1'), namespace).source).toMatchObject({deprecated: true, native: false})
})

it('does not find a point-to-point address', async () => {
  const namespace = await namespaceWith({addresses: [{local: '2001:db8::1', address: '2001:db8::2'}]})
  expect(destinationFrom(answer('2001:db8::1'), namespace).source).toMatchObject({prefixLength: 0, native: false})
})

it('does not know in what equal addresses differ', async () => {
  const twice = [{addresses: [{local: 'fe80::1'}]}, {kind: 'sit', addresses: [{local: 'fe80::1'}]}]
  const {source} = destinationFrom(answer('fe80::1'), await namespaceWith(...twice))
  expect(source).toEqual({address: 'fe80::1', ...plain, native: null})
})

it('tells no source from one that is not known', async () => {
  const namespace = await namespaceWith({addresses: []})
  const error = {code: 'ENETUNREACH', why: 'no route'} as const
  expect(destinationFrom(answer(null, {error}), namespace).source).toBeNull()
  expect(destinationFrom(answer(null, {unknowns: ['the rules']}), namespace).source).toBe('unknown')
})

it('knows the source but nothing of it where addresses could not be read', async () => {
  const namespace = {...(await namespaceWith({addresses: []})), linksKnown: false} as const
  const nothing = {deprecated: null, home: null, prefixLength: null, native: null}
  expect(destinationFrom(answer('fe80::1'), namespace).source).toEqual({address: 'fe80::1', ...nothing})
})
