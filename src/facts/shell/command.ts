import type {Assignment, Command, CommandArgument} from 'unbash'
import {assign} from './assignment.js'
import {builtins} from './builtins.js'
import {runCompound} from './compound.js'
import {expandWord, literalField} from './expand.js'
import {runProgram} from './programs.js'
import {withRedirects} from './redirect.js'
import {runList} from './run.js'
import {type Entry, type Shell, type ShellFunction, SUCCESS, UNKNOWN} from './shell.js'
import {type Field, known, textOf} from './text.js'
import {inFrame} from './ways.js'

/** POSIX special builtins: in sh an assignment before one of them stays. */
const SPECIAL = new Set([
  ':',
  '.',
  'eval',
  'exec',
  'exit',
  'export',
  'readonly',
  'return',
  'set',
  'shift',
  'trap',
  'unset',
])

/** A simple command. */
export function runCommand(shell: Shell, node: Command): void {
  const span = {source: shell.source, pos: node.pos, end: node.end}
  shell.substituted = null
  const fields = node.name ? expandWord(shell, node.name) : []
  for (const argument of node.args) {
    // Most words are plain, and of those there are many.
    if (argument.type === 'Word' && !argument.parts) {
      shell.recorder.step()
      fields.push(literalField(shell, argument))
    } else fields.push(...argumentFields(shell, argument, fields[0]))
  }
  const assignments = node.prefix.filter((one): one is Assignment => one.type === 'Assignment')
  const redirects = node.redirects
  if (shell.flow !== null) return
  if (fields.length === 0) {
    withRedirects(shell, redirects, () => {
      for (const one of assignments) assign(shell, one)
      shell.status = shell.substituted ?? SUCCESS
    })
    return
  }
  const name = nameOf(fields[0])
  const special = name !== null && SPECIAL.has(name)
  const before: [string, Entry | undefined][] =
    special && shell.dialect === 'sh'
      ? []
      : assignments.map((one) => [`v:${one.name}`, shell.state.get(`v:${one.name}`)])
  const run = () => {
    for (const one of assignments) assign(shell, one)
    dispatch(shell, fields, {...span, assignments: assignments.length})
  }
  // What exec changes stays.
  if (name === 'exec' && fields.length === 1) {
    const {sink} = shell
    if (
      sink &&
      redirects.some(
        ({descriptor}) => descriptor === undefined || (descriptor.type === 'FileDescriptor' && descriptor.value === 1),
      )
    )
      sink.unknown = true
    if (redirects.some(({operator}) => operator.startsWith('<'))) shell.setStdin(null)
    shell.status = SUCCESS
    return
  }
  withRedirects(shell, redirects, run)
  for (const [key, entry] of before) shell.state.set(key, entry)
}

/** `export a=$b` and the like do not split; of other commands `a=$b` is a word like any. */
function argumentFields(shell: Shell, argument: CommandArgument, command: Field | undefined): Field[] {
  if (argument.type === 'Word') return expandWord(shell, argument)
  const name = nameOf(command)
  if (name !== null && DECLARE.has(name)) {
    // They are set by the builtin itself, one by one.
    return [{pieces: [known(argument.text)], maySplit: false, glob: false, assignment: argument}]
  }
  if (argument.value.type !== 'Word') return [{pieces: [shell.unknown(argument.text)], maySplit: true, glob: false}]
  const {pos, name: left} = argument
  const head = known(`${left}${argument.append ? '+' : ''}=`, {
    source: shell.source,
    pos,
    end: argument.value.pos,
    verbatim: true,
  })
  const rest = expandWord(shell, argument.value)
  const [first, ...others] = rest
  return [{pieces: [head, ...(first?.pieces ?? [])], maySplit: first?.maySplit ?? false, glob: false}, ...others]
}

export const DECLARE = new Set(['export', 'readonly', 'local', 'declare', 'typeset'])

/** Where a command stands. */
export interface Place {
  readonly source: Shell['source']
  readonly pos: number
  readonly end: number
  readonly assignments: number
}

/** Runs a command by its words: a function, a builtin or a program. */
export function dispatch(shell: Shell, fields: readonly Field[], place: Place, functions = true): void {
  const [first, ...args] = fields
  const name = nameOf(first)
  if (name === null) {
    runProgram(shell, fields, place)
    return
  }
  const defined = functions ? shell.state.get(`f:${name}`) : undefined
  if (defined?.kind === 'function') {
    callFunction(shell, defined, args, name)
    return
  }
  const builtin = Object.hasOwn(builtins, name) ? builtins[name] : undefined
  if (builtin && !(shell.dialect === 'sh' && BASH_ONLY.has(name))) builtin(shell, args, place)
  else runProgram(shell, fields, place)
}

const BASH_ONLY = new Set(['source', 'declare', 'typeset', 'let', 'mapfile', 'readarray', 'shopt'])

/** A word that is known; null: it is not, or may be several. */
export function nameOf(field: Field | undefined): string | null {
  if (field?.plain !== undefined) return field.plain
  return !field || field.maySplit ? null : textOf(field.pieces)
}

export function callFunction(shell: Shell, {body, source}: ShellFunction, args: readonly Field[], name: string): void {
  if (!body) {
    shell.lose(`a function that may be one of several: ${name}`)
    shell.loseVariables()
    shell.status = UNKNOWN
    return
  }
  const outer = {parameters: shell.parameters, source: shell.source, pos: shell.pos, calledFrom: shell.calledFrom}
  shell.calledFrom ??= shell.line
  shell.descend(() => {
    inFrame(shell, 'function', (frame) => {
      setParameters(shell, args)
      shell.source = source
      shell.status = SUCCESS
      if (body.type === 'CompoundList') runList(shell, body)
      else if (body.type === 'Redirected') withRedirects(shell, body.redirects, () => runCompound(shell, body.command))
      else runCompound(shell, body)
      shell.source = outer.source
      // Both ways of an early return see the same.
      for (const key of frame.locals.keys()) shell.state.set(key, frame.locals.get(key))
    })
  })
  shell.pos = outer.pos
  shell.calledFrom = outer.calledFrom
  shell.state.set('parameters', outer.parameters)
}

export function setParameters(shell: Shell, args: readonly Field[]): void {
  const unknown = args.findIndex(({maySplit}) => maySplit)
  const all = (unknown < 0 ? args : args.slice(0, unknown)).map(({pieces}) => pieces)
  shell.state.set('parameters', {kind: 'parameters', known: all, rest: unknown < 0 ? null : shell.id()})
}
