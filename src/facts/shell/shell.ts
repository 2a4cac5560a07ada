import type {CompoundCommand, CompoundList, ParsedScript, Redirected, SyntaxNode} from 'unbash'
import {type Limits, type Netns, Recorder, Truncated} from './recorder.js'
import type {ShellSource} from './source.js'
import {State} from './state.js'
import {asUnquoted, DEFAULT_IFS, known, type Piece, sameValue, textOf, type Value} from './text.js'

/** `sh`: dash or bash, as the system has it; what they do not agree on is not known. */
export type Dialect = 'bash' | 'sh'

/** What is used of unbash. Handed in, so that it is loaded only where there is a script. */
export interface Parser {
  parse(text: string): ParsedScript
  forEachChild(node: SyntaxNode, visit: (child: SyntaxNode) => void): void
}

/** What is left of the last command: its exit status, or the command whose success decides it. */
export type Status =
  | {readonly code: number}
  | {
      readonly code: null
      readonly of: number | null
      readonly negated: boolean
      /** Of a program of which it is taken that it succeeds where its failure would end the script. */
      readonly program?: true
    }

export const SUCCESS: Status = {code: 0}
export const UNKNOWN: Status = {code: null, of: null, negated: false}
export const OF_PROGRAM: Status = {...UNKNOWN, program: true}

/** Why the rest of what is being run is skipped. `dead`: no way leads on from here. */
export type Flow =
  | {readonly kind: 'exit' | 'return' | 'dead'}
  | {readonly kind: 'break' | 'continue'; readonly levels: number}

export interface Variable {
  readonly kind: 'variable'
  /** null: it is unset. */
  readonly value: Value | null
  /** Elements of an array by index or key. */
  readonly elements: ReadonlyMap<string, Value> | null
  readonly associative: boolean
  /** Older than that, it may have been changed by something that cannot be followed. */
  readonly epoch: number
}

export interface ShellFunction {
  readonly kind: 'function'
  /** null: it may be one or another. */
  readonly body: CompoundCommand | Redirected | CompoundList | null
  readonly source: ShellSource
}

/** Positional parameters: those that are known, and whether others follow. */
export interface Parameters {
  readonly kind: 'parameters'
  readonly known: readonly Value[]
  /** Names the ones that are not known; null: there are no more. */
  readonly rest: number | null
}

export interface Stdin {
  readonly kind: 'stdin'
  /** What is left to read; null: not known. */
  readonly left: Value | null
}

export type Entry =
  | Variable
  | ShellFunction
  | Parameters
  | Stdin
  | {readonly kind: 'netns'; readonly netns: Netns}
  | {readonly kind: 'number'; readonly number: number}
  | {readonly kind: 'flag'; readonly on: boolean | null}
  | {readonly kind: 'text'; readonly text: Value | null}

/** Where standard output goes. */
export interface Sink {
  readonly pieces: Piece[]
  unknown: boolean
  /** Conditions under which it was opened: under more than these it is not known whether it is written to. */
  readonly conditions: number
}

export type Changes = ReadonlyMap<string, Entry | undefined>

/** What `exit`, `return`, `break` and `continue` leave; `iteration`: one turn of a loop. */
export interface Frame {
  readonly kind: 'script' | 'subshell' | 'function' | 'loop' | 'iteration'
  readonly id: number
  /** Ways that wait at its end: what each changed since it began. */
  readonly parked: Changes[]
  /** Of the state, when it began. */
  readonly mark: number
  /** Of a function: what its local variables were before. */
  readonly locals: Map<string, Entry | undefined>
}

/** A script being evaluated: everything that changes, and how ways part and meet. */
export class Shell {
  readonly dialect: Dialect
  readonly parser: Parser
  readonly state = new State<Entry>()
  readonly recorder: Recorder
  /** Variables whose default was taken because nothing in the script sets them. */
  readonly assumptions = new Map<string, {readonly path: string; readonly line: number}>()
  /** Files that can be read: what `.` and `tc -batch` name. null: not there, or not known. */
  readonly readFile: (path: string) => string | null
  source: ShellSource
  /** Line of the outermost function call that we are in. */
  calledFrom: number | null = null
  /** Where we are in it. */
  pos = 0
  status: Status = SUCCESS
  /** Of the last command substitution of the command that is run; null: it has none. */
  substituted: Status | null = null
  flow: Flow | null = null
  sink: Sink | null = null
  frames: readonly Frame[] = []
  /** Above 0 a failure does not end the script. */
  tested = 0
  depth = 0
  /** Names the arguments of the script itself, of which nothing is known. */
  readonly arguments: number
  #nextId = 1
  readonly #environment = new Map<string, Piece>()

  constructor(options: {
    readonly dialect: Dialect
    readonly parser: Parser
    readonly source: ShellSource
    readonly limits: Limits
    readonly readFile: (path: string) => string | null
  }) {
    this.dialect = options.dialect
    this.parser = options.parser
    this.source = options.source
    this.readFile = options.readFile
    this.recorder = new Recorder(options.limits)
    this.arguments = this.id()
    this.state.set('parameters', {kind: 'parameters', known: [], rest: this.arguments})
  }

  id(): number {
    return this.#nextId++
  }

  get line(): number {
    return this.source.lineAt(this.pos)
  }

  /** A value that only the run tells. Others may be written alike: its number tells them apart. */
  unknown(written: string): Piece {
    return {text: written, unknown: this.id(), quoted: true, pattern: false, origin: null}
  }

  lose(what: string): void {
    this.recorder.lose(this.source.path, this.line, what)
  }

  descend<T>(run: () => T): T {
    this.depth += 1
    if (this.depth > this.recorder.limits.depth) throw new Truncated(`deeper than ${this.recorder.limits.depth} levels`)
    try {
      return run()
    } finally {
      this.depth -= 1
    }
  }

  variable(name: string): Variable | undefined {
    const entry = this.state.get(`v:${name}`)
    if (entry?.kind !== 'variable' || entry.epoch < this.#lostEpoch()) return undefined
    return entry
  }

  /** The value of a variable; null: it is unset. What the environment may hold is an unknown. */
  valueOf(name: string): Value | null {
    const variable = this.variable(name)
    if (variable) return variable.elements ? (variable.elements.get('0') ?? null) : variable.value
    const key = `${this.#lostEpoch()}:${name}`
    let piece = this.#environment.get(key)
    if (!piece) {
      piece = this.unknown(`$${name}`)
      this.#environment.set(key, piece)
    }
    return [piece]
  }

  set(name: string, value: Value | null, more: Partial<Variable> = {}): void {
    this.state.set(`v:${name}`, {
      kind: 'variable',
      value: value && asUnquoted(value),
      elements: null,
      associative: false,
      ...more,
      epoch: this.id(),
    })
  }

  /** Something ran that may have changed every variable. */
  loseVariables(): void {
    this.state.set('lost', {kind: 'number', number: this.id()})
  }

  get variablesLost(): boolean {
    return this.#lostEpoch() > 0
  }

  #lostEpoch(): number {
    const entry = this.state.get('lost')
    return entry?.kind === 'number' ? entry.number : 0
  }

  get parameters(): Parameters {
    const entry = this.state.get('parameters')
    return entry?.kind === 'parameters' ? entry : {kind: 'parameters', known: [], rest: null}
  }

  parameter(index: number): Value | null {
    const {known: all, rest} = this.parameters
    if (index <= all.length) return all[index - 1] ?? null
    if (rest === null) return null
    const key = `${rest}:$${index - all.length}`
    let piece = this.#environment.get(key)
    if (!piece) {
      piece = this.unknown(`$${index}`)
      this.#environment.set(key, piece)
    }
    return [piece]
  }

  get stdin(): Value | null {
    const entry = this.state.get('stdin')
    return entry?.kind === 'stdin' ? entry.left : null
  }

  setStdin(left: Value | null): void {
    this.state.set('stdin', {kind: 'stdin', left})
  }

  get netns(): Netns {
    const entry = this.state.get('netns')
    return entry?.kind === 'netns' ? entry.netns : null
  }

  flag(name: string): boolean | null {
    const entry = this.state.get(`o:${name}`)
    return entry?.kind === 'flag' ? entry.on : false
  }

  /** What separates fields; null: not known. */
  get ifs(): string | null {
    if (this.state.get('v:IFS') === undefined) return DEFAULT_IFS
    const value = this.valueOf('IFS')
    return value === null ? DEFAULT_IFS : textOf(value)
  }

  /** Writes to standard output. null: something that is not known. */
  write(value: Value | null): void {
    if (!this.sink) return
    const {sink} = this
    if (value === null || this.recorder.path.length > sink.conditions) sink.unknown = true
    else if (!sink.unknown) {
      for (const piece of value) {
        this.recorder.made(piece.text.length)
        sink.pieces.push(piece)
      }
    }
  }
}

/** The value that a key has if it may be one of two. */
export function either(shell: Shell, key: string, a: Entry | undefined, b: Entry | undefined): Entry | undefined {
  if (a === b) return a
  const one = a ?? b
  if (!one) return undefined
  switch (one.kind) {
    case 'variable': {
      if (a?.kind === 'variable' && b?.kind === 'variable' && sameVariable(a, b)) return a
      const name = key.slice(2)
      return {
        kind: 'variable',
        value: asUnquoted([shell.unknown(`$${name}`)]),
        elements: null,
        associative: false,
        epoch: shell.id(),
      }
    }
    case 'function':
      return {kind: 'function', body: null, source: one.source}
    case 'parameters':
      return {kind: 'parameters', known: [], rest: shell.id()}
    case 'stdin':
      return {kind: 'stdin', left: null}
    case 'netns':
      return {kind: 'netns', netns: {unknown: 'one of several'}}
    case 'number':
      return {kind: 'number', number: shell.id()}
    case 'flag': {
      const on = (entry: Entry | undefined) => (entry?.kind === 'flag' ? entry.on : false)
      return {kind: 'flag', on: on(a) === on(b) ? on(a) : null}
    }
    case 'text':
      return {kind: 'text', text: null}
  }
}

function sameVariable(a: Variable, b: Variable): boolean {
  if (a.elements || b.elements) return a.elements === b.elements
  if (a.value === null || b.value === null) return a.value === b.value
  return sameValue(a.value, b.value)
}

export function plain(text: string): Value {
  return [known(text)]
}
