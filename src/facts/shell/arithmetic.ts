import type {ArithmeticExpression} from 'unbash'
import {atomsOf, joined} from './expand.js'
import {parameterValue} from './parameter.js'
import type {Shell} from './shell.js'
import {plain} from './shell.js'
import {textOf} from './text.js'

/** Of the shell's signed 64 bit integers; null: not known. */
export function arithmetic(shell: Shell, expression: ArithmeticExpression): bigint | null {
  return shell.descend(() => evaluate(shell, expression))
}

function evaluate(shell: Shell, expression: ArithmeticExpression): bigint | null {
  shell.recorder.step()
  switch (expression.type) {
    case 'ArithmeticGroup':
      return arithmetic(shell, expression.expression)
    case 'ArithmeticWord':
      return operandValue(shell, wordText(shell, expression))
    case 'ArithmeticTernary': {
      const test = arithmetic(shell, expression.test)
      if (test === null) {
        loseAssigned(shell, expression)
        return null
      }
      return arithmetic(shell, test !== 0n ? expression.consequent : expression.alternate)
    }
    case 'ArithmeticUnary': {
      const {operator} = expression
      if (operator === '++' || operator === '--') return step(shell, expression)
      const value = arithmetic(shell, expression.operand)
      if (value === null) return null
      if (operator === '-') return wrap(-value)
      if (operator === '+') return value
      if (operator === '~') return ~value
      return operator === '!' ? truth(value === 0n) : null
    }
    case 'ArithmeticBinary':
      return binary(shell, expression)
    default:
      shell.lose('a command substitution in arithmetic')
      return null
  }
}

type Binary = Extract<ArithmeticExpression, {readonly type: 'ArithmeticBinary'}>
type Unary = Extract<ArithmeticExpression, {readonly type: 'ArithmeticUnary'}>
type WordOperand = Extract<ArithmeticExpression, {readonly type: 'ArithmeticWord'}>

function binary(shell: Shell, {operator, left, right}: Binary): bigint | null {
  if (operator.endsWith('=') && !['==', '!=', '<=', '>='].includes(operator)) {
    return assign(shell, left, operator.slice(0, -1), right)
  }
  const a = arithmetic(shell, left)
  if (operator === '&&' || operator === '||') {
    if (a === null) {
      loseAssigned(shell, right)
      return null
    }
    if ((operator === '&&') === (a === 0n)) return truth(a !== 0n)
    const b = arithmetic(shell, right)
    return b === null ? null : truth(b !== 0n)
  }
  const b = arithmetic(shell, right)
  if (operator === ',') return shell.dialect === 'bash' ? b : null
  return a === null || b === null ? null : calculate(operator, a, b)
}

function calculate(operator: string, a: bigint, b: bigint): bigint | null {
  switch (operator) {
    case '+':
      return wrap(a + b)
    case '-':
      return wrap(a - b)
    case '*':
      return wrap(a * b)
    case '/':
      return b === 0n ? null : wrap(a / b)
    case '%':
      return b === 0n ? null : wrap(a % b)
    case '<<':
      return b < 0n || b > 63n ? null : wrap(a << b)
    case '>>':
      return b < 0n || b > 63n ? null : wrap(a >> b)
    case '&':
      return a & b
    case '|':
      return a | b
    case '^':
      return a ^ b
    case '<':
      return truth(a < b)
    case '>':
      return truth(a > b)
    case '<=':
      return truth(a <= b)
    case '>=':
      return truth(a >= b)
    case '==':
      return truth(a === b)
    case '!=':
      return truth(a !== b)
    // `**` is bash's alone, and dear.
    default:
      return null
  }
}

function assign(
  shell: Shell,
  left: ArithmeticExpression,
  operator: string,
  right: ArithmeticExpression,
): bigint | null {
  const name = left.type === 'ArithmeticWord' && !left.parts ? left.value : null
  const value = arithmetic(shell, right)
  if (name === null || !NAME.test(name)) {
    shell.lose('an assignment in arithmetic')
    return null
  }
  const before = operator === '' ? 0n : operandValue(shell, name)
  const result = value === null || before === null ? null : operator === '' ? value : calculate(operator, before, value)
  shell.set(name, result === null ? [shell.unknown(`$${name}`)] : plain(String(result)))
  return result
}

function step(shell: Shell, {operand, operator, prefix}: Unary): bigint | null {
  const name = operand.type === 'ArithmeticWord' && !operand.parts ? operand.value : ''
  if (!NAME.test(name)) return null
  const before = shell.dialect === 'bash' ? operandValue(shell, name) : null
  const after = before === null ? null : wrap(before + (operator === '++' ? 1n : -1n))
  shell.set(name, after === null ? [shell.unknown(`$${name}`)] : plain(String(after)))
  return prefix ? after : before
}

/** Variables that an expression sets which may or may not be evaluated. */
function loseAssigned(shell: Shell, expression: ArithmeticExpression): void {
  shell.recorder.step()
  switch (expression.type) {
    case 'ArithmeticBinary':
    case 'ArithmeticUnary': {
      const target = expression.type === 'ArithmeticBinary' ? expression.left : expression.operand
      const sets = /=$|^\+\+$|^--$/.test(expression.operator) && !/^[=!<>]=$/.test(expression.operator)
      if (sets && target.type === 'ArithmeticWord' && NAME.test(target.value)) {
        shell.set(target.value, [shell.unknown(`$${target.value}`)])
      }
      loseAssigned(shell, target)
      if (expression.type === 'ArithmeticBinary') loseAssigned(shell, expression.right)
      return
    }
    case 'ArithmeticGroup':
      loseAssigned(shell, expression.expression)
      return
    case 'ArithmeticTernary':
      for (const one of [expression.test, expression.consequent, expression.alternate]) loseAssigned(shell, one)
  }
}

const NAME = /^[A-Za-z_]\w*$/

function wordText(shell: Shell, {value, parts}: WordOperand): string | null {
  if (parts) return textOf(joined(atomsOf(shell, parts, true)))
  const [, plainName, braced] = /^\$(?:([A-Za-z_]\w*|[0-9#?])|\{([A-Za-z_]\w*|[0-9]+|[#?])\})$/.exec(value) ?? []
  const name = plainName ?? braced
  if (name === undefined) return value
  return textOf(parameterValue(shell, name) ?? [])
}

/** A constant, or what a variable holds if that is one. */
function operandValue(shell: Shell, text: string | null): bigint | null {
  if (text === null) return null
  const constant = integer(text)
  if (constant !== null) return constant
  if (!NAME.test(text)) return null
  const value = shell.valueOf(text)
  if (value === null) return 0n
  const held = textOf(value)
  // bash evaluates anything else anew, dash fails.
  return held === null ? null : held.trim() === '' ? 0n : integer(held)
}

/** Decimal, octal and hexadecimal constants with a sign. */
export function integer(text: string): bigint | null {
  const [, sign, digits = ''] = /^\s*([-+]?)(0[xX][0-9a-fA-F]{1,16}|[0-9]{1,20})\s*$/.exec(text) ?? []
  if (sign === undefined) return null
  if (/^0[0-9]/.test(digits) && !/^0[0-7]+$/.test(digits)) return null
  const value = BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits)
  if (value > 0x7fff_ffff_ffff_ffffn) return null
  return sign === '-' ? -value : value
}

function wrap(value: bigint): bigint {
  return BigInt.asIntN(64, value)
}

function truth(value: boolean): bigint {
  return value ? 1n : 0n
}
