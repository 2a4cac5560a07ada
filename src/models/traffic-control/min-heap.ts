/** The least of some numbers, of which each is taken out at some time after it left; O(log n) each. */
export class MinHeap {
  readonly #numbers: number[] = []

  push(number: number): void {
    const numbers = this.#numbers
    let at = numbers.push(number) - 1
    while (at > 0) {
      const above = (at - 1) >> 1
      if ((numbers[above] ?? 0) <= number) break
      numbers[at] = numbers[above] ?? 0
      at = above
    }
    numbers[at] = number
  }

  /** The least that still counts; those before it are dropped. */
  least(counts: (number: number) => boolean): number | null {
    for (;;) {
      const [first] = this.#numbers
      if (first === undefined) return null
      if (counts(first)) return first
      this.#drop()
    }
  }

  #drop(): void {
    const numbers = this.#numbers
    const moved = numbers.pop()
    if (moved === undefined || numbers.length === 0) return
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below >= numbers.length) break
      if ((numbers[below + 1] ?? Number.POSITIVE_INFINITY) < (numbers[below] ?? 0)) below += 1
      if ((numbers[below] ?? 0) >= moved) break
      numbers[at] = numbers[below] ?? 0
      at = below
    }
    numbers[at] = moved
  }
}
