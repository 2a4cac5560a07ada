import {describe, expect, it} from 'vitest'
import {defineChecker} from '../../src/checker.js'
import {checkersOf} from '../../src/plugins/validate.js'

const good = defineChecker({
  id: 'old-kernel',
  title: 'Is the kernel old?',
  needs: ['kernel'],
  rules: {'too-old': {severity: 'notice', title: 'The kernel is old'}},
  *check() {},
})

describe('checkersOf', () => {
  it('takes a checker or a list of them', () => {
    expect(checkersOf(good)).toEqual([good])
    expect(checkersOf([good, good])).toEqual([good, good])
  })

  it.each([
    [undefined, 'no default export'],
    [[], 'an empty list'],
    ['x', 'not a checker'],
    [null, 'not a checker'],
    [{...good, id: 'Old Kernel'}, 'id: is not a name like "fork-limit"'],
    [{...good, id: '../evil'}, 'id: is not a name'],
    [{...good, title: ' '}, 'title: is empty'],
    [{...good, needs: ['kernels']}, 'needs.0: there is no fact "kernels"'],
    [{...good, wants: undefined}, 'wants'],
    [{...good, rules: {}}, 'rules: declares no rule'],
    [{...good, rules: {'too-old': {severity: 'fatal', title: 'x'}}}, 'rules.too-old.severity'],
    [{...good, rules: {Bad: {severity: 'error', title: 'x'}}}, 'is not a name'],
    [{...good, check: 'x'}, 'check: is not a function'],
  ])('says what is wrong with %j', (exported, problem) => {
    expect(checkersOf(exported)).toContain(problem)
  })
})
