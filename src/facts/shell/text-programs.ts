import {integer} from './arithmetic.js'
import {nameOf} from './command.js'
import {fileText} from './redirect.js'
import {plain, type Shell, SUCCESS, UNKNOWN} from './shell.js'
import type {Field, Value} from './text.js'

const MOST_NUMBERS = 100_000

type TextProgram = (shell: Shell, args: readonly Field[]) => void

/** Programs whose output is known from their arguments. */
export const textPrograms: Readonly<Record<string, TextProgram>> = {
  cat: (shell, args) => {
    const texts = args.length === 0 ? [shell.stdin] : args.map((arg) => catOne(shell, arg))
    if (args.length === 0 || args.some((arg) => nameOf(arg) === '-')) shell.setStdin(shell.stdin === null ? null : [])
    if (texts.some((text) => text === null)) shell.write(null)
    else for (const text of texts) shell.write(text)
    shell.status = texts.some((text) => text === null) ? UNKNOWN : SUCCESS
  },
  seq: (shell, args) => {
    const numbers = args.map((arg) => /^-?\d{1,9}$/.test(nameOf(arg) ?? '') && Number(nameOf(arg)))
    const output = numbers.every((number): number is number => typeof number === 'number') ? sequence(numbers) : null
    shell.write(output === null ? null : plain(output))
    shell.status = output === null ? UNKNOWN : SUCCESS
  },
  expr: (shell, args) => {
    const result = calculated(args.map(nameOf))
    shell.write(result === null ? null : plain(`${result}\n`))
    shell.status = result === null ? UNKNOWN : {code: result === 0n ? 1 : 0}
  },
  basename: (shell, args) => {
    const path = args.length === 1 ? nameOf(args[0]) : null
    const name = path === null ? undefined : /^(?:.*\/)?([^/]+)$/.exec(path)?.[1]
    shell.write(name === undefined ? null : plain(`${name}\n`))
    shell.status = name === undefined ? UNKNOWN : SUCCESS
  },
  dirname: (shell, args) => {
    const path = args.length === 1 ? nameOf(args[0]) : null
    const folder = path === null ? undefined : /^(\/?(?:[^/]+\/)*[^/]+)\/[^/]+$/.exec(path)?.[1]
    shell.write(folder === undefined ? null : plain(`${folder}\n`))
    shell.status = folder === undefined ? UNKNOWN : SUCCESS
  },
  tee: (shell, args) => {
    const {stdin} = shell
    for (const arg of args) {
      const path = nameOf(arg)
      if (path !== null && !path.startsWith('-')) shell.state.set(`w:${path}`, {kind: 'text', text: null})
    }
    shell.setStdin([])
    shell.write(stdin)
    shell.status = SUCCESS
  },
  sleep: (shell) => {
    shell.status = SUCCESS
  },
}

function catOne(shell: Shell, arg: Field): Value | null {
  const path = nameOf(arg)
  if (path === '-') return shell.stdin
  return path === null || arg.glob ? null : fileText(shell, path)
}

function sequence(numbers: readonly number[]): string | null {
  const [a = 1, b, c] = numbers
  const [first, step, last] = b === undefined ? [1, 1, a] : c === undefined ? [a, 1, b] : [a, b, c]
  if (numbers.length === 0 || numbers.length > 3 || step === 0) return null
  const count = Math.max(0, Math.floor((last - first) / step) + 1)
  if (count > MOST_NUMBERS) return null
  return Array.from({length: count}, (_, index) => `${first + index * step}\n`).join('')
}

/** `expr A + B` with the operators of arithmetic. */
function calculated(words: readonly (string | null)[]): bigint | null {
  if (words.length !== 3) return null
  const [a, operator, b] = words
  const [x, y] = [decimal(a), decimal(b)]
  if (x === null || y === null) return null
  switch (operator) {
    case '+':
      return x + y
    case '-':
      return x - y
    case '*':
      return x * y
    case '/':
      return y === 0n ? null : x / y
    case '%':
      return y === 0n ? null : x % y
    default:
      return null
  }
}

function decimal(text: string | null | undefined): bigint | null {
  return text !== null && text !== undefined && /^-?(0|[1-9]\d{0,17})$/.test(text) ? integer(text) : null
}
