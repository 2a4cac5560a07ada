import type {ArithmeticFor, Case, CompoundCommand, For, If, While, Word} from 'unbash'
import {arithmetic} from './arithmetic.js'
import {expandValue, expandWords} from './expand.js'
import {runLoop, unknownLoop} from './loop.js'
import {patternOf} from './parameter.js'
import {branch, excerpt, runList, tested} from './run.js'
import {type Shell, SUCCESS, UNKNOWN} from './shell.js'
import {evaluateTest} from './test-expression.js'
import {asUnquoted, type Field, textOf, type Value} from './text.js'
import {choose, inFrame} from './ways.js'

export function runCompound(shell: Shell, node: CompoundCommand): void {
  switch (node.type) {
    case 'BraceGroup':
      runList(shell, node.body)
      return
    case 'Subshell':
      inFrame(shell, 'subshell', () => runList(shell, node.body))
      return
    case 'If':
      runIf(shell, node, 0)
      return
    case 'Case':
      runCase(shell, node)
      return
    case 'For':
      runFor(shell, node)
      return
    case 'ArithmeticFor':
      runArithmeticFor(shell, node)
      return
    case 'While':
      runWhile(shell, node)
      return
    case 'Select':
      shell.set(node.name.value, [shell.unknown(`$${node.name.value}`)])
      inFrame(shell, 'loop', () => {
        unknownLoop(shell, `depends on line ${shell.line}: select`, () => runList(shell, node.body))
      })
      return
    case 'TestCommand':
      shell.status = statusOf(shell.dialect === 'bash' ? evaluateTest(shell, node.expression) : null)
      return
    case 'ArithmeticCommand': {
      const value = node.expression && shell.dialect === 'bash' ? arithmetic(shell, node.expression) : null
      shell.status = statusOf(value === null ? null : value !== 0n)
    }
  }
}

export function statusOf(value: boolean | null) {
  return value === null ? UNKNOWN : value ? SUCCESS : {code: 1}
}

function runIf(shell: Shell, node: If, at: number): void {
  const {clause, then: body} = at === 0 ? node : (node.elif[at - 1] ?? node)
  shell.pos = clause.pos
  const {line} = shell
  tested(shell, () => runList(shell, clause))
  if (shell.flow !== null) return
  branch(shell, `depends on line ${line}: if ${excerpt(shell, clause.pos, clause.end)}`, {
    success: () => runList(shell, body),
    failure: () => {
      if (at < node.elif.length) shell.descend(() => runIf(shell, node, at + 1))
      else if (node.else) runList(shell, node.else)
      else shell.status = SUCCESS
    },
  })
}

function runCase(shell: Shell, {word, items}: Case): void {
  const text = textOf(expandValue(shell, word))
  const {line} = shell
  const reason = `depends on line ${line}: case ${word.text}`
  const candidates: number[] = []
  let decided = false
  for (const [index, {pattern}] of items.entries()) {
    const match = text === null ? (pattern.some(isStar) ? true : null) : matches(shell, pattern, text)
    if (match !== false) candidates.push(index)
    decided = match === true
    if (decided) break
  }
  const run = (from: number) => {
    for (let at = from; at < items.length; at++) {
      const item = items[at]
      if (!item || shell.flow !== null) return
      if (at === from) shell.status = SUCCESS
      runList(shell, item.body)
      if (item.terminator === ';;&') {
        shell.lose(';;&')
        return
      }
      if (item.terminator !== ';&') return
    }
  }
  const [first] = candidates
  if (first === undefined) shell.status = SUCCESS
  else if (decided && candidates.length === 1) run(first)
  else {
    const ways = candidates.map((index) => ({when: null, run: () => run(index)}))
    const none = {
      when: null,
      run: () => {
        shell.status = SUCCESS
      },
    }
    choose(shell, reason, null, decided ? ways : [...ways, none])
  }
}

function isStar({text}: Word): boolean {
  return text === '*'
}

function matches(shell: Shell, patterns: readonly Word[], text: string): boolean | null {
  let result: boolean | null = false
  for (const word of patterns) {
    const pattern = patternOf(shell, word)
    if (pattern?.matches(text)) return true
    if (!pattern) result = null
  }
  return result
}

function runFor(shell: Shell, {name, wordlist, body}: For): void {
  const variable = name.value
  const {line} = shell
  const fields = wordlist ? expandWords(shell, wordlist) : ownParameters(shell)
  shell.status = SUCCESS
  inFrame(shell, 'loop', () => {
    for (const field of fields) {
      if (shell.flow !== null) return
      const set = (value: Value) => shell.set(variable, asUnquoted(value))
      if (field.maySplit || field.glob) {
        const written = shell.unknown(`$${variable}`)
        unknownLoop(shell, `depends on line ${line}: for ${variable}`, () => {
          set([written])
          runList(shell, body)
        })
        continue
      }
      set(field.pieces)
      inFrame(shell, 'iteration', () => runList(shell, body))
    }
  })
}

function ownParameters(shell: Shell): Field[] {
  const {known: all, rest} = shell.parameters
  const fields = all.map((pieces) => ({pieces, maySplit: false, glob: false}))
  return rest === null ? fields : [...fields, {pieces: [shell.unknown('$@')], maySplit: true, glob: false}]
}

function runWhile(shell: Shell, {kind, clause, body}: While): void {
  const {line} = shell
  const reason = `depends on line ${line}: ${kind} ${excerpt(shell, clause.pos, clause.end)}`
  const test = (): boolean | null => {
    tested(shell, () => runList(shell, clause))
    const {status} = shell
    return status.code === null ? null : (status.code === 0) === (kind === 'while')
  }
  runLoop(shell, reason, {test, body: () => runList(shell, body), update: () => undefined})
}

function runArithmeticFor(shell: Shell, {initialize, test, update, body}: ArithmeticFor): void {
  const {line} = shell
  const reason = `depends on line ${line}: for ((`
  if (shell.dialect !== 'bash') {
    inFrame(shell, 'loop', () => unknownLoop(shell, reason, () => runList(shell, body)))
    return
  }
  if (initialize) arithmetic(shell, initialize)
  runLoop(shell, reason, {
    test: () => {
      const value = test ? arithmetic(shell, test) : 1n
      return value === null ? null : value !== 0n
    },
    body: () => runList(shell, body),
    update: () => {
      if (update) arithmetic(shell, update)
    },
  })
}
