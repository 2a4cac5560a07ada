import type {AndOr, CommandNode, CompoundList, Pipeline, PipelineNode, Statement} from 'unbash'
import {runCommand} from './command.js'
import {runCompound} from './compound.js'
import {doubtIn} from './doubt.js'
import {withRedirects} from './redirect.js'
import {OF_PROGRAM, type Shell, type Sink, type Status, SUCCESS, UNKNOWN} from './shell.js'
import type {Value} from './text.js'
import {choose, inFrame, mayEnd} from './ways.js'

/** Runs statements one after the other until something leaves them. */
export function runScript(shell: Shell, statements: readonly Statement[]): void {
  for (const statement of statements) {
    if (shell.flow !== null) return
    shell.recorder.step()
    shell.pos = statement.pos
    if (shell.dialect === 'sh' && shell.depth === 0) {
      const doubt = doubtIn(statement, shell)
      if (doubt !== null) mayEnd(shell, `line ${shell.line}: ${doubt}, which not every sh has`)
    }
    if (statement.background) background(shell, statement.command)
    else runNode(shell, statement.command)
  }
}

export function runList(shell: Shell, list: CompoundList): void {
  shell.descend(() => runScript(shell, list.commands))
}

function background(shell: Shell, node: PipelineNode | AndOr): void {
  shell.recorder.concurrent += 1
  inFrame(shell, 'subshell', () => {
    shell.setStdin([])
    runNode(shell, node)
  })
  shell.recorder.concurrent -= 1
  shell.status = SUCCESS
}

export function runNode(shell: Shell, node: PipelineNode | AndOr): void {
  switch (node.type) {
    case 'AndOr':
      runAndOr(shell, node)
      return
    case 'Pipeline':
      runPipeline(shell, node)
      return
    default:
      runOne(shell, node)
      if (isChecked(node)) exitOnError(shell)
  }
}

/** The commands whose own failure counts for `set -e`: the last one in a group or loop was looked at already. */
function isChecked(node: CommandNode): boolean {
  if (node.type === 'Redirected') return isChecked(node.command)
  return ['Command', 'Subshell', 'TestCommand', 'ArithmeticCommand'].includes(node.type)
}

function runOne(shell: Shell, node: CommandNode): void {
  shell.recorder.step()
  shell.pos = node.pos
  switch (node.type) {
    case 'Command':
      runCommand(shell, node)
      return
    case 'Function': {
      const name = node.name.value
      shell.state.set(`f:${name}`, {kind: 'function', body: node.body, source: shell.source})
      shell.status = SUCCESS
      return
    }
    case 'Redirected':
      withRedirects(shell, node.redirects, () => runCompound(shell, node.command))
      return
    case 'Coproc':
      shell.lose('coproc')
      shell.status = UNKNOWN
      return
    default:
      runCompound(shell, node)
  }
}

/** `set -e`. Programs are taken to succeed; that of tc is known to whoever asks the kernel. */
function exitOnError(shell: Shell): void {
  const {status} = shell
  if (shell.tested > 0 || shell.flow !== null || status.code === 0) return
  if (status.code === null && (status.of !== null || status.program)) return
  const on = shell.flag('errexit')
  if (on === true && status.code !== null) shell.flow = {kind: 'exit'}
  else if (on === true) mayEnd(shell, `depends on set -e in line ${shell.line}`)
  else if (on === null) mayEnd(shell, `depends on set -e in line ${shell.line}`)
}

function runAndOr(shell: Shell, {commands, operators}: AndOr): void {
  const [first, ...rest] = commands
  if (!first) return
  tested(shell, () => runNode(shell, first))
  rest.forEach((node, index) => {
    if (shell.flow !== null) return
    const run = () => {
      if (index === rest.length - 1) runNode(shell, node)
      else tested(shell, () => runNode(shell, node))
    }
    const wanted = operators[index] === '&&' ? 'success' : 'failure'
    const {line} = shell
    branch(shell, `depends on line ${line}: ${excerpt(shell, first.pos, (rest[index - 1] ?? first).end)}`, {
      success: wanted === 'success' ? run : () => undefined,
      failure: wanted === 'failure' ? run : () => undefined,
    })
  })
}

/** Runs what the status of the last command decides for, or both ways. */
export function branch(
  shell: Shell,
  reason: string,
  {success, failure}: {readonly success: () => void; readonly failure: () => void},
): void {
  const {status} = shell
  if (status.code !== null) {
    if (status.code === 0) success()
    else failure()
    return
  }
  const [whenZero, whenNot] = status.negated ? (['failure', 'success'] as const) : (['success', 'failure'] as const)
  const {of} = status
  choose(shell, reason, of, [
    {
      when: of === null ? null : whenZero,
      run: () => {
        shell.status = SUCCESS
        success()
      },
    },
    {
      when: of === null ? null : whenNot,
      run: () => {
        shell.status = {code: 1}
        failure()
      },
    },
  ])
}

/** Runs it where `set -e` does not count. */
export function tested(shell: Shell, run: () => void): void {
  shell.tested += 1
  run()
  shell.tested -= 1
}

export function excerpt(shell: Shell, pos: number, end: number): string {
  const text = shell.source.text.slice(pos, Math.min(end, pos + 60)).replace(/\s+/g, ' ')
  return end > pos + 60 ? `${text}...` : text
}

function runPipeline(shell: Shell, {commands, prefixes, operators}: Pipeline): void {
  const negations = prefixes.filter(({type}) => type === 'Negation').length
  const inner = negations > 0 ? (run: () => void) => tested(shell, run) : (run: () => void) => run()
  inner(() => {
    const [first] = commands
    if (commands.length === 1 && first) runOne(shell, first)
    else runConcurrently(shell, commands, operators)
  })
  if (negations % 2 === 1) shell.status = negate(shell.status)
  if (negations === 0) exitOnError(shell)
}

function negate(status: Status): Status {
  if (status.code === null) return {...status, negated: !status.negated}
  return {code: status.code === 0 ? 1 : 0}
}

/** Each in a subshell, what one writes is what the next reads. */
function runConcurrently(shell: Shell, commands: readonly CommandNode[], operators: readonly string[]): void {
  const {sink: outer, recorder} = shell
  const stdin = shell.stdin
  let input: Value | null = stdin
  // Only where several of them run something its order matters.
  const before = recorder.point()
  let running = 0
  const runAll = () => {
    input = stdin
    running = 0
    commands.forEach((node, index) => {
      const last = index === commands.length - 1
      const sink: Sink = {pieces: [], unknown: operators[index] === '|&', conditions: recorder.path.length}
      shell.sink = last ? outer : sink
      const count = recorder.commandCount
      inFrame(shell, 'subshell', () => {
        shell.setStdin(input)
        // Only the last one's failure counts; one before it ends nothing but itself.
        runOne(shell, node)
        if (isChecked(node)) exitOnError(shell)
      })
      if (recorder.commandCount > count) running += 1
      input = sink.unknown ? null : sink.pieces
    })
    shell.sink = outer
  }
  const mark = shell.state.mark()
  runAll()
  if (running > 1) {
    shell.state.undo(mark)
    recorder.rewind(before)
    recorder.concurrent += 1
    runAll()
    recorder.concurrent -= 1
  } else shell.state.keep()
  if (stdin !== null) shell.setStdin(null)
  if (shell.flag('pipefail') !== false) shell.status = OF_PROGRAM
}
