import {describe, expect, it} from 'vitest'
import {defaultOf, destinationOf} from '../../../src/models/traffic-shaping/classify.js'

const qdisc = (kind: string, defaultMinor: number | null, bands: number | null = null) => ({
  kind,
  handle: 0x10000,
  defaultMinor,
  bands,
})
const classes = new Set([0x10001, 0x10010, 0x10020])
const inner = new Set([0x10001])

describe('destinationOf', () => {
  it.each([
    ['a class that is there', qdisc('htb', 0x20), 0x10010, {to: 'class'}],
    ['the default of htb', qdisc('htb', 0x20), 0x10099, {to: 'default', classId: 0x10020}],
    ['a default that is not there', qdisc('htb', 0x30), 0x10099, {to: 'unshaped'}],
    ['a default that is an inner class', qdisc('htb', 1), 0x10099, {to: 'unshaped'}],
    ['no default', qdisc('htb', 0), 0x10099, {to: 'unshaped'}],
    ['X:0, which passes all by', qdisc('htb', 0x20), 0x10000, {to: 'class'}],
    ['the default of hfsc', qdisc('hfsc', 0x20), 0x10099, {to: 'default', classId: 0x10020}],
    ['no default of hfsc', qdisc('hfsc', 0), 0x10099, {to: 'dropped'}],
    ['a default that is not known', qdisc('hfsc', null), 0x10099, null],
    ['a class of another discipline', qdisc('htb', 0x20), 0x20010, {to: 'default', classId: 0x10020}],
    ['a band', qdisc('prio', 0, 3), 0x10003, {to: 'class'}],
    ['one band too many', qdisc('prio', 0, 3), 0x10004, {to: 'first-band'}],
    ['the band 0', qdisc('prio', 0, 3), 0x10000, {to: 'first-band'}],
    ['bands that are not known', qdisc('prio', 0), 0x10009, null],
    ['a kind of which it is not told', qdisc('fq_codel', 0), 0x10009, null],
  ])('%s', (_, of, classId, expected) => {
    expect(destinationOf(of, classes, inner, classId)).toEqual(expected)
  })

  it('knows no default of what has no such thing', () => {
    expect(defaultOf(qdisc('prio', 0, 3), classes, inner)).toBeNull()
  })
})
