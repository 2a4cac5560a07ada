import {StringDecoder} from 'node:string_decoder'

/** Longer than any question; what goes on is not kept. */
const MAX_LINE = 4096

export interface Line {
  /** From 1. */
  readonly number: number
  /** null: longer than a question can be. */
  readonly text: string | null
}

/** The lines of a stream, those of one piece of it together; whatever comes in, one line of memory is enough. */
export async function* linesOf(stream: AsyncIterable<Buffer | string>): AsyncGenerator<readonly Line[]> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  let tooLong = false
  let number = 0
  const take = (text: string): Line => {
    number += 1
    const line = tooLong || text.length > MAX_LINE ? null : text
    tooLong = false
    return {number, text: line}
  }
  for await (const chunk of stream) {
    const pieces = (typeof chunk === 'string' ? chunk : decoder.write(chunk)).split('\n')
    const last = pieces.pop() ?? ''
    const lines: Line[] = []
    for (const piece of pieces) {
      lines.push(take(rest + piece))
      rest = ''
    }
    if (tooLong || rest.length + last.length > MAX_LINE) {
      tooLong = true
      rest = ''
    } else rest += last
    if (lines.length > 0) yield lines
  }
  rest += decoder.end()
  if (rest !== '' || tooLong) yield [take(rest)]
}
