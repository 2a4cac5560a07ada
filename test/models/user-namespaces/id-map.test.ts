import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {
  INVALID_ID,
  identityMap,
  isIdentity,
  toInsideId,
  toKernelId,
} from '../../../src/models/user-namespaces/id-map.js'
import {holdsForAll} from '../../support/property.js'
import {idMaps} from './id-maps.js'

describe('toKernelId', () => {
  const remap = [{inside: 0, outside: 300_000, count: 65_536}]
  const rootless = [
    {inside: 0, outside: 1001, count: 1},
    {inside: 1, outside: 100_000, count: 65_536},
  ]

  it.each([
    [identityMap, 102, 102],
    [identityMap, INVALID_ID - 1, INVALID_ID - 1],
    [identityMap, INVALID_ID, 'unmapped'],
    [remap, 102, 300_102],
    [remap, 65_535, 365_535],
    [remap, 65_536, 'unmapped'],
    [rootless, 0, 1001],
    [rootless, 102, 100_101],
    [rootless, 65_536, 165_535],
    [rootless, 65_537, 'unmapped'],
    [[], 0, 'unmapped'],
    [null, 0, 'unknown'],
    [remap, -1, 'unmapped'],
    [remap, 0.5, 'unmapped'],
  ])('%j maps %d to %s', (map, inside, kernel) => {
    expect(toKernelId(map, inside)).toBe(kernel)
  })

  it('does not know what an ID is outside that the observer has no ID for', () => {
    const seenFromInside = [{inside: 0, outside: INVALID_ID, count: 10}]
    expect(toKernelId(seenFromInside, 5)).toBe('unknown')
    expect(toKernelId(seenFromInside, 10)).toBe('unmapped')
    expect(toInsideId(seenFromInside, 5)).toBe('unknown')
  })

  it('is undone by toInsideId, and finds what a search through the whole map finds', () => {
    holdsForAll(
      fc.property(idMaps, fc.nat({max: 2000}), (map, id) => {
        const pairs = map.flatMap(({inside, outside, count}) =>
          Array.from({length: count}, (_, step) => [inside + step, outside + step] as const),
        )
        expect(toKernelId(map, id)).toBe(pairs.find(([inside]) => inside === id)?.[1] ?? 'unmapped')
        expect(toInsideId(map, id)).toBe(pairs.find(([, outside]) => outside === id)?.[0] ?? 'unmapped')
        for (const [inside, outside] of pairs) expect(toInsideId(map, outside)).toBe(inside)
      }),
    )
  })
})

describe('isIdentity', () => {
  it('tells a map that changes no ID from one that does', () => {
    expect(isIdentity(identityMap)).toBe(true)
    expect(isIdentity([{inside: 5, outside: 5, count: 3}])).toBe(true)
    expect(isIdentity([{inside: 5, outside: 6, count: 3}])).toBe(false)
    expect(isIdentity(null)).toBe(null)
  })
})
