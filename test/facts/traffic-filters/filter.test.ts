import {describe, expect, it} from 'vitest'
import {classIdOf, classIdText, markText} from '../../../src/facts/traffic-filters/filter.js'
import {filterOfRow} from '../../../src/facts/traffic-filters/live-filter.js'
import {filterOfWords} from '../../../src/facts/traffic-filters/script-filter.js'
import type {TcWord} from '../../../src/models/traffic-control/word.js'

describe('classIdOf', () => {
  it.each([
    ['1:10', 0x10010, '1:10'],
    ['1:', 0x10000, '1:'],
    ['1:0', 0x10000, '1:'],
    [':10', 0x10, ':10'],
    ['10', 0x10, ':10'],
    ['ffff:fff2', 0xfffffff2, 'ffff:fff2'],
  ])('%s', (text, id, shown) => {
    expect([classIdOf(text), classIdText(id)]).toEqual([id, shown])
  })

  it.each(['', '1:2:3', 'x:1', '12345:1'])('%j is none', (text) => {
    expect(classIdOf(text)).toBeNull()
  })
})

describe('filterOfRow', () => {
  const row = (kind: string, options: object) => ({protocol: 'ip', pref: 3, kind, chain: 0, options})
  it.each([
    ['a table of u32', row('u32', {fh: '800:', ht_divisor: 1}), null],
    ['a heading', {protocol: 'ip', pref: 3, kind: 'u32', chain: 0}, null],
    [
      'u32',
      row('u32', {fh: '800::800', flowid: '1:99', match: {value: '1020304', mask: 'ffffffff', offmask: '', off: 16}}),
      {classId: 0x10099, catchAll: false, mark: null, actions: []},
    ],
    [
      'u32 for all packets',
      row('u32', {fh: '800::800', flowid: '1:10', match: {value: '0', mask: '0', offmask: '', off: 0}}),
      {catchAll: true},
    ],
    [
      'u32 with a mark',
      row('u32', {fh: '800::800', flowid: '1:10', fwmark_value: '0x0005', fwmark_mask: '0x00ff'}),
      {mark: {value: 5, mask: 0xff}, catchAll: false},
    ],
    [
      'fw',
      row('fw', {fw: {mark: '0x6', mask: '0xffffffff'}, classid: '1:10'}),
      {mark: {value: 6, mask: 0xffffffff}, classId: 0x10010},
    ],
    [
      'basic with a mark',
      row('basic', {handle: '1', flowid: '1:10', ematch: 'meta(nf_mark mask 0x000000ff eq 1)'}),
      {mark: {value: 1, mask: 0xff}},
    ],
    [
      'a redirection',
      row('u32', {fh: '800::800', actions: [{order: 1, kind: 'mirred', to_dev: 'ifb0'}]}),
      {actions: ['mirred'], redirectsTo: 'ifb0', classId: null},
    ],
  ])('%s', (_, given, expected) => {
    expect(filterOfRow(given)).toEqual(expected === null ? null : expect.objectContaining(expected))
  })
})

describe('filterOfWords', () => {
  const of = (kind: string, text: string | readonly TcWord[], handle: string | null = null) =>
    filterOfWords({
      protocol: 'ip',
      priority: 3,
      kind,
      chain: 0,
      handle,
      words: typeof text === 'string' ? text.split(' ') : text,
    })

  it.each([
    ['u32', 'match ip dst 10.0.0.0/8 flowid 1:10', {classId: 0x10010, catchAll: false}],
    ['u32', 'match u32 0 0 flowid 1:10', {catchAll: true}],
    ['u32', 'match ip dst 0.0.0.0/0 match ip sport 0 0x0000 classid 1:10', {catchAll: false}],
    ['u32', 'match mark 5 0xff flowid 1:10', {mark: {value: 5, mask: 0xff}, catchAll: false}],
    [
      'u32',
      'match ip src 0.0.0.0/0 police rate 1mbit burst 10k drop flowid :1',
      {actions: ['police'], classId: 1, catchAll: true},
    ],
    ['u32', 'match u32 0 0 action mirred egress redirect dev ifb0', {actions: ['mirred'], redirectsTo: 'ifb0'}],
    ['matchall', 'action police rate 1mbit burst 10k action drop', {catchAll: true, actions: ['police', 'gact']}],
    ['flower', 'dst_ip 10.0.0.0/8 classid 1:10', {catchAll: false, classId: 0x10010}],
  ])('%s %s', (kind, words, expected) => {
    expect(of(kind, words)).toEqual(expect.objectContaining(expected))
  })

  it.each([
    ['6', {value: 6, mask: 0xffffffff}],
    ['0x6/0xff', {value: 6, mask: 0xff}],
    ['010', {value: 8, mask: 0xffffffff}],
    [null, null],
    ['1:6', null],
  ])('fw with handle %s', (handle, mark) => {
    expect(of('fw', 'flowid 1:10', handle)).toMatchObject({mark, catchAll: false})
  })

  it.each([
    ['u32', ['match', {unknown: '$M'}, 'flowid', '1:10']],
    ['u32', ['match', 'mark', {unknown: '$M'}, '0xff']],
    ['u32', ['match', 'u32', '0', '0', 'flowid', {unknown: '$ID'}]],
  ] as const)('is not known: %s %j', (kind, words) => {
    expect(of(kind, words)).toBeNull()
  })

  it('writes a mark as tc does', () => {
    expect([markText({value: 6, mask: 0xffffffff}), markText({value: 6, mask: 0xff})]).toEqual(['0x6', '0x6/0xff'])
  })
})
