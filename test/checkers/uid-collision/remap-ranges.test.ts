import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {sharedRemapRanges} from '../../../src/checkers/uid-collision/remap-ranges.js'
import type {Container} from '../../../src/facts/containers.js'
import {container, containers, process} from '../../support/facts.js'
import {holdsForAll} from '../../support/property.js'

let pid = 100
function mapped(name: string, outside: number, count: number, given: Partial<Container> = {}): Container {
  pid += 1
  const uidMap = [{inside: 0, outside, count}]
  const own = {userns: `4026533${pid}`, usernsOfItsOwn: true, creatorUid: 0, uidMap}
  return container({name, processes: [process({pid, realUid: outside})], ...own, ...given})
}

const pairs = (...all: Container[]) => sharedRemapRanges(containers(...all)).map(({subject}) => subject.name)
const lxc = {runtime: 'lxc', endpoint: null} as const
const podman = {runtime: 'podman', endpoint: 'unix:///run/user/1000/podman/podman.sock'} as const
const other = {endpoint: 'unix:///run/other/docker.sock'}

describe('ranges of runtimes', () => {
  it.each<[string, Container[], string[]]>([
    ['two runtimes', [mapped('a', 1000, 10), mapped('b', 1009, 10, lxc)], ['docker, lxc']],
    ['two runtimes side by side', [mapped('a', 1000, 10), mapped('b', 1010, 10, lxc)], []],
    ['one daemon', [mapped('a', 1000, 10), mapped('b', 1000, 10)], []],
    [
      'two daemons of one product',
      [mapped('a', 1000, 10), mapped('b', 1000, 10, other)],
      ['docker at unix:///run/docker.sock, docker at unix:///run/other/docker.sock'],
    ],
    ['a container that may be of that daemon', [mapped('a', 1000, 10), mapped('b', 1000, 10, {endpoint: null})], []],
    [
      'two nspawn machines',
      [mapped('a', 1000, 10, {runtime: 'nspawn'}), mapped('b', 1000, 10, {runtime: 'nspawn'})],
      ['nspawn machine a, nspawn machine b'],
    ],
    [
      'two users',
      [mapped('a', 1000, 10, {...podman, creatorUid: 1000}), mapped('b', 1000, 10, {...podman, creatorUid: 1001})],
      ['podman of UID 1000, podman of UID 1001'],
    ],
    ['one user', [mapped('a', 1000, 10, {...podman, creatorUid: 7}), mapped('b', 1000, 10, {creatorUid: 7})], []],
    ['a single ID', [mapped('a', 1000, 10), mapped('b', 1005, 1, lxc)], []],
    ['no namespace of its own', [mapped('a', 0, 4294967295), mapped('b', 1005, 9, lxc)], []],
    ['a map that is not known', [mapped('a', 1000, 10), mapped('b', 1000, 10, {...lxc, uidMap: null})], []],
  ])('%s', (_, all, expected) => {
    expect(pairs(...all)).toEqual(expected)
  })

  it('meet exactly where they have an ID in common', () => {
    const range = fc.record({start: fc.integer({min: 1, max: 30}), count: fc.integer({min: 2, max: 9})})
    holdsForAll(
      fc.property(range, range, (a, b) => {
        const idsOf = ({start, count}: {start: number; count: number}) =>
          Array.from({length: count}, (_, at) => start + at)
        const meet = idsOf(a).some((id) => idsOf(b).includes(id))
        const found = pairs(mapped('a', a.start, a.count), mapped('b', b.start, b.count, lxc))
        expect(found).toHaveLength(meet ? 1 : 0)
      }),
    )
  })
})
