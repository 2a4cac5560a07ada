import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {ids} from '../../../src/checkers/uid-collision/range-mover.js'
import {subordinateOverlaps} from '../../../src/checkers/uid-collision/subordinate.js'
import type {SubordinateRange} from '../../../src/facts/subordinate-ids.js'
import {account, hostAccounts} from '../../support/facts.js'
import {holdsForAll} from '../../support/property.js'

const rose = account('rose', 1000)
const ivy = account('ivy', 1001)
const people = hostAccounts([rose, ivy])

function range(owner: string, start: number, count: number, line = 1): SubordinateRange {
  const ownerUid = people.byName.get(owner)?.uid ?? (/^\d+$/.test(owner) ? Number(owner) : null)
  return {owner, ownerUid, start, count, path: '/etc/subuid', line}
}

const judge = (uids: readonly SubordinateRange[], accounts = people, gids: readonly SubordinateRange[] = []) =>
  subordinateOverlaps({uids, gids, fromFiles: true}, accounts)

describe('subordinate ranges', () => {
  it('writes the last ID as start + count - 1', () => {
    expect(ids({start: 100000, count: 65536})).toBe('100000-165535')
    expect(ids({start: 1000, count: 1})).toBe('1000')
  })

  it.each([
    ['the first ID', 100000, 1],
    ['the last ID', 165535, 1],
    ['one below', 99999, 0],
    ['one above', 165536, 0],
  ])('an account at %s', (_, uid, findings) => {
    expect(judge([range('rose', 100000, 65536)], hostAccounts([rose, account('guest', uid)]))).toHaveLength(findings)
  })

  it('is no error when root owns the range: root needs no newuidmap to become anybody', () => {
    const accounts = hostAccounts([account('root', 0), account('guest', 100001)])
    expect(judge([{...range('root', 100000, 65536), ownerUid: 0}], accounts)).toMatchObject([{severity: 'warning'}])
    expect(judge([range('rose', 100000, 65536)], accounts)).toMatchObject([{severity: 'error'}])
  })

  it('tells of one owner once, all overlaps in one finding, the gravest first', () => {
    const [found, ...others] = judge(
      [range('rose', 100000, 65536, 1), range('ivy', 100000, 65536, 2)],
      hostAccounts([rose, ivy, account('guest', 165000)]),
    ).filter(({subject}) => subject.name === 'ivy')
    expect(others).toEqual([])
    expect(found?.severity).toBe('error')
    expect(found?.evidence.at(-1)?.excerpt).toBe('The subordinate UID ranges of ivy and rose overlap (100000-165535)')
  })

  it('moves a range by usermod(8), in both files at once, to where nothing is', () => {
    const gids = [range('rose', 100000, 65536, 1), range('ivy', 100000, 65536, 2)].map((one) => ({
      ...one,
      path: '/etc/subgid',
    }))
    const [found] = judge([range('rose', 100000, 65536, 1), range('ivy', 100000, 65536, 2)], people, gids)
    expect(found?.remediation[0]?.argv).toEqual([
      'usermod',
      ...['--del-subuids', '100000-165535', '--add-subuids', '165536-231071'],
      ...['--del-subgids', '100000-165535', '--add-subgids', '165536-231071'],
      'ivy',
    ])
  })

  it('offers no command for an owner that usermod(8) cannot name', () => {
    const [found] = judge([range('rose', 100000, 65536, 1), range('4711', 100000, 65536, 2)])
    expect(found?.remediation[0]).toMatchObject({kind: 'manual'})
  })

  const anyRange = fc.record({
    owner: fc.constantFrom('rose', 'ivy', '1000', 'fern'),
    start: fc.integer({min: 0, max: 40}),
    count: fc.integer({min: 1, max: 12}),
  })

  it('finds an overlap exactly where two owners have an ID in common', () => {
    holdsForAll(
      fc.property(fc.array(anyRange, {maxLength: 5}), (given) => {
        const ranges = given.map(({owner, start, count}, at) => range(owner, start, count, at + 1))
        const who = ({owner, ownerUid}: SubordinateRange) => ownerUid ?? owner
        const held = new Map<number, Set<number | string>>()
        for (const one of ranges.filter(({count}) => count > 1)) {
          for (let id = one.start; id < one.start + one.count; id++)
            held.set(id, (held.get(id) ?? new Set()).add(who(one)))
        }
        const shared = [...held.values()].some((owners) => owners.size > 1)
        // Accounts out of reach: only ranges can meet ranges.
        const far = hostAccounts([account('rose', 900_000), account('ivy', 900_001)])
        expect(judge(ranges, far).length > 0).toBe(shared)
      }),
    )
  })

  it('finds an account exactly where a range holds its ID', () => {
    holdsForAll(
      fc.property(anyRange, fc.integer({min: 0, max: 60}), ({owner, start, count}, uid) => {
        const held = count > 1 && Array.from({length: count}, (_, at) => start + at).includes(uid)
        expect(judge([range(owner, start, count)], hostAccounts([account('guest', uid)]))).toHaveLength(held ? 1 : 0)
      }),
    )
  })

  it('has nothing to say any more once all its commands were run', () => {
    holdsForAll(
      fc.property(
        fc.array(anyRange, {minLength: 2, maxLength: 6}),
        fc.integer({min: 0, max: 300_000}),
        (given, uid) => {
          const accounts = hostAccounts([rose, ivy, account('fern', 1002), account('guest', uid)])
          const owners = given.map(({owner, ...rest}) => ({...rest, owner: owner === '1000' ? 'rose' : owner}))
          let ranges = owners.map(({owner, start, count}, at) => range(owner, start, count + 1, at + 1))
          for (const {subject, remediation} of judge(ranges, accounts)) {
            const argv = remediation[0]?.argv ?? []
            expect(argv.at(-1)).toBe(subject.name)
            const pick = (option: string) => argv.flatMap((word, at) => (word === option ? [argv[at + 1] ?? ''] : []))
            const gone = pick('--del-subuids')
            ranges = ranges.filter((one) => one.owner !== subject.name || !gone.includes(ids(one)))
            for (const added of pick('--add-subuids')) {
              const [first = 0, last = 0] = added.split('-').map(Number)
              ranges.push({...range(subject.name, first, last - first + 1), line: ranges.length + 1})
            }
          }
          expect(judge(ranges, accounts)).toEqual([])
        },
      ),
    )
  })
})
