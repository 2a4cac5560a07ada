import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {parseSysctlFile} from '../../../src/facts/sysctl-files.js'
import {
  isPurgedByForwarding,
  learnsDefaultRouter,
  takesAdvertisements,
} from '../../../src/models/router-advertisements/acceptance.js'
import {bootSettings} from '../../../src/models/router-advertisements/boot-settings.js'
import {afterEvent, type RaEvent, type RaState} from '../../../src/models/router-advertisements/default-routers.js'
import {holdsForAll} from '../../support/property.js'

describe('a link takes router advertisements', () => {
  const settings = (forwarding: number | null, acceptRa: number | null, acceptRaDefrtr: number | null = 1) => ({
    forwarding,
    acceptRa,
    acceptRaDefrtr,
  })

  it.each<[number | null, number | null, boolean | null]>([
    [0, 0, false],
    [0, 1, true],
    [0, 2, true],
    [0, 3, true],
    [1, 0, false],
    [1, 1, false],
    [1, 2, true],
    [1, 3, false],
    [2, 1, false],
    [null, 0, false],
    [null, 1, null],
    [null, 2, true],
    [1, null, null],
    [0, null, null],
  ])('forwarding=%s accept_ra=%s: %s', (forwarding, acceptRa, takes) => {
    expect(takesAdvertisements(settings(forwarding, acceptRa))).toBe(takes)
    expect(learnsDefaultRouter(settings(forwarding, acceptRa))).toBe(takes)
    expect(learnsDefaultRouter(settings(forwarding, acceptRa, 0))).toBe(false)
    expect(learnsDefaultRouter(settings(forwarding, acceptRa, null))).toBe(takes === false ? false : null)
  })

  it('and loses its routes to forwarding unless accept_ra is 2', () => {
    expect([0, 1, 2, 3, null].map((acceptRa) => isPurgedByForwarding({acceptRa}))).toEqual([
      true,
      true,
      false,
      true,
      null,
    ])
  })
})

describe('default routes of router advertisements', () => {
  const names = ['v0', 'v1', 'v2']
  const state: RaState = {
    defaults: {forwarding: 0, acceptRa: 1, acceptRaDefrtr: 1},
    links: names.map((name) => ({name, forwarding: 0, acceptRa: 1, acceptRaDefrtr: 1})),
    routes: [],
    hasDefaultRouter: false,
  }
  const event: fc.Arbitrary<RaEvent> = fc.oneof(
    fc.record({
      t: fc.constant('write' as const),
      setting: fc.constantFrom('forwarding' as const, 'acceptRa' as const, 'acceptRaDefrtr' as const),
      of: fc.constantFrom(...names, 'all', 'default'),
      value: fc.integer({min: 0, max: 3}),
    }),
    fc.record({
      t: fc.constant('advertise' as const),
      dev: fc.constantFrom(...names),
      router: fc.constantFrom('fe80::a', 'fe80::b'),
      lifetime: fc.constantFrom(0, 1800),
    }),
  )
  const events = fc.array(event, {maxLength: 30})

  it('are only on links that have learned one, each once', () => {
    holdsForAll(
      fc.property(events, (all) => {
        const {routes} = all.reduce(afterEvent, state)
        const written = routes.map(({dev, via}) => `${dev} ${via}`)
        expect(written).toEqual([...new Set(written)])
        for (const {dev, via} of routes) {
          expect(all).toContainEqual({t: 'advertise', dev, router: via, lifetime: 1800})
        }
      }),
    )
  })

  it('with accept_ra=2 from the beginning, nothing but its router takes one away', () => {
    holdsForAll(
      fc.property(events, (all) => {
        const own = all.filter((each) => each.t !== 'write' || each.setting === 'forwarding')
        const spared = {...state, links: state.links.map((link) => ({...link, acceptRa: 2}))}
        const withForwarding = own.reduce(afterEvent, spared)
        const without = own.filter((each) => each.t === 'advertise').reduce(afterEvent, spared)
        expect(withForwarding.routes).toEqual(without.routes)
      }),
    )
  })
})

describe('what a link has after the boot', () => {
  const boot = (text: string, link = 'eth0') => {
    const {forwarding, acceptRa} = bootSettings(parseSysctlFile('/etc/sysctl.d/x.conf', text), link)
    return [forwarding?.text ?? null, acceptRa]
  }

  it.each<[string, string | null, number | null]>([
    ['', null, null],
    ['net.ipv6.conf.all.forwarding=1', 'net.ipv6.conf.all.forwarding=1', null],
    ['net.ipv6.conf.all.forwarding=0', null, null],
    ['net.ipv6.conf.all.forwarding=1\nnet.ipv6.conf.eth0.forwarding=0', null, null],
    ['net.ipv6.conf.default.forwarding=1', 'net.ipv6.conf.default.forwarding=1', null],
    ['net.ipv6.conf.eth1.forwarding=1', null, null],
    ['net.ipv6.conf.all.accept_ra=2', null, null],
    ['net.ipv6.conf.default.accept_ra=2', null, 2],
    ['net.ipv6.conf.e*.accept_ra=2', null, 2],
    ['net.ipv6.conf.default.accept_ra=2\nnet.ipv6.conf.eth0.accept_ra=1', null, 1],
  ])('%j', (text, forwarding, acceptRa) => {
    expect(boot(text)).toEqual([forwarding, acceptRa])
  })

  it('also with a dot in its name', () => {
    expect(boot('net/ipv6/conf/eth0.10/accept_ra = 2', 'eth0.10')).toEqual([null, 2])
  })
})
