import {describe, expect, it} from 'vitest'
import {repairFilters} from '../../../src/facts/live-tc/mixed-json.js'
import {growthOf, LINEAR} from '../../support/growth.js'

const row = (options: string) =>
  `[{"parent":"1:","protocol":"ip","pref":5,"kind":"fw","chain":0,"options":{${options}}}]`
const options = (text: string) => (JSON.parse(repairFilters(row(text))) as [{options: unknown}])[0].options

describe('repairFilters', () => {
  it.each([
    ['handle 0x6 classid 1:10 ', {fw: {mark: '0x6', mask: '0xffffffff'}, classid: '1:10'}],
    ['handle 0x6/0xff classid 1:10 ', {fw: {mark: '0x6', mask: '0xff'}, classid: '1:10'}],
    ['handle 0x6 ', {fw: {mark: '0x6', mask: '0xffffffff'}}],
    [
      'handle 0x6 classid 1:10 input dev eth0 ',
      {fw: {mark: '0x6', mask: '0xffffffff'}, classid: '1:10', indev: 'eth0'},
    ],
    [
      'handle 0x6 classid 1:10 "actions":[{"kind":"mirred"}]',
      {fw: {mark: '0x6', mask: '0xffffffff'}, classid: '1:10', actions: [{kind: 'mirred'}]},
    ],
    [
      'handle 0x9 classid 1:10 \n"actions":[{"kind":"mirred"}]',
      {fw: {mark: '0x9', mask: '0xffffffff'}, classid: '1:10', actions: [{kind: 'mirred'}]},
    ],
    [
      'handle 0x8 classid 1:10 "kind":"police","index":1',
      {fw: {mark: '0x8', mask: '0xffffffff'}, classid: '1:10', kind: 'police', index: 1},
    ],
    ['"fw":{"mark":"0x6","mask":"0xff"},"classid":"1:10"', {fw: {mark: '0x6', mask: '0xff'}, classid: '1:10'}],
    [
      '"fh":"800::800","flowid":"1:10","x":"\\"options\\":{handle 0x6 "',
      {fh: '800::800', flowid: '1:10', x: '"options":{handle 0x6 '},
    ],
  ])('%s', (text, expected) => {
    expect(options(text)).toEqual(expected)
  })

  it('knows ematches of basic', () => {
    const text =
      '[{"protocol":"ip","kind":"basic","chain":0,"options":{"handle":"1","flowid":"1:10"\n  meta(nf_mark mask 0x000000ff eq 1)\n}}]'
    expect(JSON.parse(repairFilters(text))).toMatchObject([
      {options: {flowid: '1:10', ematch: 'meta(nf_mark mask 0x000000ff eq 1)'}},
    ])
  })

  it('takes no more time than grows with the length of what is made to be slow', async () => {
    const repair = (size: number) =>
      repairFilters(`"kind":"basic""kind":"fw"${'"\n a'.repeat(2 * size)}${'"options":{handle 0x1 '.repeat(size)}`)
    expect(await growthOf(repair, 50_000)).toBeLessThan(LINEAR)
  })
})
