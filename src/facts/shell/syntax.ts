import type {Statement} from 'unbash'
import type {Parser} from './shell.js'

export interface Readable {
  /** What a shell runs before it comes to the error. */
  readonly script: {readonly commands: readonly Statement[]}
  readonly error: {readonly message: string; readonly pos: number} | null
}

/** How often what stands before an error may hold another one. */
const ATTEMPTS = 8

/**
 * A script as far as a shell runs it: both read it line by line, and end at the first line, or the first command of
 * several lines, that has an error.
 */
export function readableScript({parse}: Parser, text: string): Readable {
  let script = parse(text)
  let first: {readonly message: string; readonly pos: number} | null = null
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const error = script.errors?.reduce((a, b) => (b.pos < a.pos ? b : a))
    if (!error) return {script, error: first}
    first = error
    const broken = script.commands.find(({end}) => end > error.pos)
    let from = Math.min(error.pos, broken?.pos ?? error.pos)
    // Recovery may have closed at the end what was opened long before.
    for (const {pos, end} of script.commands) if (end <= pos) from = Math.min(from, pos)
    const line = text.lastIndexOf('\n', from - 1) + 1
    const started = script.commands.find(({pos, end}) => pos < line && end > line)
    script = parse(text.slice(0, started ? text.lastIndexOf('\n', started.pos - 1) + 1 : line))
  }
  return {script: {commands: []}, error: first}
}
