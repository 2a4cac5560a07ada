import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {explore} from '../../../src/models/source-address/assumptions.js'
import {holdsForAll} from '../../support/property.js'

const asText = (value: unknown) => JSON.stringify(value)

describe('what is open', () => {
  it('is nothing where nothing is asked', () => {
    expect(explore(() => 'known', asText)).toEqual({first: 'known', others: [], open: []})
  })

  it('is not what makes no difference', () => {
    const explored = explore((assume) => (assume('a') === 0 ? 'same' : 'same'), asText)
    expect(explored.open).toEqual([])
  })

  it('is what does, whichever is asked first', () => {
    expect(explore((assume) => assume('idle') * 0 + assume('decisive'), asText).open).toEqual(['decisive'])
    expect(explore((assume) => assume('decisive') + assume('idle') * 0, asText).open).toEqual(['decisive'])
  })

  it('has one answer to one question', () => {
    const twice = (assume: (question: string) => number) => [assume('a'), assume('a')]
    expect(explore((assume) => new Set(twice(assume)).size, asText).open).toEqual([])
  })

  it('may have more than two answers', () => {
    const {first, others} = explore((assume) => assume('which', 4), asText)
    expect([first, ...others]).toEqual([0, 1, 2, 3])
  })

  it('is said to be open if there is too much to go through', () => {
    let runs = 0
    const explored = explore((assume) => {
      runs++
      return Array.from({length: 100}, (_, index) => assume(`${index}`)).every((answer) => answer === 1)
    }, asText)
    expect(runs).toBeLessThan(1000)
    expect(explored.open.length).toBeGreaterThan(0)
  })

  it('is something exactly if what comes out differs, and all that may come out is seen', () => {
    const table = fc.array(fc.nat(2), {minLength: 32, maxLength: 32})
    holdsForAll(
      fc.property(table, fc.array(fc.nat(4), {maxLength: 5}), (results, order) => {
        const run = (answerTo: (question: string) => number) =>
          results[order.reduce((index, question) => index | (answerTo(`${question}`) << question), 0)]
        const {first, others, open} = explore((assume) => run((question) => assume(question)), asText)
        const all = new Set(Array.from({length: 32}, (_, bits) => run((question) => (bits >> Number(question)) & 1)))
        expect(new Set([first, ...others])).toEqual(all)
        expect(open.length > 0).toBe(all.size > 1)
      }),
    )
  })
})
