import {describe, expect, test} from 'vitest'
import {
  checkOrder,
  ipv4ToOrder,
  orderReportOf as reportOf,
  type ToOrder,
} from '../../../src/engine/predict-source/order.js'
import {known, unknown} from '../../../src/facts/define.js'
import {parseGaiConf} from '../../../src/facts/gai-conf.js'
import {missing} from '../../../src/model/missing.js'
import type {DestinationSource} from '../../../src/models/destination-order/destination.js'

function from(dest: string, address: string | null, more: Partial<DestinationSource> = {}): ToOrder {
  const source = address && {address, deprecated: false, home: false, prefixLength: 64, native: true, ...more}
  return {destination: {address: dest, source: source || null}, shown: {dest, source: address}}
}

const ipv4 = (dest: string): ToOrder => ipv4ToOrder(dest) ?? from(dest, null)
const orderReportOf = (asked: readonly ToOrder[], gai = '') => reportOf(asked, known(parseGaiConf(gai)), false)
const near = from('2001:db8::9', '2001:db8::1')

describe('what decides between neighbours', () => {
  test.each<readonly [string, ToOrder, ToOrder, string]>([
    ['usable', near, from('2400::9', null), 'nothing can be sent to 2400::9: it has no source (rule 1'],
    ['matching-scope', near, from('2400::9', 'fe80::1'), 'the scope of fe80::1 is not that of 2400::9 (rule 2'],
    [
      'source-not-deprecated',
      near,
      from('2400::9', '2001:db8::2', {deprecated: true}),
      '2001:db8::2 is deprecated, or optimistic (rule 3',
    ],
    ['home-source', from('2400::9', '2400::1', {home: true}), near, '2400::1 is a home address (rule 4'],
    ['matching-label', near, from('2400::9', 'fd00::1'), 'the label of fd00::1 is not that of 2400::9 in'],
    ['precedence', near, from('2002::9', '2002::1'), 'its precedence is 40, that of 2002::9 is 30 (rule 6'],
    [
      'native-transport',
      near,
      from('2400::9', '2400::1', {native: false}),
      '2400::1 is on a tunnel, or glibc does not',
    ],
    ['smaller-scope', from('fe80::9', 'fe80::1'), near, 'its scope is smaller than that of 2001:db8::9 (rule 8'],
    [
      'longest-prefix',
      near,
      from('2001:dc8::9', '2001:db8::1'),
      'it has 124 leading bits in common with its source, 2001:dc8::9 has 25 (rule 9',
    ],
    ['given-order', near, near, 'all rules find them as good, and they stay as the name service gave them (rule 10'],
  ])('is said in words: %s', (rule, first, second, why) => {
    const {order, decisions} = orderReportOf(rule === 'given-order' ? [first, second] : [second, first])
    expect(order).toEqual([first.shown, second.shown])
    expect(decisions).toEqual([
      {first: first.shown.dest, second: second.shown.dest, rule, why: expect.stringContaining(why)},
    ])
  })

  test('is not known where the order is known whatever it is', () => {
    const {order, decisions, first, unknowns} = orderReportOf([ipv4('192.0.2.1'), near])
    expect([order?.map(({dest}) => dest), first, unknowns]).toEqual([['2001:db8::9', '192.0.2.1'], '2001:db8::9', []])
    expect(decisions).toMatchObject([
      {
        rule: null,
        why: 'whatever the source towards 192.0.2.1 is; if no earlier rule decides, its precedence is 40, that of 192.0.2.1 is 10 (rule 6, prefer higher precedence)',
      },
    ])
  })

  test('is not known where it depends on how gai.conf is read', () => {
    const {order, decisions} = orderReportOf([from('2002::9', '2002::1'), near], 'label 2002::1 9\n')
    expect(order?.map(({dest}) => dest)).toEqual(['2001:db8::9', '2002::9'])
    expect(decisions).toMatchObject([{rule: null, why: expect.stringContaining('however gai.conf is read')}])
  })

  test('says no numbers of tables of which several may hold', () => {
    const {decisions} = orderReportOf([near, from('2002::9', '2002::1')], 'precedence ::1 50\nprecedence 2002::/16 30')
    expect(decisions).toMatchObject([
      {rule: 'precedence', why: expect.stringContaining('its precedence is higher than')},
    ])
  })
})

describe('an order that is not known', () => {
  test('says what decides, and why that is not known', () => {
    const away: ToOrder = {
      destination: {address: '2400::9', source: 'unknown'},
      shown: {dest: '2400::9', source: null, unknowns: ['the routes could not be read']},
    }
    const report = orderReportOf([ipv4('192.0.2.1'), away, near])
    expect(report).toMatchObject({order: null, decisions: []})
    expect(report.unknowns).toEqual([
      'the source towards 192.0.2.1',
      'the source towards 2400::9',
      'sources of IPv4 are not predicted',
      'the routes could not be read',
    ])
    expect(report.dests?.map(({dest}) => dest)).toEqual(['192.0.2.1', '2400::9', '2001:db8::9'])
    expect(report).not.toHaveProperty('first')
  })

  test('may have a first one that is known', () => {
    const report = orderReportOf([ipv4('192.0.2.1'), ipv4('192.0.2.2'), near])
    expect(report).toMatchObject({order: null, first: '2001:db8::9'})
  })

  test('is what is left without gai.conf', () => {
    const report = reportOf([near, near], unknown(missing('gai-conf', 'denied', 'EACCES')), false)
    expect(report).toMatchObject({order: null, unknowns: ['EACCES'], dests: [near.shown, near.shown]})
    expect(report).not.toHaveProperty('first')
  })
})

test('lines that may crash programs are warned of, however many', () => {
  const {warnings, order} = orderReportOf([near, near], 'scopev4 10.1.1.1 2\n')
  expect(order).not.toBeNull()
  expect(warnings).toEqual([expect.stringMatching(/in line 1 of gai.conf: .* may crash in getaddrinfo/)])
  const many = orderReportOf([near, near], 'scopev4 10.1.1.1 x\n'.repeat(12))
  expect(many.warnings).toEqual([expect.stringContaining('lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more of')])
  expect(orderReportOf([near, near])).not.toHaveProperty('warnings')
})

test('whose gai.conf it is is said of another namespace', () => {
  const {assumed} = reportOf([near, near], known(parseGaiConf('')), true)
  expect(assumed).toContainEqual(expect.stringMatching(/^gai.conf is this host's: a container has its own/))
  expect(orderReportOf([near, near]).assumed).toHaveLength(1)
})

describe('a question', () => {
  test('has addresses of one name, and no socket', () => {
    expect(() => checkOrder(['::1', '::2'], {})).not.toThrow()
    expect(() => checkOrder(['::1'], {})).toThrow('2 to 256 of them')
    expect(() => checkOrder(Array(257).fill('::1'), {})).toThrow('2 to 256 of them')
    for (const flag of ['oif', 'mark', 'prefer']) {
      expect(() => checkOrder(['::1', '::2'], {[flag]: 'x'})).toThrow(`--order takes no --${flag}`)
    }
  })

  test('may name IPv4 addresses', () => {
    const is = (dest: string) => ipv4ToOrder(dest)?.destination
    expect(is('192.0.2.1')).toEqual({address: '192.0.2.1', source: 'unknown'})
    expect(is('::ffff:192.0.2.1')).toEqual({address: '::ffff:192.0.2.1', source: 'unknown'})
    expect(['::1', '::192.0.2.1', '::ffff:192.0.2.1%a', '192.0.2', 'x'].map(is)).toEqual(Array(5).fill(undefined))
  })
})
