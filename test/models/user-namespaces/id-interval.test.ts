import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {
  holds,
  type IdInterval,
  intersection,
  kernelIntervals,
  lastOf,
  overlappingPairs,
  sharedKernelIds,
} from '../../../src/models/user-namespaces/id-interval.js'
import {INVALID_ID, identityMap} from '../../../src/models/user-namespaces/id-map.js'
import {holdsForAll} from '../../support/property.js'
import {idMaps} from './id-maps.js'

const intervals = fc.record({start: fc.nat({max: 60}), count: fc.nat({max: 20})})
const idsOf = ({start, count}: IdInterval) => Array.from({length: count}, (_, step) => start + step)

describe('id intervals', () => {
  it('end before start + count', () => {
    const range = {start: 100_000, count: 65_536}
    expect(lastOf(range)).toBe(165_535)
    expect(holds(range, 165_535)).toBe(true)
    expect(holds(range, 165_536)).toBe(false)
    expect(intersection(range, {start: 165_536, count: 65_536})).toBe(null)
    expect(intersection(range, {start: 165_535, count: 65_536})).toEqual({start: 165_535, count: 1})
  })

  it('intersect in the IDs that both hold', () => {
    holdsForAll(
      fc.property(intervals, intervals, (a, b) => {
        const both = idsOf(a).filter((id) => idsOf(b).includes(id))
        const shared = intersection(a, b)
        expect(shared === null ? [] : idsOf(shared)).toEqual(both)
      }),
    )
  })

  it('are paired exactly where two of them overlap', () => {
    holdsForAll(
      fc.property(fc.array(intervals, {maxLength: 8}), (list) => {
        const expected = list.flatMap((a, index) => list.slice(index + 1).map((b) => intersection(a, b)))
        const found = overlappingPairs(list)
        expect(found).toHaveLength(expected.filter((shared) => shared !== null).length)
        for (const {a, b, shared} of found) expect(intersection(a, b)).toEqual(shared)
      }),
    )
  })
})

describe('sharedKernelIds', () => {
  it('holds every kernel ID that both maps reach, and no other', () => {
    holdsForAll(
      fc.property(idMaps, idMaps, (a, b) => {
        const reached = (map: typeof a) => new Set(map.flatMap(({outside, count}) => idsOf({start: outside, count})))
        const both = [...reached(a)].filter((id) => reached(b).has(id)).sort((one, other) => one - other)
        expect(sharedKernelIds(a, b)?.flatMap(idsOf)).toEqual(both)
      }),
    )
  })

  it('is not known where a map is not, unless the other one is empty', () => {
    expect(sharedKernelIds(null, identityMap)).toBe(null)
    expect(sharedKernelIds(null, [])).toEqual([])
    expect(kernelIntervals([{inside: 0, outside: INVALID_ID, count: 5}])).toBe(null)
  })
})
