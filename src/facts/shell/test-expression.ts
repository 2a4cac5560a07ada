import type {TestExpression} from 'unbash'
import {integer} from './arithmetic.js'
import {expandValue} from './expand.js'
import {patternOf} from './parameter.js'
import type {Shell} from './shell.js'
import {type Field, shownText, textOf, type Value} from './text.js'

type Truth = boolean | null

/** `[[ ... ]]`; null: not known. */
export function evaluateTest(shell: Shell, expression: TestExpression): Truth {
  return shell.descend(() => {
    switch (expression.type) {
      case 'TestNot': {
        const value = evaluateTest(shell, expression.operand)
        if (value === null) return null
        return expression.negations.length % 2 === 1 ? !value : value
      }
      case 'TestGroup':
        return evaluateTest(shell, expression.expression)
      case 'TestLogical': {
        const stops = expression.operator === '||'
        let result: Truth = !stops
        for (const operand of expression.operands) {
          const value = evaluateTest(shell, operand)
          if (value === stops) return stops
          if (value === null) result = null
        }
        return result
      }
      case 'TestUnary':
        return unary(shell, expression.operator, expandValue(shell, expression.operand))
      case 'TestBinary': {
        const {operator, left, right} = expression
        if (operator === '=~') return null
        const value = expandValue(shell, left)
        if (operator === '==' || operator === '=' || operator === '!=') {
          const text = textOf(value)
          const pattern = patternOf(shell, right)
          return text === null || !pattern ? null : pattern.matches(text) === (operator !== '!=')
        }
        return binary(operator, value, expandValue(shell, right))
      }
    }
  })
}

/** `test` and `[` without the closing bracket. null: not known; an error counts as false, as its status does. */
export function evaluateWords(shell: Shell, fields: readonly Field[]): Truth {
  if (fields.some(({maySplit, glob}) => maySplit || glob)) return null
  return expressionOf(
    shell,
    fields.map(({pieces}) => pieces),
  )
}

/** POSIX's rules for up to four arguments; beyond that both shells take `-o`, `-a`, `!` in that order. */
function expressionOf(shell: Shell, words: readonly Value[]): Truth {
  shell.recorder.step(1 + words.length / 8)
  const texts = words.map((word) => textOf(word))
  const [first = null] = texts
  const [a = [], b = [], c = []] = words
  switch (words.length) {
    case 0:
      return false
    case 1:
      return nonEmpty(a)
    case 2:
      if (first === null) return null
      if (first === '!') return negate(nonEmpty(b))
      return unary(shell, first, b)
    case 3: {
      const operator = texts[1]
      if (operator === null || operator === undefined) return null
      if (isBinary(operator)) return binary(operator, a, c, shell.dialect)
      if (operator === '-a' || operator === '-o') {
        const [left, right] = [nonEmpty(a), nonEmpty(c)]
        return operator === '-a' ? and(left, right) : or(left, right)
      }
      if (first === '!') return negate(expressionOf(shell, words.slice(1)))
      return first === '(' && texts[2] === ')' ? nonEmpty(b) : null
    }
    default:
      break
  }
  if (words.length === 4 && first === '!') return negate(expressionOf(shell, words.slice(1)))
  if (texts.includes('(') || texts.includes(')') || words.length > 200) return null
  // An operand that is not known could be an operator.
  for (const operator of ['-o', '-a']) {
    const at = texts.indexOf(operator)
    if (at <= 0) continue
    const [left, right] = [expressionOf(shell, words.slice(0, at)), expressionOf(shell, words.slice(at + 1))]
    return operator === '-o' ? or(left, right) : and(left, right)
  }
  return first === '!' ? negate(expressionOf(shell, words.slice(1))) : null
}

function isBinary(operator: string): boolean {
  return /^(=|==|!=|<|>|-(eq|ne|lt|le|gt|ge|nt|ot|ef))$/.test(operator)
}

function unary(shell: Shell, operator: string, value: Value): Truth {
  if (operator === '-n') return nonEmpty(value)
  if (operator === '-z') return negate(nonEmpty(value))
  const text = textOf(value)
  if (operator === '-v' && text !== null && /^[A-Za-z_]\w*$/.test(text) && shell.dialect === 'bash') {
    const variable = shell.variable(text)
    return variable && !variable.elements ? variable.value !== null : null
  }
  // Of files, terminals and options only the run knows.
  return null
}

function binary(operator: string, left: Value, right: Value, dialect: Shell['dialect'] = 'bash'): Truth {
  const [a, b] = [textOf(left), textOf(right)]
  if (operator === '=' || operator === '!=' || (operator === '==' && dialect === 'bash')) {
    const same = a === null || b === null ? sameUnknown(left, right) : a === b
    return same === null ? null : same === (operator !== '!=')
  }
  if (a === null || b === null) return null
  if (!/^-(eq|ne|lt|le|gt|ge)$/.test(operator)) return null
  const [x, y] = [decimal(a), decimal(b)]
  if (x === null || y === null) return null
  switch (operator) {
    case '-eq':
      return x === y
    case '-ne':
      return x !== y
    case '-lt':
      return x < y
    case '-le':
      return x <= y
    case '-gt':
      return x > y
    default:
      return x >= y
  }
}

function decimal(text: string): bigint | null {
  return /^-?\d+$/.test(text) ? integer(text.replace(/^(-?)0+(?=\d)/, '$1')) : null
}

/** Different where a part that is known differs at the beginning or the end; else not known. */
function sameUnknown(left: Value, right: Value): Truth {
  if (left.length === 1 && right.length === 1 && left[0]?.unknown === right[0]?.unknown && left[0]?.unknown !== null) {
    return shownText(left) === shownText(right) ? true : null
  }
  return null
}

function nonEmpty(value: Value): Truth {
  if (value.some(({unknown, text}) => unknown === null && text !== '')) return true
  return value.some(({unknown}) => unknown !== null) ? null : false
}

function negate(value: Truth): Truth {
  return value === null ? null : !value
}

function and(a: Truth, b: Truth): Truth {
  return a === false || b === false ? false : a === null || b === null ? null : true
}

function or(a: Truth, b: Truth): Truth {
  return negate(and(negate(a), negate(b)))
}
