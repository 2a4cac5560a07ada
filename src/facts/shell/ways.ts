import type {PathEntry} from './recorder.js'
import {type Changes, either, type Flow, type Frame, type Shell, type Status, UNKNOWN} from './shell.js'

export interface Way {
  /** Outcome of the deciding command with which it is taken. */
  readonly when: 'success' | 'failure' | null
  run(): void
}

/**
 * Runs each of some ways of which the script takes one, and goes on with what is true after all of those that go on.
 *
 * @param reason what decides, for people
 * @param on index of the command whose success decides
 */
export function choose(shell: Shell, reason: string, on: number | null, ways: readonly Way[]): void {
  const {recorder, state} = shell
  const before = recorder.path
  const status = shell.status
  const ends: {readonly changes: Changes; readonly status: Status}[] = []
  const kept = new Map<number, PathEntry>()
  recorder.events.push({type: 'split', on})
  for (const way of ways) {
    recorder.events.push({type: 'alternative', when: way.when})
    recorder.path = [...before, {reason, frame: null}]
    shell.status = status
    const mark = state.mark()
    way.run()
    for (const entry of recorder.path.slice(before.length)) if (entry.frame !== null) kept.set(entry.frame, entry)
    recorder.path = before
    if (shell.flow === null) ends.push({changes: state.changes(mark), status: shell.status})
    else {
      const left = leave(shell, shell.flow)
      if (left !== null) kept.set(left, {reason, frame: left})
    }
    state.undo(mark)
    shell.flow = null
  }
  recorder.events.push({type: 'join'})
  recorder.path = [...before, ...[...kept.values()].filter(({frame}) => before.every((entry) => entry.frame !== frame))]
  if (ends.length === 0) {
    shell.flow = {kind: 'dead'}
    return
  }
  merge(
    shell,
    ends.map(({changes}) => changes),
  )
  shell.status = ends.map((end) => end.status).reduce(eitherStatus)
}

/**
 * Runs something that `exit`, `return`, `break` or `continue` may leave. After it, what they left is done with:
 * `shell.flow` is what concerns frames further out.
 */
export function inFrame(shell: Shell, kind: Frame['kind'], run: (frame: Frame) => void): void {
  const {state, recorder} = shell
  const frames = shell.frames
  const frame: Frame = {kind, id: shell.id(), parked: [], mark: state.mark(), locals: new Map()}
  shell.frames = [...frames, frame]
  run(frame)
  shell.flow = absorb(kind, shell.flow)
  shell.frames = frames
  if (kind === 'subshell') {
    endSubshell(shell, frame)
    return
  }
  if (frame.parked.length === 0) state.keep()
  else {
    const changes: Changes[] = [...frame.parked]
    if (shell.flow === null) changes.push(state.changes(frame.mark))
    else {
      // Those that wait here go on; this one does not.
      const left = leave(shell, shell.flow)
      if (left !== null) recorder.path = [...recorder.path, {reason: `depends on line ${shell.line}`, frame: left}]
    }
    shell.flow = null
    state.undo(frame.mark)
    merge(shell, changes)
    recorder.events.push({type: 'boundary', id: frame.id})
    shell.status = UNKNOWN
  }
  recorder.path = recorder.path.filter((entry) => entry.frame !== frame.id)
}

/** Nothing but what it wrote to files, and read from its input, is left of it. */
function endSubshell(shell: Shell, frame: Frame): void {
  const {state, recorder} = shell
  const changes = state.changes(frame.mark)
  state.undo(frame.mark)
  for (const [key, entry] of changes) if (key.startsWith('w:')) state.set(key, entry)
  if (changes.has('stdin') || frame.parked.some((parked) => parked.has('stdin'))) shell.setStdin(null)
  shell.flow = null
  if (frame.parked.length > 0) {
    for (const parked of frame.parked) {
      for (const [key, entry] of parked) {
        if (key.startsWith('w:')) state.set(key, either(shell, key, entry, state.get(key)))
      }
    }
    recorder.events.push({type: 'boundary', id: frame.id})
    shell.status = UNKNOWN
  }
  recorder.path = recorder.path.filter((entry) => entry.frame !== frame.id)
}

/** The script, or the subshell that it is in, may end here. */
export function mayEnd(shell: Shell, reason: string): void {
  const {status} = shell
  choose(shell, reason, null, [
    {
      when: null,
      run: () => {
        shell.flow = {kind: 'exit'}
      },
    },
    {when: null, run: () => undefined},
  ])
  shell.status = status
}

/** What is left of a flow at the end of a frame. */
function absorb(kind: Frame['kind'], flow: Flow | null): Flow | null {
  if (flow === null) return null
  if (kind === 'function') return flow.kind === 'return' ? null : flow
  if (kind === 'loop' && (flow.kind === 'break' || flow.kind === 'continue')) {
    if (flow.levels > 1) return {...flow, levels: flow.levels - 1}
    return flow.kind === 'break' ? null : flow
  }
  if (kind === 'iteration' && flow.kind === 'continue' && flow.levels === 1) return null
  return flow
}

/** Lets the way that we are on wait where its flow leads. Gives that frame. */
function leave(shell: Shell, flow: Flow): number | null {
  const {recorder} = shell
  if (flow.kind === 'dead') return null
  const frame = targetOf(shell.frames, flow)
  if (!frame || frame.kind === 'script') {
    recorder.events.push({type: 'gone'})
    return frame?.id ?? 0
  }
  const changes = shell.state.changes(frame.mark)
  recorder.step(shell.state.size(frame.mark) / 8)
  frame.parked.push(changes)
  recorder.events.push({type: 'park', boundary: frame.id})
  return frame.id
}

function targetOf(frames: readonly Frame[], flow: Flow): Frame | undefined {
  if (flow.kind === 'exit') return frames.findLast(({kind}) => kind === 'script' || kind === 'subshell')
  if (flow.kind === 'return') {
    return frames.findLast(({kind}) => kind === 'function' || kind === 'script' || kind === 'subshell')
  }
  const wanted = flow.kind === 'break' ? 'loop' : 'iteration'
  let levels = 'levels' in flow ? flow.levels : 1
  let found: Frame | undefined
  for (const frame of [...frames].reverse()) {
    if (frame.kind === 'function' || frame.kind === 'script' || frame.kind === 'subshell') break
    if (frame.kind !== wanted) continue
    found = frame
    levels -= 1
    if (levels === 0) break
  }
  return found
}

/** What is true if one of several ways was taken. */
export function merge(shell: Shell, all: readonly Changes[]): void {
  const {state} = shell
  const [first] = all
  if (all.length === 1 && first) {
    for (const [key, entry] of first) if (state.get(key) !== entry) state.set(key, entry)
    return
  }
  const keys = new Set(all.flatMap((changes) => [...changes.keys()]))
  for (const key of keys) {
    shell.recorder.step()
    const base = state.get(key)
    const entries = all.map((changes) => (changes.has(key) ? changes.get(key) : base))
    const merged = entries.reduce((a, b) => either(shell, key, a, b))
    if (merged !== base) state.set(key, merged)
  }
}

function eitherStatus(a: Status, b: Status): Status {
  return a.code !== null && a.code === b.code ? a : UNKNOWN
}
