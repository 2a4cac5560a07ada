import {describe, expect, it} from 'vitest'
import {symptomsOf} from '../../../src/checkers/boot-persistence/symptoms.js'
import type {Edge} from '../../../src/models/systemd/boot/edge.js'

function symptoms(units: readonly string[], ...edges: readonly (readonly [string, string, Edge['kind']?, boolean?])[]) {
  const all = edges.map(
    ([from, to, kind = 'soft', lost = false]): Edge => ({from, to, kind, how: 'setting', path: null, lost}),
  )
  return Object.fromEntries(symptomsOf(new Set(units), (unit) => all.filter(({to}) => to === unit)))
}

describe('what runs only because something else does', () => {
  it('goes with the first of a chain', () => {
    expect(symptoms(['a', 'b', 'c'], ['a', 'b'], ['b', 'c'])).toEqual({b: 'a', c: 'a'})
  })

  it('stands for itself when the other one is not lost, or the link is', () => {
    expect(symptoms(['b'], ['a', 'b'])).toEqual({})
    expect(symptoms(['a', 'b'], ['a', 'b', 'soft', true])).toEqual({})
  })

  it('keeps one of each circle', () => {
    expect(symptoms(['a', 'b', 'c'], ['a', 'b'], ['b', 'c'], ['c', 'a'])).toEqual({b: 'a', c: 'a'})
    expect(symptoms(['a'], ['a', 'a'])).toEqual({})
  })

  it('keeps of a service and its socket the service', () => {
    const edges = [['x.service', 'x.socket', 'hard'] as const, ['x.socket', 'x.service', 'trigger'] as const]
    expect(symptoms(['x.service', 'x.socket'], ...edges)).toEqual({'x.socket': 'x.service'})
    expect(symptoms(['x.service', 'x.socket'], edges[1] ?? ['', ''])).toEqual({'x.service': 'x.socket'})
  })

  it('ends on 20,000 units in a row', () => {
    const units = Array.from({length: 20_000}, (_, at) => `u${at}`)
    const into = new Map(units.slice(1).map((unit, at) => [unit, [{from: `u${at}`, to: unit, kind: 'soft'} as Edge]]))
    expect(symptomsOf(new Set(units), (unit) => into.get(unit) ?? []).get('u19999')).toBe('u0')
  })
})
