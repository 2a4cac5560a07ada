import {arithmetic} from './arithmetic.js'
import {assign} from './assignment.js'
import {dispatch, nameOf, type Place, setParameters} from './command.js'
import {statusOf} from './compound.js'
import {evaluateText, sourceFile} from './nested.js'
import {echo, printf, readLine} from './output.js'
import {plain, type Shell, SUCCESS, UNKNOWN} from './shell.js'
import {evaluateWords} from './test-expression.js'
import {type Field, known, textOf, type Value} from './text.js'
import {mayEnd} from './ways.js'

type Builtin = (shell: Shell, args: readonly Field[], place: Place) => void

const succeed: Builtin = (shell) => {
  shell.status = SUCCESS
}

const notKnown: Builtin = (shell) => {
  shell.status = UNKNOWN
}

/** What the shell does itself. */
export const builtins: Readonly<Record<string, Builtin>> = {
  ':': succeed,
  true: succeed,
  false: (shell) => {
    shell.status = {code: 1}
  },
  echo,
  printf,
  test: (shell, args) => {
    shell.status = statusOf(evaluateWords(shell, args))
  },
  '[': (shell, args) => {
    shell.status = nameOf(args.at(-1)) === ']' ? statusOf(evaluateWords(shell, args.slice(0, -1))) : UNKNOWN
  },
  export: declare('export'),
  readonly: declare('readonly'),
  local: declare('local'),
  declare: declare('declare'),
  typeset: declare('typeset'),
  unset: (shell, args) => {
    shell.status = SUCCESS
    const first = nameOf(args[0])
    for (const arg of args) {
      const name = nameOf(arg)
      if (name === null) shell.loseVariables()
      else if (first === '-f') shell.state.set(`f:${name}`, undefined)
      else if (/^[A-Za-z_]\w*$/.test(name)) shell.set(name, null)
      else if (!name.startsWith('-')) shell.loseVariables()
    }
  },
  set: setOptions,
  shift,
  eval: (shell, args, place) => {
    const words = args.flatMap(({pieces}, index): Value => (index === 0 ? pieces : [known(' '), ...pieces]))
    if (args.some(({maySplit, glob}) => maySplit || glob)) evaluateText(shell, null, place)
    else evaluateText(shell, words, place)
  },
  '.': sourceFile,
  source: sourceFile,
  exit: leaveWith('exit'),
  return: leaveWith('return'),
  break: leaveLoop('break'),
  continue: leaveLoop('continue'),
  read: readLine,
  trap,
  command: (shell, args, place) => {
    const option = nameOf(args[0])
    if (option === '-v' || option === '-V') shell.write(null)
    if (option === '-v') {
      findProgram(shell, args[1])
      return
    }
    if (option === null || !option.startsWith('-')) dispatch(shell, args, place, false)
    else if (option === '-p' || option === '--') dispatch(shell, args.slice(1), place, false)
    else shell.status = UNKNOWN
  },
  builtin: (shell, args, place) => dispatch(shell, args, place, false),
  exec: (shell, args, place) => {
    dispatch(shell, args, place, false)
    shell.flow = {kind: 'exit'}
  },
  let: (shell, args) => {
    shell.status = UNKNOWN
    for (const arg of args) {
      const text = nameOf(arg)
      const command = text === null ? undefined : shell.parser.parse(`((${text}))`).commands[0]?.command
      if (command?.type !== 'ArithmeticCommand' || !command.expression) {
        shell.loseVariables()
        return
      }
      const value = arithmetic(shell, command.expression)
      shell.status = statusOf(value === null ? null : value !== 0n)
    }
  },
  mapfile: loseNamed,
  readarray: loseNamed,
  getopts: (shell, args) => {
    for (const name of [nameOf(args[1]) ?? 'OPTARG', 'OPTARG', 'OPTIND']) shell.set(name, [shell.unknown(`$${name}`)])
    shell.status = UNKNOWN
  },
  alias: (shell, args) => {
    // bash expands none in a script, dash does.
    shell.status = SUCCESS
    if (shell.dialect === 'sh' && args.length > 0) mayEnd(shell, `depends on line ${shell.line}: alias`)
  },
  unalias: notKnown,
  cd: (shell, args) => {
    shell.state.set('cwd', {kind: 'text', text: args[0]?.pieces ?? null})
    shell.status = UNKNOWN
    // A folder that is not there ends nothing by itself.
    if (shell.tested === 0) shell.status = SUCCESS
  },
  pwd: (shell) => {
    shell.write(null)
    shell.status = SUCCESS
  },
  umask: succeed,
  ulimit: succeed,
  hash: succeed,
  shopt: succeed,
  times: notKnown,
  wait: notKnown,
  jobs: notKnown,
  kill: notKnown,
  type: (shell) => {
    shell.write(null)
    shell.status = UNKNOWN
  },
}

function findProgram(shell: Shell, arg: Field | undefined): void {
  const name = nameOf(arg)
  if (name !== null && (Object.hasOwn(builtins, name) || shell.state.get(`f:${name}`)?.kind === 'function')) {
    shell.status = SUCCESS
    return
  }
  shell.status = UNKNOWN
}

function declare(kind: 'export' | 'readonly' | 'local' | 'declare' | 'typeset'): Builtin {
  return (shell, args) => {
    shell.status = SUCCESS
    const frame = shell.frames.findLast(({kind}) => kind === 'function')
    const options = args.map(nameOf).filter((text): text is string => text?.startsWith('-') === true)
    const associative = options.some((text) => text.includes('A'))
    for (const arg of args) {
      const text = nameOf(arg)
      const name = arg.assignment?.name ?? (text === null ? null : (/^[A-Za-z_]\w*(?==|$)/.exec(text)?.[0] ?? null))
      if (name === null) {
        if (text === null) shell.loseVariables()
        continue
      }
      const local =
        kind === 'local' || ((kind === 'declare' || kind === 'typeset') && !options.some((each) => each.includes('g')))
      if (local && frame && !frame.locals.has(`v:${name}`)) {
        frame.locals.set(`v:${name}`, shell.state.get(`v:${name}`))
        // dash keeps the value from outside, bash has none.
        if (!arg.assignment && shell.dialect === 'sh') shell.set(name, [shell.unknown(`$${name}`)])
        else if (!arg.assignment) shell.set(name, null)
      }
      if (arg.assignment) assign(shell, arg.assignment, associative)
      else if (associative) shell.set(name, null, {elements: new Map(), associative})
      else if (text?.includes('=') && text !== null) shell.set(name, plain(text.slice(text.indexOf('=') + 1)))
      if (kind === 'export' || options.some((each) => each.includes('x'))) {
        shell.state.set(`x:${name}`, {kind: 'flag', on: true})
      }
    }
  }
}

function setOptions(shell: Shell, args: readonly Field[]): void {
  shell.status = SUCCESS
  let at = 0
  for (; at < args.length; at++) {
    const text = nameOf(args[at])
    if (text === null) break
    if (text === '--') {
      setParameters(shell, args.slice(at + 1))
      return
    }
    if (!/^[-+][A-Za-z]+$/.test(text)) break
    const on = text.startsWith('-')
    const name = text.endsWith('o') ? nameOf(args[at + 1]) : null
    if (text.includes('e') || name === 'errexit') shell.state.set('o:errexit', {kind: 'flag', on})
    if (text.includes('u') || name === 'nounset') shell.state.set('o:nounset', {kind: 'flag', on})
    if (text.includes('n') || name === 'noexec') {
      shell.lose('set -n')
      mayEnd(shell, `line ${shell.line}: set -n`)
    }
    if (name === 'pipefail') shell.state.set('o:pipefail', {kind: 'flag', on})
    if (text.endsWith('o')) at += 1
  }
  if (at < args.length) setParameters(shell, args.slice(at))
}

function shift(shell: Shell, args: readonly Field[]): void {
  const {known: all, rest} = shell.parameters
  const text = args.length === 0 ? '1' : nameOf(args[0])
  shell.status = SUCCESS
  if (text === null || !/^\d+$/.test(text)) {
    shell.state.set('parameters', {kind: 'parameters', known: [], rest: shell.id()})
    return
  }
  const count = Number(text)
  if (count <= all.length) {
    shell.state.set('parameters', {kind: 'parameters', known: all.slice(count), rest})
  } else if (rest !== null) {
    shell.state.set('parameters', {kind: 'parameters', known: [], rest: shell.id()})
    if (shell.dialect === 'sh') mayEnd(shell, `depends on line ${shell.line}: shift`)
    shell.status = UNKNOWN
  } else {
    // dash ends the script, bash says no more than that it failed.
    shell.status = {code: 1}
    if (shell.dialect === 'sh') mayEnd(shell, `depends on line ${shell.line}: shift`)
  }
}

function leaveWith(kind: 'exit' | 'return'): Builtin {
  return (shell, args) => {
    const text = args.length === 0 ? null : nameOf(args[0])
    if (args.length > 0) shell.status = text !== null && /^\d+$/.test(text) ? {code: Number(text) & 255} : UNKNOWN
    const inside = shell.frames.some((frame) => frame.kind === 'function')
    if (kind === 'return' && !inside) {
      // bash goes on, dash ends.
      if (shell.dialect === 'bash') {
        shell.status = {code: 2}
        return
      }
      mayEnd(shell, `depends on line ${shell.line}: return outside of a function`)
      return
    }
    shell.flow = {kind}
  }
}

function leaveLoop(kind: 'break' | 'continue'): Builtin {
  return (shell, args) => {
    const text = args.length === 0 ? '1' : nameOf(args[0])
    shell.status = SUCCESS
    const last = shell.frames.findLastIndex((frame) => frame.kind !== 'loop' && frame.kind !== 'iteration')
    const loops = shell.frames.slice(last + 1).filter((frame) => frame.kind === 'loop').length
    if (loops === 0) return
    if (text === null || !/^[1-9]\d*$/.test(text)) {
      mayEnd(shell, `depends on line ${shell.line}: ${kind}`)
      return
    }
    shell.flow = {kind, levels: Math.min(Number(text), loops)}
  }
}

function trap(shell: Shell, args: readonly Field[]): void {
  shell.status = SUCCESS
  const [action, ...signals] = args.map(nameOf)
  const atExit = signals.some((signal) => signal === null || /^(0|EXIT|ERR|DEBUG|RETURN)$/i.test(signal))
  if (atExit && action !== '-' && action !== '') shell.lose(`trap: ${textOf(args[0]?.pieces ?? []) ?? 'not known'}`)
}

function loseNamed(shell: Shell, args: readonly Field[]): void {
  const name = nameOf(args.at(-1))
  if (name !== null && /^[A-Za-z_]\w*$/.test(name)) shell.set(name, [shell.unknown(`$${name}`)])
  else shell.loseVariables()
  shell.setStdin(null)
  shell.status = UNKNOWN
}
