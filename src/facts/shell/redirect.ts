import type {Redirection} from 'unbash'
import {expandValue, hereDocument} from './expand.js'
import {plain, type Shell, type Sink} from './shell.js'
import {known, textOf, type Value} from './text.js'

/** Text of a file as far as it is known: what the script wrote to it, or what is there. null: not known. */
export function fileText(shell: Shell, path: string): Value | null {
  const written = shell.state.get(`w:${path}`)
  if (written?.kind === 'text') return written.text
  if (!path.startsWith('/')) return null
  const text = shell.readFile(path)
  return text === null ? null : plain(text)
}

/** Runs something with its redirections in effect. */
export function withRedirects(shell: Shell, redirects: readonly Redirection[], run: () => void): void {
  if (redirects.length === 0) {
    run()
    return
  }
  const {sink: outer, stdin: input} = shell
  let stdin: Value | null | undefined
  let target: {readonly path: string | null; readonly append: boolean} | null = null
  const sink: Sink = {pieces: [], unknown: false, conditions: shell.recorder.path.length}
  for (const one of redirects) {
    const descriptor = one.descriptor?.type === 'FileDescriptor' ? one.descriptor.value : null
    if (one.type === 'HereDoc') {
      const body = hereDocument(shell, one)
      if (descriptor === null || descriptor === 0) stdin = body
      continue
    }
    const name = one.target ? expandValue(shell, one.target) : plain('')
    const path = textOf(name)
    if (one.type === 'HereString') {
      if (descriptor === null || descriptor === 0) stdin = [...name, known('\n')]
    } else if (one.operator === '<' || one.operator === '<>') {
      if (descriptor === null || descriptor === 0)
        stdin = path === '/dev/null' ? [] : path === null ? null : fileText(shell, path)
    } else if (one.operator === '<&') {
      if (descriptor === null || descriptor === 0) stdin = null
    } else if (descriptor === null || descriptor === 1 || one.operator === '&>' || one.operator === '&>>') {
      if (one.operator === '>&' && path !== null && /^(\d+|-)$/.test(path)) {
        target = null
        // Into standard error: not where we look.
        shell.sink = path === '1' ? shell.sink : null
      } else {
        target = {path, append: one.operator === '>>' || one.operator === '&>>'}
        shell.sink = sink
      }
    } else if (descriptor === 2 && path === '1') {
      // What programs say there is not known.
    }
  }
  if (stdin !== undefined) shell.setStdin(stdin)
  run()
  if (stdin !== undefined) shell.setStdin(input)
  if (target) store(shell, target, sink)
  shell.sink = outer
}

function store(
  shell: Shell,
  {path, append}: {readonly path: string | null; readonly append: boolean},
  sink: Sink,
): void {
  if (path === null) {
    // It may be any of those that are known.
    for (const key of [...shell.state.keys()]) {
      if (key.startsWith('w:')) shell.state.set(key, {kind: 'text', text: null})
    }
    return
  }
  if (path.startsWith('/dev/')) return
  const before = append ? fileText(shell, path) : []
  const text = before === null || sink.unknown ? null : [...before, ...sink.pieces]
  shell.state.set(`w:${path}`, {kind: 'text', text})
}
