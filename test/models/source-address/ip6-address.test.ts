import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {
  commonPrefixLength,
  inPrefix,
  isAlwaysPreferred,
  isOrchid,
  needsZone,
  parseIp6,
  scopeOf,
} from '../../../src/models/source-address/ip6-address.js'
import {holdsForAll} from '../../support/property.js'

function parsed(text: string): bigint {
  const bits = parseIp6(text)
  if (bits === null) throw new Error(text)
  return bits
}

describe('IPv6 addresses', () => {
  it.each([
    ['::', 0n],
    ['::1', 1n],
    ['::192.0.2.1', 0xc0000201n],
    ['::ffff:192.0.2.1', 0xffffc0000201n],
    ['64:ff9b::192.0.2.1', (0x64ff9bn << 96n) | 0xc0000201n],
    ['2001:DB8::0:1', (0x20010db8n << 96n) | 1n],
    ['fe80::1%eth0', (0xfe80n << 112n) | 1n],
  ])('reads %s', (text, bits) => {
    expect(parseIp6(text)).toBe(bits)
  })

  it.each([
    '',
    '192.0.2.1',
    'eth0',
    '2001:db8::/32',
    ':::',
    '1:2:3:4:5:6:7:8:9',
    '2001:db8::g',
    `::${'1'.repeat(9999)}`,
  ])('does not read %s', (text) => {
    expect(parseIp6(text)).toBeNull()
  })

  it.each([
    ['::1', 2],
    ['fe80::1', 2],
    ['febf::1', 2],
    ['fec0::1', 5],
    ['fd00::1', 14],
    ['2001:db8::1', 14],
    ['::192.0.2.1', 14],
    ['ff02::1', 2],
    ['ff0e::1', 14],
    ['::', -1],
  ])('knows the scope of %s', (text, scope) => {
    expect(scopeOf(parsed(text))).toBe(scope)
  })

  it('asks for a zone where the link does not follow from the address', () => {
    const zoned = ['fe80::1', 'ff01::1', 'ff02::1']
    expect([...zoned, 'ff05::1', 'fec0::1', '::1', '2001:db8::1'].filter((text) => needsZone(parsed(text)))).toEqual(
      zoned,
    )
  })

  it('tells ORCHIDs, and what is never avoided for being deprecated', () => {
    expect(['2001:10::1', '2001:1f:ffff::', '2001:20::1'].map((text) => isOrchid(parsed(text)))).toEqual([
      true,
      true,
      false,
    ])
    expect(['::1', '::ffff:1.2.3.4', '::1.2.3.4', 'fe80::1'].map((text) => isAlwaysPreferred(parsed(text)))).toEqual([
      true,
      true,
      true,
      false,
    ])
  })

  it('counts common bits', () => {
    const bits = fc.bigInt({min: 0n, max: (1n << 128n) - 1n})
    const binary = (value: bigint) => value.toString(2).padStart(128, '0')
    holdsForAll(
      fc.property(bits, bits, fc.nat(128), (a, random, shared) => {
        // Addresses that have many bits in common are rare at random.
        const b =
          shared === 0 ? random : ((a >> BigInt(128 - shared)) << BigInt(128 - shared)) | (random >> BigInt(shared))
        let count = 0
        while (count < 128 && binary(a)[count] === binary(b)[count]) count++
        expect(commonPrefixLength(a, b)).toBe(count)
        expect(inPrefix(a, b, count)).toBe(true)
        if (count < 128) expect(inPrefix(a, b, count + 1)).toBe(false)
      }),
    )
  })
})
