import {describe, expect, it} from 'vitest'
import {repairFwFilters} from '../../../src/facts/live-tc/fw-json.js'

const row = (options: string) =>
  `[{"parent":"1:","protocol":"ip","pref":5,"kind":"fw","chain":0,"options":{${options}}}]`
const options = (text: string) => (JSON.parse(repairFwFilters(row(text))) as [{options: unknown}])[0].options

describe('repairFwFilters', () => {
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
    ['"fw":{"mark":"0x6","mask":"0xff"},"classid":"1:10"', {fw: {mark: '0x6', mask: '0xff'}, classid: '1:10'}],
    [
      '"fh":"800::800","flowid":"1:10","x":"\\"options\\":{handle 0x6 "',
      {fh: '800::800', flowid: '1:10', x: '"options":{handle 0x6 '},
    ],
  ])('%s', (text, expected) => {
    expect(options(text)).toEqual(expected)
  })
})
