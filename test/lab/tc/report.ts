import type {Comparison} from './compare.js'

/** Counts what was compared. */
export class Summary {
  readonly different: number[] = []
  #sequences = 0
  #accepted = 0
  #rejected = 0
  #undecided = 0
  readonly #reasons = new Map<string, number>()

  add(index: number, {accepted, rejected, undecided, reasons, difference}: Comparison): void {
    this.#sequences += 1
    this.#accepted += accepted
    this.#rejected += rejected
    this.#undecided += undecided
    for (const [id, count] of reasons) this.#reasons.set(id, (this.#reasons.get(id) ?? 0) + count)
    if (difference !== null) this.different.push(index)
  }

  get steps(): number {
    return this.#accepted + this.#rejected + this.#undecided
  }

  get undecidedShare(): number {
    return this.#undecided / Math.max(1, this.steps)
  }

  get reasons(): ReadonlyMap<string, number> {
    return this.#reasons
  }

  get text(): string {
    const reasons = [...this.#reasons].sort((a, b) => b[1] - a[1]).map(([id, count]) => `${id} ${count}`)
    return [
      `${this.#sequences} sequences, ${this.steps} commands: ${this.#accepted} accepted, ${this.#rejected} rejected, ${this.#undecided} not compared because they or one before were undecided`,
      reasons.join(', '),
      `${this.different.length} sequences differ${this.different.length === 0 ? '' : `: ${this.different.slice(0, 50).join(' ')}`}`,
    ].join('\n')
  }
}
