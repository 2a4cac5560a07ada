/** A place in a file: UTF-16 offsets, half open. */
export interface Span {
  readonly path: string
  readonly pos: number
  readonly end: number
}

/** Text that a shell reads: a file, or a part of one that is read once more (`sh -c '...'`, `eval`). */
export class ShellSource {
  readonly path: string
  readonly text: string
  /** Where this text came from; null: it is the file itself. */
  readonly #within: {readonly source: ShellSource; readonly pos: number; readonly verbatim: boolean} | null
  #lines: number[] | undefined

  constructor(path: string, text: string, within: ShellSource['within'] = null) {
    this.path = path
    this.text = text
    this.#within = within
  }

  get within(): {readonly source: ShellSource; readonly pos: number; readonly verbatim: boolean} | null {
    return this.#within
  }

  /** Line of the file, from 1. Of text that does not stand there as it is, where it was made. */
  lineAt(pos: number): number {
    if (this.#within) return this.#within.source.lineAt(this.#within.pos + (this.#within.verbatim ? pos : 0))
    const lines = this.#lineStarts()
    let low = 0
    let high = lines.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((lines[middle] ?? 0) <= pos) low = middle
      else high = middle
    }
    return low + 1
  }

  /** The same place in the file; null: what is read does not stand there as it is. */
  span(pos: number, end: number): Span | null {
    if (!this.#within) return {path: this.path, pos, end}
    if (!this.#within.verbatim) return null
    return this.#within.source.span(this.#within.pos + pos, this.#within.pos + end)
  }

  #lineStarts(): readonly number[] {
    if (!this.#lines) {
      const starts = [0]
      for (let at = this.text.indexOf('\n'); at >= 0; at = this.text.indexOf('\n', at + 1)) starts.push(at + 1)
      this.#lines = starts
    }
    return this.#lines
  }
}
