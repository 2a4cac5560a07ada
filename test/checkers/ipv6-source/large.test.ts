import {describe, expect, it} from 'vitest'
import {aLink, aNetwork, anAddress, aRoute} from '../../models/source-address/network.js'
import {check} from './host.js'

const MANY = 10_000
const hex = (index: number) => index.toString(16)

/** Seconds of the processor that a check takes. */
function seconds(run: () => unknown): number {
  const before = process.cpuUsage()
  run()
  return process.cpuUsage(before).user / 1e6
}

describe('a large host', () => {
  it.each([
    [
      'many routes',
      aNetwork({
        links: [aLink(1, 'lo', ['::1/128']), aLink(2, 'eth0', ['2001:db8::5/64', 'fe80::5/64'])],
        routes: Array.from({length: MANY}, (_, at) => aRoute(`2600:${hex(at)}::/32`, 'fe80::1 eth0')),
      }),
    ],
    [
      'many neighbours',
      aNetwork({
        links: [aLink(1, 'lo', ['::1/128']), aLink(2, 'eth0', ['2001:db8::5/64', 'fe80::5/64'])],
        routes: [aRoute('2001:db8::/64', 'eth0')],
        neighbours: Array.from({length: MANY}, (_, at) => ({
          address: `2001:db8::1:${hex(at)}`,
          dev: 'eth0',
          router: false,
          states: ['REACHABLE'],
        })),
      }),
    ],
    [
      'many addresses with sources of routes',
      aNetwork({
        links: [
          aLink(1, 'lo', ['::1/128']),
          aLink(2, 'eth0', [
            ...Array.from({length: 1000}, (_, at) => anAddress(`2001:db8:${hex(at)}::5/64`)),
            anAddress('fe80::5/64'),
          ]),
        ],
        routes: Array.from({length: 1000}, (_, at) =>
          aRoute(`2600:${hex(at)}::/32`, 'fe80::1 eth0', {prefsrc: `2001:db8:${hex(at)}::5`}),
        ),
      }),
    ],
  ])('with %s is judged in seconds', (_, network) => {
    expect(seconds(() => check(network))).toBeLessThan(5)
  })
})
