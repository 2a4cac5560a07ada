import {nameOf, type Place, setParameters} from './command.js'
import {fileText} from './redirect.js'
import {runScript} from './run.js'
import {type Shell, SUCCESS, UNKNOWN} from './shell.js'
import {ShellSource} from './source.js'
import {readableScript} from './syntax.js'
import {type Field, shownText, textOf, type Value} from './text.js'
import {inFrame, mayEnd} from './ways.js'

/** `eval`. null: not known what. */
export function evaluateText(shell: Shell, value: Value | null, place: Place): void {
  const text = value && textOf(value)
  if (text === null || value === null) {
    shell.lose('eval of what is not known')
    shell.loseVariables()
    mayEnd(shell, `depends on line ${shell.line}: eval`)
    shell.status = UNKNOWN
    return
  }
  shell.recorder.made(text.length)
  shell.status = SUCCESS
  runText(shell, new ShellSource(shell.source.path, text, origin(shell, value, place)))
}

/** Where a text that is read once more stands. */
function origin(shell: Shell, value: Value, place: Place): ShellSource['within'] {
  const only = value.length === 1 ? value[0]?.origin : null
  if (only?.verbatim) return {source: only.source, pos: only.pos, verbatim: true}
  return {source: shell.source, pos: place.pos, verbatim: false}
}

/** Runs a text in the shell as it is. */
function runText(shell: Shell, source: ShellSource): void {
  const outer = {source: shell.source, pos: shell.pos}
  const {script, error} = readableScript(shell.parser, source.text)
  shell.descend(() => {
    shell.source = source
    runScript(shell, script.commands)
    if (error !== null && shell.flow === null) syntaxError(shell, error)
  })
  shell.source = outer.source
  shell.pos = outer.pos
}

function syntaxError(shell: Shell, error: NonNullable<ReturnType<typeof readableScript>['error']>): void {
  shell.pos = error.pos
  shell.lose(`a syntax error: ${error.message}`)
  mayEnd(shell, `depends on line ${shell.line}: a syntax error`)
  shell.status = {code: 2}
}

/** `. FILE` */
export function sourceFile(shell: Shell, args: readonly Field[]): void {
  const path = nameOf(args[0])
  const value = path === null ? null : fileText(shell, path)
  const text = value && textOf(value)
  if (text === null || path === null) {
    shell.lose(`. ${args[0] ? shownText(args[0].pieces) : ''}: not read`)
    shell.loseVariables()
    mayEnd(shell, `depends on line ${shell.line}: what is in ${args[0] ? shownText(args[0].pieces) : '.'}`)
    shell.status = UNKNOWN
    return
  }
  shell.status = SUCCESS
  const {parameters} = shell
  inFrame(shell, 'function', () => {
    if (args.length > 1 && shell.dialect === 'bash') setParameters(shell, args.slice(1))
    runText(shell, new ShellSource(path, text))
  })
  if (args.length > 1) shell.state.set('parameters', parameters)
}

/**
 * A shell that is started: `sh -c TEXT NAME ARGUMENT...`, `sh FILE ARGUMENT...`, `sh` with what to do on its input.
 * False: that is not known.
 */
export function runShell(shell: Shell, args: readonly Field[], place: Place): boolean {
  let at = 0
  let errexit = false
  for (; at < args.length; at++) {
    const text = nameOf(args[at])
    if (text === null) return false
    if (!/^[-+]/.test(text)) break
    if (text.startsWith('--') || text.endsWith('o')) return false
    errexit ||= /^-[a-z]*e/.test(text)
    if (!/^-[a-z]*c/.test(text)) continue
    const body = args[at + 1]
    if (!body || body.maySplit || textOf(body.pieces) === null) return false
    const source = new ShellSource(shell.source.path, shownText(body.pieces), origin(shell, body.pieces, place))
    runChild(shell, source, args.slice(at + 3), errexit)
    return true
  }
  const path = at < args.length ? nameOf(args[at]) : null
  if (at < args.length && path === null) return false
  const value = path === null ? shell.stdin : fileText(shell, path)
  const text = value && textOf(value)
  if (value === null || text === null) return false
  runChild(
    shell,
    path === null ? new ShellSource(shell.source.path, text, origin(shell, value, place)) : new ShellSource(path, text),
    args.slice(at + 1),
    errexit,
  )
  return true
}

/** Of the parent it has the exported variables, the namespace and the input. */
export function runChild(shell: Shell, source: ShellSource, args: readonly Field[], errexit = false): void {
  inFrame(shell, 'subshell', () => {
    const {state} = shell
    for (const key of [...state.keys()]) {
      if (key.startsWith('f:')) state.set(key, undefined)
      else if (key.startsWith('v:') && state.get(`x:${key.slice(2)}`) === undefined) state.set(key, undefined)
    }
    state.set('o:errexit', {kind: 'flag', on: errexit})
    setParameters(shell, args)
    const {tested, frames} = shell
    shell.tested = 0
    // `return` and `break` of the script around it do not reach in here.
    shell.frames = frames.slice(-1)
    shell.status = SUCCESS
    runText(shell, source)
    shell.frames = frames
    shell.tested = tested
  })
}
