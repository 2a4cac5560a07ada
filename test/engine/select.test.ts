import {describe, expect, it} from 'vitest'
import {defineChecker} from '../../src/checker.js'
import {nearest} from '../../src/engine/nearest.js'
import {select} from '../../src/engine/select.js'

const rule = {severity: 'error', title: 'x'} as const
const forkLimit = defineChecker({
  id: 'fork-limit',
  title: 'x',
  needs: [],
  rules: {'fork-blocked': rule, 'start-blocked': rule},
  *check() {},
})
const uidCollision = defineChecker({
  id: 'uid-collision',
  title: 'x',
  needs: [],
  rules: {'shared-uid': rule},
  *check() {},
})
const all = [forkLimit, uidCollision]

function selected(wishes: {checkers?: string[]; only?: string[]; skip?: string[]}): string[] {
  const {checkers, wanted} = select(all, {checkers: [], only: [], skip: [], ...wishes})
  return checkers.flatMap(({id, rules}) => Object.keys(rules).map((name) => `${id}/${name}`)).filter(wanted)
}

const blocked = 'fork-limit/fork-blocked'
const start = 'fork-limit/start-blocked'
const shared = 'uid-collision/shared-uid'

describe('select', () => {
  it.each([
    [{}, [blocked, start, shared]],
    [{checkers: ['uid-collision']}, [shared]],
    [{only: [start]}, [start]],
    [{only: ['fork-limit']}, [blocked, start]],
    [{only: ['fork-limit'], skip: [blocked]}, [start]],
    [{skip: ['fork-limit']}, [shared]],
    [{checkers: ['fork-limit'], skip: [start]}, [blocked]],
  ])('%j selects %j', (wishes, ids) => {
    expect(selected(wishes)).toEqual(ids)
  })

  it('does not run a checker of which no rule is left', () => {
    expect(select(all, {checkers: [], only: [shared], skip: []}).checkers).toEqual([uidCollision])
  })

  it.each([
    [{checkers: ['fork-limits']}, 'There is no checker "fork-limits".', 'fork-limit'],
    [{only: ['uid-colision/shared-uid']}, 'There is no rule "uid-colision/shared-uid".', shared],
    [{skip: ['shared-uid']}, 'There is no rule "shared-uid".', shared],
    [{checkers: [blocked]}, `There is no checker "${blocked}".`, 'netdoctor list'],
  ])('%j names what is unknown and what is like it', (wishes, message, suggestion) => {
    try {
      selected(wishes)
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({name: 'UserError', message, suggestions: expect.arrayContaining([suggestion])})
    }
  })

  it('refuses to check nothing and call it clean', () => {
    expect(() => selected({checkers: ['uid-collision'], skip: ['uid-collision']})).toThrow('Nothing is left to check')
    expect(() => selected({checkers: ['uid-collision'], only: ['fork-limit']})).toThrow('Nothing is left to check')
  })
})

describe('nearest', () => {
  it('finds what was meant, best first, and nothing far off', () => {
    expect(nearest('chekc', ['check', 'list', 'explain'])).toEqual(['check'])
    expect(nearest('fork-blocked', [start, blocked, shared])).toEqual([blocked, start])
    expect(nearest('xyzzy', ['check', 'list'])).toEqual([])
  })
})
