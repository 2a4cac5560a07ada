import fc from 'fast-check'
import type {IdRange} from '../../../src/facts/user-namespaces.js'

/** Maps as the kernel accepts them: neither the inside nor the outside IDs of two lines overlap. */
export const idMaps: fc.Arbitrary<IdRange[]> = fc
  .array(
    fc.record({inside: fc.nat({max: 1000}), outside: fc.nat({max: 1000}), count: fc.integer({min: 1, max: 200})}),
    {
      maxLength: 6,
    },
  )
  .map((ranges) => {
    const accepted: IdRange[] = []
    for (const range of ranges) {
      if (!accepted.some((other) => clashes(range, other, 'inside') || clashes(range, other, 'outside')))
        accepted.push(range)
    }
    return accepted
  })

function clashes(a: IdRange, b: IdRange, side: 'inside' | 'outside'): boolean {
  return a[side] < b[side] + b.count && b[side] < a[side] + a.count
}
