import fc from 'fast-check'
import {expect, it} from 'vitest'
import {defaultTables, parseGaiConf} from '../../../src/facts/gai-conf.js'
import {compare} from '../../../src/models/destination-order/compare.js'
import type {Destination, DestinationSource} from '../../../src/models/destination-order/destination.js'
import {orderDestinations} from '../../../src/models/destination-order/order.js'
import {rankRange} from '../../../src/models/destination-order/rank.js'
import {growthOf, LINEAR} from '../../support/growth.js'
import {holdsForAll} from '../../support/property.js'

const defaults = parseGaiConf('')

function from(address: string, given: Partial<DestinationSource> = {}): DestinationSource {
  return {address, deprecated: false, home: false, prefixLength: 24, native: true, ...given}
}

function orderOf(destinations: readonly Destination[], gai = defaults): readonly string[] | undefined {
  const {order} = orderDestinations(destinations, gai)
  return order?.map((index) => destinations[index]?.address ?? '')
}

const gua: Destination = {address: '2001:db8::9', source: from('2001:db8::1')}
const v4: Destination = {address: '198.51.100.9', source: from('10.0.0.1')}

it.each<readonly [string, Destination, Destination]>([
  ['usable', v4, {address: '2001:db8::9', source: null}],
  ['matching-scope', v4, {address: '2001:db8::9', source: from('fe80::1')}],
  ['source-not-deprecated', v4, {address: '2001:db8::9', source: from('2001:db8::1', {deprecated: true})}],
  ['home-source', {address: '2400::9', source: from('2400::1', {home: true})}, gua],
  ['matching-label', v4, {address: '2001:db8::9', source: from('fd00::1')}],
  ['precedence', gua, v4],
  [
    'native-transport',
    {address: '2400::9', source: from('2001:db8::1')},
    {...gua, source: from('2001:db8::1', {native: false})},
  ],
  ['smaller-scope', {address: 'fe80::9', source: from('fe80::1')}, gua],
  [
    'longest-prefix',
    {address: '2001:db8::2', source: from('2001:db8::1')},
    {address: '2001:db9::2', source: from('2001:db8::1')},
  ],
  ['given-order', v4, {address: '203.0.113.9', source: from('10.0.0.1')}],
])('is decided by %s', (rule, first, second) => {
  const decisions = [{first: 0, second: 1, rule}]
  expect(orderDestinations([first, second], defaults)).toEqual({order: [0, 1], decisions, first: 0, unknowns: []})
  if (rule !== 'given-order') expect(orderDestinations([second, first], defaults).order).toEqual([1, 0])
})

it('compares prefixes of IPv4 within the subnet of the source only', () => {
  const near = {address: '10.0.0.200', source: from('10.0.0.1')}
  const nearer = {address: '10.0.0.3', source: from('10.0.0.1')}
  expect(orderOf([near, nearer])).toEqual(['10.0.0.3', '10.0.0.200'])
  const outside = [near, nearer].map(({address}) => ({address, source: from('10.0.0.1', {prefixLength: 30})}))
  expect(orderOf(outside)).toEqual(['10.0.0.3', '10.0.0.200'])
  const unlisted = [near, nearer].map(({address}) => ({address, source: from('10.0.0.1', {prefixLength: 0})}))
  expect(orderOf(unlisted)).toEqual(['10.0.0.200', '10.0.0.3'])
})

it('takes the scope of IPv4 addresses from scopev4', () => {
  const destinations = [v4, {address: '10.9.9.9', source: from('10.0.0.1')}]
  expect(orderOf(destinations)).toEqual(['198.51.100.9', '10.9.9.9'])
  expect(orderOf(destinations, parseGaiConf('scopev4 10.0.0.0/8 5\n'))).toEqual(['10.9.9.9', '198.51.100.9'])
})

it('has nothing to order without destinations', () => {
  expect(orderDestinations([], defaults)).toEqual({order: [], decisions: [], first: null, unknowns: []})
})

it('knows the order if it is the same whatever a source is', () => {
  const answer = orderDestinations([{...v4, source: 'unknown'}, gua], defaults)
  expect(answer).toEqual({order: [1, 0], decisions: [{first: 1, second: 0, rule: null}], first: 1, unknowns: []})
})

it('says what is missing if the order depends on it', () => {
  const ula = {address: 'fd00::9', source: from('2001:db8::1')}
  expect(orderDestinations([{...v4, source: 'unknown'}, ula], defaults)).toEqual({
    order: null,
    decisions: [],
    first: null,
    unknowns: ['the source towards 198.51.100.9'],
    possible: [
      [0, 1],
      [1, 0],
    ],
  })
})

it('knows the first though the others are in doubt', () => {
  const doubtful = {address: '2001:db8::9', source: from('fd00::1', {deprecated: null})}
  const answer = orderDestinations([doubtful, {address: 'fd00::8', source: from('2001:db8::1')}, v4], defaults)
  expect(answer).toMatchObject({order: null, first: 2, unknowns: ['whether fd00::1 is deprecated']})
})

it('names the lines of gai.conf that decide by chance', () => {
  const gai = parseGaiConf('precedence ::/0 40\nprecedence ::ffff:0:0/96 10\nprecedence ::ffff:198.51.100.9 100\n')
  const answer = orderDestinations([gua, v4], gai)
  expect(answer.order).toBeNull()
  expect(answer.unknowns).toEqual(['line 3 of gai.conf, which glibc reads by chance before 2.41'])
  expect(orderOf([gua, v4], {...gai, readings: gai.readings.slice(0, 1)})).toEqual([v4.address, gua.address])
})

it('rejects what is no address, and a source of the other family', () => {
  for (const address of ['', '10.1', '010.0.0.1', '::g', '10.0.0.1%lo']) {
    expect(() => orderDestinations([{address, source: null}], defaults)).toThrow('not an IP address')
  }
  expect(() => orderDestinations([{...gua, source: from('10.0.0.1')}], defaults)).toThrow('family')
})

const flag = fc.boolean()
const six = fc
  .tuple(fc.constantFrom('2001:db8', 'fd00', '2002', 'fe80', 'fec0'), fc.nat(0xffff))
  .map(([prefix, host]) => `${prefix}::${host.toString(16)}`)
const four = fc
  .tuple(fc.constantFrom('10.0.0', '10.0.1', '169.254.0', '198.51.100'), fc.nat(255))
  .map(([prefix, host]) => `${prefix}.${host}`)
const destinationOf = (address: fc.Arbitrary<string>): fc.Arbitrary<Destination> =>
  fc.record({
    address,
    source: fc.option(
      fc.record({address, deprecated: flag, home: flag, prefixLength: fc.constantFrom(0, 24, 32), native: flag}),
    ),
  })
const oneFamily = fc.oneof(...[six, four].map((address) => fc.array(destinationOf(address), {maxLength: 12})))
const anyFamily = fc.array(fc.oneof(destinationOf(six), destinationOf(four)), {maxLength: 12})
const gaiConf = fc.constantFrom(
  defaults,
  parseGaiConf('precedence ::/0 40\nlabel ::/0 1\n'),
  parseGaiConf('label fd00::/8 1\nscopev4 10.0.0.0/24 5\nscopev4 10.0.1.0/24 2\n'),
)

it('compares two the same way from both sides', () => {
  holdsForAll(
    fc.property(destinationOf(six), destinationOf(four), flag, gaiConf, (one, other, earlier, gai) => {
      for (const tables of gai.readings) {
        const [a, b] = [rankRange(one, tables), rankRange(other, tables)]
        const [there, back] = [compare(a, b, earlier), compare(b, a, !earlier)]
        expect(back).toEqual({before: !there.before, rule: there.rule})
      }
    }),
  )
})

it('moves nobody within a family if a destination is taken away', () => {
  holdsForAll(
    fc.property(oneFamily, fc.nat(), gaiConf, (destinations, which, gai) => {
      const gone = destinations.length === 0 ? 0 : which % destinations.length
      const rest = orderDestinations(destinations.toSpliced(gone, 1), gai).order
      const expected = orderDestinations(destinations, gai).order?.filter((index) => index !== gone)
      expect(rest?.map((index) => (index >= gone ? index + 1 : index))).toEqual(expected)
    }),
  )
})

it('orders three in a circle by the algorithm: each of them comes before the next', () => {
  const gai = parseGaiConf('precedence ::/0 40\n')
  const far = {address: '2001:db9::1', source: from('2001:db8::1')}
  const near = {address: '2001:db8::2', source: from('2001:db8::1')}
  const [tables = defaultTables] = gai.readings
  const [a, b, c] = [rankRange(far, tables), rankRange(v4, tables), rankRange(near, tables)]
  expect([compare(a, b, true), compare(b, c, true), compare(c, a, false)].map(({before}) => before)).toEqual([
    true,
    true,
    true,
  ])
  // Without the one between them the order of the other two is another.
  expect(orderOf([far, v4, near], gai)).toEqual([far.address, v4.address, near.address])
  expect(orderOf([far, near], gai)).toEqual([near.address, far.address])
})

it('tells each neighbour by the rule of that pair alone', () => {
  holdsForAll(
    fc.property(anyFamily, gaiConf, (destinations, gai) => {
      const {order, decisions} = orderDestinations(destinations, gai)
      expect(order?.toSorted((a, b) => a - b)).toEqual([...destinations.keys()])
      for (const {first, second, rule} of decisions) {
        const pair = [first, second].sort((a, b) => a - b).map((index) => destinations[index] ?? gua)
        const alone = orderDestinations(pair, gai)
        expect(alone.decisions.map((one) => one.rule)).toEqual([rule])
        expect(alone.order?.[0]).toBe(first < second ? 0 : 1)
      }
    }),
  )
})

it('has what really comes out among what is possible, if something is not known', () => {
  const doubts = fc.array(fc.constantFrom('source', 'deprecated', 'home', 'prefixLength', 'native', 'none'), {
    minLength: 4,
    maxLength: 4,
  })
  holdsForAll(
    fc.property(
      anyFamily.map((all) => all.slice(0, 4)),
      doubts,
      gaiConf,
      (destinations, unknown, gai) => {
        const homeless = destinations.map((one): Destination => {
          const {source} = one
          return source === null || source === 'unknown' || one.address.includes(':')
            ? one
            : {...one, source: {...source, home: false}}
        })
        const real = orderDestinations(homeless, gai)
        const hidden = homeless.map((one, index): Destination => {
          const what = unknown[index] ?? 'none'
          if (what === 'none') return one
          if (what === 'source' || one.source === null || one.source === 'unknown') return {...one, source: 'unknown'}
          return {...one, source: {...one.source, [what]: null}}
        })
        const answer = orderDestinations(hidden, gai)
        const possible = answer.order ? [answer.order] : (answer.possible ?? [])
        expect(possible).toContainEqual(real.order)
        expect(answer.unknowns.length > 0).toBe(answer.order === null)
        if (answer.first !== null) expect(answer.first).toBe(real.first)
      },
    ),
  )
})

it('orders thousands in time that grows with their number, also if nothing is known of them', async () => {
  const order = (size: number) => {
    const many = Array.from({length: size}, (_, index): Destination => {
      return {address: `2001:db8::${index.toString(16)}`, source: index % 2 === 0 ? from('2001:db8::1') : null}
    })
    expect(orderDestinations(many, defaults).order).toHaveLength(size)
    const unknown = many.slice(0, size / 10).map((one): Destination => ({...one, source: 'unknown'}))
    expect(orderDestinations(unknown, defaults).order).toBeNull()
  }
  expect(await growthOf(order, 2000)).toBeLessThan(LINEAR)
})
