import type {
  ParameterDefaultOperation,
  ParameterExpansionPart,
  ParameterOperation,
  SimpleExpansionPart,
  Word,
} from 'unbash'
import {arithmetic, integer} from './arithmetic.js'
import {expandValue, joined, marked, operandAtoms} from './expand.js'
import {compilePattern} from './pattern.js'
import {plain, type Shell} from './shell.js'
import {type Atom, BREAK, known, slice, textOf, type Value} from './text.js'
import {mayEnd} from './ways.js'

/** Longer texts are not searched for patterns. */
const MAX_SEARCHED = 100_000

/** `$x`, `${x...}`. */
export function expandParameter(
  shell: Shell,
  part: SimpleExpansionPart | ParameterExpansionPart,
  quoted: boolean,
): Atom[] {
  if (part.type === 'SimpleExpansion') return listOrValue(shell, part.text.slice(1), quoted)
  const {parameter, prefix, index, operation} = part
  const unknown = (): Atom[] => marked([shell.unknown(part.text)], quoted)
  if (prefix === '!') return operation || index ? unknown() : indirect(shell, parameter, quoted, unknown)
  if (prefix === '#') return length(shell, parameter, index, quoted, unknown)
  if (index) return element(shell, parameter, index, operation, quoted, unknown)
  if (!operation) return listOrValue(shell, parameter, quoted)
  if (parameter === '@' || parameter === '*') {
    return operation.type === 'Default' && shell.parameters.rest === null && shell.parameters.known.length > 0
      ? operation.operator.endsWith('+')
        ? operandAtoms(shell, operation.operand, quoted)
        : listOrValue(shell, parameter, quoted)
      : unknown()
  }
  if (operation.type === 'Default') return withDefault(shell, parameter, operation, quoted, unknown)
  const value = parameterValue(shell, parameter)
  const changed = value === null ? [] : change(shell, value, operation)
  return changed === null ? unknown() : marked(changed, quoted)
}

/** The value of a parameter that is one text. null: unset. */
export function parameterValue(shell: Shell, name: string): Value | null {
  if (/^[1-9]\d*$/.test(name)) return shell.parameter(Number(name))
  const {known: all, rest} = shell.parameters
  if (name === '#') return rest === null ? plain(String(all.length)) : [shell.unknown('$#')]
  if (name === '?') return shell.status.code === 0 ? plain('0') : [shell.unknown('$?')]
  if (/^[A-Za-z_]/.test(name)) return shell.valueOf(name)
  return [shell.unknown(`$${name}`)]
}

function listOrValue(shell: Shell, name: string, quoted: boolean): Atom[] {
  if (name === '@' || name === '*') {
    const {known: all, rest} = shell.parameters
    return listAtoms(shell, all, name, quoted, rest !== null)
  }
  const value = parameterValue(shell, name)
  if (value === null && shell.flag('nounset') === true) mayEnd(shell, `depends on line ${shell.line}: set -u`)
  return value === null ? [] : marked(value, quoted)
}

function listAtoms(shell: Shell, all: readonly Value[], name: string, quoted: boolean, more: boolean): Atom[] {
  const atoms: Atom[] = []
  const joiner = name === '*' && quoted ? (shell.ifs === null ? null : (shell.ifs[0] ?? '')) : BREAK
  const separator: Atom = joiner === BREAK ? BREAK : joiner === null ? shell.unknown('$IFS') : known(joiner)
  const items = [...all, ...(more ? [[{...shell.unknown(`$${name}`), quoted: false}]] : [])]
  items.forEach((value, index) => {
    if (index > 0) atoms.push(separator)
    if (quoted) atoms.push(known(''))
    for (const piece of value) {
      shell.recorder.made(piece.text.length)
      const rest = more && index === items.length - 1
      atoms.push(rest ? piece : quoted ? {...piece, quoted: true, pattern: false} : {...piece, quoted: false})
    }
  })
  // With none at all there may be no word.
  return more && all.length === 0 && quoted ? atoms.slice(1) : atoms
}

function indirect(shell: Shell, name: string, quoted: boolean, unknown: () => Atom[]): Atom[] {
  const value = shell.dialect === 'bash' ? parameterValue(shell, name) : null
  const target = value && textOf(value)
  return target !== null && target !== undefined && /^([A-Za-z_]\w*|[1-9]\d*)$/.test(target)
    ? marked(parameterValue(shell, target) ?? [], quoted)
    : unknown()
}

function length(shell: Shell, name: string, index: Word | undefined, quoted: boolean, unknown: () => Atom[]): Atom[] {
  if (index && /^[@*]$/.test(index.text)) {
    const elements = shell.dialect === 'bash' ? shell.variable(name)?.elements : null
    return elements ? marked(plain(String(elements.size)), quoted) : unknown()
  }
  if (index || name === '@' || name === '*') return unknown()
  const value = parameterValue(shell, name)
  const text = value === null ? '' : textOf(value)
  // Beyond ASCII it depends on the locale.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  return text === null || /[^\u0000-\u007f]/.test(text) ? unknown() : marked(plain(String(text.length)), quoted)
}

function element(
  shell: Shell,
  name: string,
  index: Word,
  operation: ParameterOperation | undefined,
  quoted: boolean,
  unknown: () => Atom[],
): Atom[] {
  const variable = shell.variable(name)
  const list = /^[@*]$/.test(index.text)
  if (shell.dialect !== 'bash' || operation || !variable || variable.value?.some((piece) => piece.unknown !== null)) {
    return list ? [{...shell.unknown(`\${${name}[${index.text}]}`), quoted: false}] : unknown()
  }
  if (list) {
    const values = variable.elements ? sorted(variable) : variable.value === null ? [] : [variable.value]
    return listAtoms(shell, values, index.text, quoted, false)
  }
  const key = elementKey(shell, index, variable.associative)
  if (key === null) return unknown()
  if (!variable.elements) return key === '0' ? marked(variable.value ?? [], quoted) : []
  return marked(variable.elements.get(key) ?? [], quoted)
}

function sorted({
  elements,
  associative,
}: {
  readonly elements: ReadonlyMap<string, Value> | null
  readonly associative: boolean
}) {
  const all = [...(elements ?? [])]
  if (!associative) all.sort(([a], [b]) => Number(a) - Number(b))
  return all.map(([, value]) => value)
}

/** Which element an index means; null: not known. */
export function elementKey(shell: Shell, index: Word, associative: boolean): string | null {
  const text = textOf(expandValue(shell, index))
  if (text === null || associative) return text
  const number = integer(text) ?? evaluated(shell, text)
  return number === null || number < 0n ? null : String(number)
}

function evaluated(shell: Shell, text: string): bigint | null {
  const [statement] = shell.parser.parse(`((${text}))`).commands
  const command = statement?.command
  return command?.type === 'ArithmeticCommand' && command.expression ? arithmetic(shell, command.expression) : null
}

function withDefault(
  shell: Shell,
  name: string,
  {operator, operand}: ParameterDefaultOperation,
  quoted: boolean,
  unknown: () => Atom[],
): Atom[] {
  const given = parameterValue(shell, name)
  const own = isOwn(shell, name)
  const text = given === null ? null : textOf(given)
  const kind = operator.at(-1)
  // What nothing in the script sets is taken to be unset: the environment of a script rarely holds it.
  if (!own && kind !== '?') assume(shell, name)
  const colon = operator.length === 2
  const shown =
    given === null
      ? ''
      : given
          .filter(({unknown: id}) => id === null)
          .map((piece) => piece.text)
          .join('')
  const isSet: boolean | null = !own
    ? kind === '?'
      ? null
      : false
    : given === null
      ? false
      : !colon || shown !== ''
        ? true
        : text === null
          ? null
          : false
  if (kind === '?') {
    if (isSet === false) {
      shell.status = {code: 2}
      shell.flow = {kind: 'exit'}
    } else if (isSet === null) mayEnd(shell, `depends on line ${shell.line}: \${${name}${operator}...}`)
    return given === null ? [] : marked(given, quoted)
  }
  if (isSet === null) return unknown()
  if (kind === '+') return isSet ? operandAtoms(shell, operand, quoted) : []
  if (isSet) return marked(given ?? [], quoted)
  const atoms = operandAtoms(shell, operand, quoted)
  if (kind === '=') {
    const value = joined(atoms)
    shell.set(name, value)
    return marked(value, quoted)
  }
  return atoms
}

/** The script itself says what it is. */
function isOwn(shell: Shell, name: string): boolean {
  if (/^[A-Za-z_]/.test(name)) return shell.variable(name) !== undefined || shell.variablesLost
  const {known: all, rest} = shell.parameters
  if (/^[1-9]\d*$/.test(name)) return Number(name) <= all.length || rest !== shell.arguments
  return true
}

function assume(shell: Shell, name: string): void {
  if (!shell.assumptions.has(name)) shell.assumptions.set(name, {path: shell.source.path, line: shell.line})
}

/** null: not known. */
function change(shell: Shell, value: Value, operation: ParameterOperation): Value | null {
  const text = textOf(value)
  if (text === null || text.length > MAX_SEARCHED) return null
  if (operation.type === 'Remove') {
    const {operator, operand} = operation
    const pattern = patternOf(shell, operand)
    if (!pattern) return null
    const longest = operator.length === 2
    if (operator.startsWith('#')) return slice(value, pattern.prefix(text, longest) ?? 0, text.length)
    return slice(value, 0, pattern.suffix(text, longest) ?? text.length)
  }
  if (shell.dialect !== 'bash') return null
  if (operation.type === 'Slice') {
    const offset = number(shell, operation.offset)
    const count = operation.length ? number(shell, operation.length) : text.length
    if (offset === null || count === null || offset < 0 || count < 0 || /[^ -~]/.test(text)) return null
    return slice(value, Math.min(offset, text.length), Math.min(offset + count, text.length))
  }
  if (operation.type === 'Replace') {
    // Patterns, and `&` which newer versions replace, are left alone.
    const from = textOf(expandValue(shell, operation.pattern))
    const to = textOf(expandValue(shell, operation.replacement))
    if (from === null || to === null || from === '' || /[*?[\\&/]/.test(from + to)) return null
    if (operation.operator === '/') return plain(text.replace(from, () => to))
    return operation.operator === '//' ? plain(text.split(from).join(to)) : null
  }
  if (operation.type === 'CaseModification' && !operation.operand && /^[ -~]*$/.test(text)) {
    if (operation.operator === '^^') return plain(text.toUpperCase())
    if (operation.operator === ',,') return plain(text.toLowerCase())
  }
  return null
}

function number(shell: Shell, word: Word): number | null {
  const text = textOf(expandValue(shell, word))
  const value = text === null ? null : integer(text)
  return value === null ? null : Number(value)
}

/** A pattern as it stands in a script; null: not known. */
export function patternOf(shell: Shell, word: Word) {
  return compilePattern(expandValue(shell, word))
}
