import type {Entry, Shell} from './shell.js'
import {sameValue} from './text.js'
import {choose, inFrame} from './ways.js'

export interface Loop {
  /** Whether it goes on; null: not known. */
  test(): boolean | null
  body(): void
  update(): void
}

/** Runs a loop turn by turn for as long as it is known that it goes on. */
export function runLoop(shell: Shell, reason: string, loop: Loop): void {
  const {state} = shell
  inFrame(shell, 'loop', () => {
    for (;;) {
      shell.recorder.step()
      const mark = state.mark()
      const before = snapshot(shell)
      const goesOn = loop.test()
      if (shell.flow !== null || goesOn === false) {
        if (shell.flow === null && goesOn === false) shell.status = {code: 0}
        state.keep()
        return
      }
      if (goesOn === null) {
        state.keep()
        unknownLoop(shell, reason, () => {
          loop.body()
          if (shell.flow === null) {
            loop.update()
            loop.test()
          }
        })
        return
      }
      inFrame(shell, 'iteration', loop.body)
      if (shell.flow === null) loop.update()
      const same = shell.flow === null && before() && isUnchanged(shell, mark)
      state.keep()
      if (shell.flow !== null) return
      if (same) {
        // Nothing that it depends on has changed: it never ends by itself.
        if (shell.frames.at(-1)?.parked.length === 0) shell.lose('a loop that never ends by itself')
        shell.flow = {kind: 'dead'}
        return
      }
    }
  })
}

function snapshot(shell: Shell): () => boolean {
  const path = shell.recorder.path.length
  return () => shell.recorder.path.length === path
}

function isUnchanged(shell: Shell, mark: number): boolean {
  for (const [key, [before]] of shell.state.history(mark)) {
    if (!isSame(shell.state.get(key), before)) return false
  }
  return true
}

function isSame(a: Entry | undefined, b: Entry | undefined): boolean {
  if (a === b) return true
  if (a?.kind !== 'variable' || b?.kind !== 'variable' || a.elements || b.elements) return false
  return a.value !== null && b.value !== null && sameValue(a.value, b.value)
}

/**
 * A loop of which only the run tells how often it runs. What it changes is not known in it nor after it.
 *
 * @param turn one turn of it
 */
export function unknownLoop(shell: Shell, reason: string, turn: () => void): void {
  const {recorder} = shell
  let lost = new Set<string>()
  for (let attempt = 0; ; attempt++) {
    const changed = trial(shell, reason, turn)
    const more = [...changed].filter((key) => !lost.has(key))
    for (const key of more) lose(shell, key)
    lost = new Set([...lost, ...changed])
    if (more.length === 0) break
    if (attempt === 3) {
      shell.loseVariables()
      break
    }
  }
  recorder.events.push({type: 'loop'})
  choose(shell, reason, null, [
    {when: null, run: () => inFrame(shell, 'iteration', turn)},
    {when: null, run: () => undefined},
  ])
  recorder.events.push({type: 'loop-end'})
  for (const key of lost) lose(shell, key)
  shell.status = {code: null, of: null, negated: false}
}

/** What a turn changes; nothing of it is kept. */
function trial(shell: Shell, reason: string, turn: () => void): Set<string> {
  const {recorder, state, flow, status, sink} = shell
  const point = recorder.point()
  const path = recorder.path
  const parked = shell.frames.map((frame) => frame.parked.length)
  const mark = state.mark()
  recorder.path = [...path, {reason, frame: null}]
  shell.sink = sink && {...sink, pieces: [], unknown: true}
  inFrame(shell, 'iteration', turn)
  const changed = new Set(state.changes(mark).keys())
  for (const [index, frame] of shell.frames.entries()) {
    for (const changes of frame.parked.splice(parked[index] ?? 0)) for (const key of changes.keys()) changed.add(key)
  }
  state.undo(mark)
  recorder.rewind(point)
  recorder.path = path
  shell.flow = flow
  shell.status = status
  shell.sink = sink
  return changed
}

function lose(shell: Shell, key: string): void {
  const {state} = shell
  const entry = state.get(key)
  if (key.startsWith('v:')) shell.set(key.slice(2), [shell.unknown(`$${key.slice(2)}`)])
  else if (entry?.kind === 'function') state.set(key, {...entry, body: null})
  else if (key === 'stdin') shell.setStdin(null)
  else if (key === 'parameters') state.set(key, {kind: 'parameters', known: [], rest: shell.id()})
  else if (key === 'netns') state.set(key, {kind: 'netns', netns: {unknown: 'changed in a loop'}})
  else if (key.startsWith('o:')) state.set(key, {kind: 'flag', on: null})
  else if (key === 'lost') shell.loseVariables()
  else if (entry?.kind === 'text' || key.startsWith('w:')) state.set(key, {kind: 'text', text: null})
}
