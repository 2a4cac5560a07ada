/**
 * Decides a question that the evidence leaves open: gives a number below `options`. The same question, worded in
 * the same way, has the same answer throughout one run.
 */
export type Assume = (question: string, options?: number) => number

export interface Explored<T> {
  /** What came out of the first run, in which all answers were 0. */
  readonly first: T
  /** What came out of the others, if it was something else. */
  readonly others: readonly T[]
  /** Questions whose answers make a difference. */
  readonly open: readonly string[]
}

const MOST_RUNS = 128

/**
 * Runs a computation once for every combination of answers to the questions it asks, so that only what makes a
 * difference counts as unknown.
 *
 * @param keyOf what counts as the same result
 */
export function explore<T>(run: (assume: Assume) => T, keyOf: (result: T) => string): Explored<T> {
  const others: T[] = []
  const open = new Set<string>()
  let runs = 0

  const solve = (given: readonly number[]): {readonly result: T; readonly keys: ReadonlySet<string>} => {
    runs++
    const {result, asked} = runOnce(run, given)
    const keys = new Set([keyOf(result)])
    for (let index = asked.length - 1; index >= given.length; index--) {
      const question = asked[index]
      if (!question) continue
      const before = keys.size
      for (let answer = 1; answer < question.options; answer++) {
        if (runs >= MOST_RUNS) {
          open.add(question.text)
          break
        }
        const other = solve([...asked.slice(0, index).map(({answer: taken}) => taken), answer])
        others.push(other.result)
        for (const key of other.keys) keys.add(key)
      }
      if (keys.size > before) open.add(question.text)
    }
    return {result, keys}
  }

  const {result} = solve([])
  return {first: result, others, open: [...open]}
}

interface Asked {
  readonly text: string
  readonly options: number
  readonly answer: number
}

function runOnce<T>(run: (assume: Assume) => T, given: readonly number[]): {result: T; asked: readonly Asked[]} {
  const asked: Asked[] = []
  const known = new Map<string, number>()
  const result = run((text, options = 2) => {
    const before = known.get(text)
    if (before !== undefined) return before
    const answer = given[asked.length] ?? 0
    known.set(text, answer)
    asked.push({text, options, answer})
    return answer
  })
  return {result, asked}
}
