import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {ALL, assigned, type MarkChange, masked} from '../../../src/facts/firewall-marks/mark-change.js'
import {reachableMarks, someMarkMatches} from '../../../src/models/firewall-marks/reachable.js'
import {holdsForAll} from '../../support/property.js'

const where = {source: 'test', text: 'rule'}
const restore: MarkChange = {target: 'packet', source: 'connection', keep: 0, take: ALL, flip: 0, where}
const save: MarkChange = {target: 'connection', source: 'packet', keep: 0xff00, take: 0xff, flip: 0, where}

const sorted = (changes: readonly MarkChange[]) => [...(reachableMarks(changes) ?? [])].sort((a, b) => a - b)

describe('reachableMarks', () => {
  it.each([
    ['nothing', [], [0]],
    ['a mark', [assigned('packet', 10, where)], [0, 10]],
    ['two bits one after the other', [masked('packet', 1, 1, where), masked('packet', 4, 4, where)], [0, 1, 4, 5]],
    ['all bits', [assigned('packet', ALL, where)], [0, ALL]],
    ['a connection whose mark nobody restores', [assigned('connection', 5, where)], [0]],
    ['a connection whose mark is restored', [assigned('connection', 5, where), restore], [0, 5]],
    ['a connection whose mark nobody sets', [restore], [0]],
    [
      'saved in part and restored',
      [assigned('packet', 0x1203, where), assigned('connection', 0x4500, where), save, restore],
      [0, 0x3, 0x1203, 0x4500, 0x4503],
    ],
  ])('%s', (_, changes, marks) => {
    expect(sorted(changes)).toEqual(marks)
  })

  it('gives up where there are too many', () => {
    expect(reachableMarks(Array.from({length: 32}, (_, bit) => masked('packet', 1 << bit, 1 << bit, where)))).toBeNull()
    const many = Array.from({length: 20_000}, (_, value) => assigned('packet', value, where))
    expect(reachableMarks(many)).toBeNull()
  })

  const mark = fc.nat({max: 0xff})
  const change = fc.record({
    target: fc.constantFrom('packet' as const, 'connection' as const),
    source: fc.constantFrom('packet' as const, 'connection' as const, null),
    ...{keep: mark, take: mark, flip: mark, where: fc.constant(where)},
  })

  it('has every mark that some run over the rules gives', () => {
    holdsForAll(
      fc.property(fc.array(change, {maxLength: 6}), fc.array(fc.nat(), {maxLength: 12}), (changes, order) => {
        const marks = {packet: 0, connection: 0}
        const reachable = reachableMarks(changes)
        for (const at of order) {
          const next = changes[at % Math.max(1, changes.length)]
          if (!next) continue
          const {target, source, keep, take, flip} = next
          marks[target] = ((marks[target] & keep) ^ (source === null ? 0 : marks[source] & take) ^ flip) >>> 0
          expect(reachable?.has(marks.packet)).toBe(true)
        }
      }),
    )
  })
})

describe('someMarkMatches', () => {
  it.each([
    [10, ALL, true],
    [2, 0xf, false],
    [0xa, 0xf, true],
    [0x80000000, 0x80000000, true],
    [0x80000000, 0xffffffff, false],
  ])('%i under %i: %s', (value, mask, expected) => {
    expect(someMarkMatches(new Set([0, 10, 0x80000005]), value, mask)).toBe(expected)
  })
})
