/**
 * What a script changes as it runs, by key: variables, functions, options. Remembers changes while somebody may want
 * to take them back, so that both ways of an `if` and a subshell cost no more than what they change.
 */
export class State<T> {
  readonly #values = new Map<string, T>()
  readonly #log: {readonly key: string; readonly before: T | undefined}[] = []
  #marks = 0

  get(key: string): T | undefined {
    return this.#values.get(key)
  }

  keys(): IterableIterator<string> {
    return this.#values.keys()
  }

  set(key: string, value: T | undefined): void {
    if (this.#marks > 0) this.#log.push({key, before: this.#values.get(key)})
    if (value === undefined) this.#values.delete(key)
    else this.#values.set(key, value)
  }

  mark(): number {
    this.#marks += 1
    return this.#log.length
  }

  /** How often something was changed since the mark. */
  size(mark: number): number {
    return this.#log.length - mark
  }

  /** What was changed since the mark, as it is now; keys that were removed are undefined. */
  changes(mark: number): Map<string, T | undefined> {
    const changed = new Map<string, T | undefined>()
    for (let at = mark; at < this.#log.length; at++) {
      const key = this.#log[at]?.key ?? ''
      if (!changed.has(key)) changed.set(key, this.#values.get(key))
    }
    return changed
  }

  /** All values that a key had since the mark, the one before it included. */
  history(mark: number): Map<string, (T | undefined)[]> {
    const found = new Map<string, (T | undefined)[]>()
    for (let at = mark; at < this.#log.length; at++) {
      const entry = this.#log[at]
      if (!entry) continue
      const values = found.get(entry.key)
      if (values) values.push(entry.before)
      else found.set(entry.key, [entry.before])
    }
    return found
  }

  /** Forgets the mark, takes nothing back. */
  keep(): void {
    this.#marks -= 1
    if (this.#marks === 0) this.#log.length = 0
  }

  /** Takes back what was changed since the mark. */
  undo(mark: number): void {
    for (let at = this.#log.length - 1; at >= mark; at--) {
      const entry = this.#log[at]
      if (!entry) continue
      if (entry.before === undefined) this.#values.delete(entry.key)
      else this.#values.set(entry.key, entry.before)
    }
    this.#log.length = mark
    this.#marks -= 1
  }
}
