import type {
  ArithmeticExpansionPart,
  CommandExpansionPart,
  HereDoc,
  ProcessSubstitutionPart,
  Word,
  WordPart,
} from 'unbash'
import {arithmetic} from './arithmetic.js'
import {bracesOf} from './braces.js'
import {expandParameter} from './parameter.js'
import {runScript} from './run.js'
import type {Shell, Sink} from './shell.js'
import {SUCCESS} from './shell.js'
import {ShellSource} from './source.js'
import {
  type Atom,
  asQuoted,
  asUnquoted,
  BREAK,
  type Field,
  known,
  type Piece,
  PlainField,
  part,
  splitFields,
  type Value,
} from './text.js'
import {inFrame} from './ways.js'

/** The words that a word of a command becomes. */
export function expandWords(shell: Shell, words: readonly Word[]): Field[] {
  return words.flatMap((word) => expandWord(shell, word))
}

export function expandWord(shell: Shell, word: Word): Field[] {
  shell.recorder.step()
  const {parts} = word
  if (!parts) return [literalField(shell, word)]
  const brace = parts.findIndex(({type}) => type === 'BraceExpansion')
  if (brace < 0) {
    const fields = splitFields(atomsOf(shell, parts, false), shell.ifs)
    const [only] = fields
    return only && fields.length === 1 ? [{...only, written: verbatim(shell, word.pos, word.end)}] : fields
  }
  const alternatives = shell.dialect === 'bash' ? bracesOf(parts[brace]?.text ?? '') : null
  if (alternatives === null) return [{pieces: [shell.unknown(word.text)], maySplit: true, glob: false}]
  return alternatives.flatMap((text) => {
    shell.recorder.step()
    const atoms = [...atomsOf(shell, parts.slice(0, brace), false), known(text)]
    return splitFields([...atoms, ...atomsOf(shell, parts.slice(brace + 1), false)], shell.ifs)
  })
}

/** A word in which nothing is to be expanded. */
export function literalField(shell: Shell, word: Word): Field {
  if (word.text === word.value && !word.text.startsWith('~')) return new PlainField(word.text, shell.source, word.pos)
  const piece = literal(shell, word)
  return {pieces: [piece], maySplit: false, glob: false, written: piece.origin ?? verbatim(shell, word.pos, word.end)}
}

/** A word where nothing is split: of an assignment, of `case`, a file name. */
export function expandValue(shell: Shell, word: Word): Value {
  shell.recorder.step()
  return word.parts ? joined(atomsOf(shell, word.parts, false)) : [literal(shell, word)]
}

/** The same for the word in `${x:-word}`: in quotes, or where what is not quoted is split. */
export function operandAtoms(shell: Shell, word: Word, quoted: boolean): Atom[] {
  const atoms = word.parts ? atomsOf(shell, word.parts, quoted, true) : [literal(shell, word)]
  if (quoted) return atoms
  return word.parts ? atoms : atoms.map((atom) => (atom === BREAK || word.text !== atom.text ? atom : unquoted(atom)))
}

function unquoted(piece: Piece): Piece {
  return {...piece, quoted: false}
}

export function joined(atoms: readonly Atom[]): Value {
  return atoms.map((atom) => (atom === BREAK ? known(' ') : atom))
}

export function hereDocument(shell: Shell, {body, delimiter, operator}: HereDoc): Value {
  const tabs = operator === '<<-'
  if (delimiter?.quoted) return linesOf(shell, body.text, body.pos, {tabs, escapes: false, atLineStart: true})
  const parts: readonly WordPart[] = body.parts ?? []
  const result: Piece[] = []
  let atLineStart = true
  const addText = (text: string, pos: number) => {
    for (const piece of linesOf(shell, text, pos, {tabs, escapes: true, atLineStart})) result.push(piece)
    atLineStart = text.endsWith('\n')
  }
  if (parts.length === 0) addText(body.text, body.pos)
  for (const one of parts) {
    if (one.type === 'Literal') addText(one.text, one.pos)
    else {
      for (const piece of joined(atomsOf(shell, [one], true))) result.push(piece)
      atLineStart = false
    }
  }
  return result
}

interface LineOptions {
  readonly tabs: boolean
  readonly escapes: boolean
  readonly atLineStart: boolean
}

/** Text of a here-document: `<<-` takes tabs away, a backslash is special before `$`, a backtick, itself and a newline. */
function linesOf(shell: Shell, text: string, pos: number, {tabs, escapes, atLineStart}: LineOptions): Value {
  const pieces: Piece[] = []
  let from = 0
  const flush = (to: number) => {
    if (to > from) pieces.push(known(text.slice(from, to), verbatim(shell, pos + from, pos + to)))
  }
  let start = atLineStart
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (tabs && start && char === '\t') {
      flush(at)
      from = at + 1
      continue
    }
    start = char === '\n'
    if (!escapes || char !== '\\' || !/[$`\\\n]/.test(text[at + 1] ?? '')) continue
    flush(at)
    from = at + (text[at + 1] === '\n' ? 2 : 1)
    at += 1
  }
  flush(text.length)
  return pieces
}

function verbatim(shell: Shell, pos: number, end: number) {
  return {source: shell.source, pos, end, verbatim: true}
}

function literal(shell: Shell, {text, value, pos, end}: Word): Piece {
  if (text.startsWith('~')) return shell.unknown(text)
  return known(value, text === value ? verbatim(shell, pos, end) : null)
}

/** Expands parts of a word. `operand`: it stands in `${x:-...}`, whose unquoted text is split like what it replaces. */
export function atomsOf(shell: Shell, parts: readonly WordPart[], quoted: boolean, operand = false): Atom[] {
  const atoms: Atom[] = []
  let first = true
  for (const one of parts) {
    for (const atom of partAtoms(shell, one, quoted, operand, first)) {
      shell.recorder.made(atom === BREAK ? 0 : atom.text.length)
      atoms.push(atom)
    }
    first = false
  }
  return atoms
}

function partAtoms(shell: Shell, one: WordPart, quoted: boolean, operand: boolean, first: boolean): Atom[] {
  switch (one.type) {
    case 'Literal': {
      if (first && !quoted && one.text.startsWith('~')) return [shell.unknown(one.text)]
      const piece = known(one.value, one.text === one.value ? verbatim(shell, one.pos, one.end) : null)
      return [operand && !quoted && one.text === one.value ? unquoted(piece) : piece]
    }
    case 'SingleQuoted':
      return [known(one.value, verbatim(shell, one.pos + 1, one.end - 1))]
    case 'DoubleQuoted': {
      const list = one.parts.length === 1 && /^\$(@|\{@\}|\{[A-Za-z_]\w*\[@\]\})$/.test(one.parts[0]?.text ?? '')
      const atoms = atomsOf(shell, one.parts, true)
      return list ? atoms : [known(''), ...atoms]
    }
    case 'Glob': {
      const plain = one.kind !== 'bracket' || one.parts.every(({type}) => type === 'Literal')
      return [plain ? {...known(one.text, verbatim(shell, one.pos, one.end)), pattern: true} : shell.unknown(one.text)]
    }
    case 'AnsiCQuoted':
      return [shell.dialect === 'bash' ? known(one.value) : shell.unknown(one.text)]
    case 'LocaleString':
    case 'ExtendedGlob':
    case 'BraceExpansion':
      return [
        one.type === 'BraceExpansion' ? known(one.text, verbatim(shell, one.pos, one.end)) : shell.unknown(one.text),
      ]
    case 'SimpleExpansion':
    case 'ParameterExpansion':
      return expandParameter(shell, one, quoted)
    case 'CommandExpansion':
      return marked(substitute(shell, one), quoted)
    case 'ArithmeticExpansion':
      return marked([calculated(shell, one)], quoted)
    case 'ProcessSubstitution':
      return [processSubstitution(shell, one)]
  }
}

export function marked(value: Value, quoted: boolean): Atom[] {
  return [...(quoted ? asQuoted(value) : asUnquoted(value))]
}

function calculated(shell: Shell, one: ArithmeticExpansionPart): Piece {
  const result = one.expression ? arithmetic(shell, one.expression) : null
  if (result === null) return shell.unknown(one.text)
  return known(String(result), {source: shell.source, pos: one.pos, end: one.end, verbatim: false})
}

/** Runs something in a subshell, and gives what it wrote to standard output; null: not known. */
export function capture(shell: Shell, run: () => void): Value | null {
  const {sink: outer} = shell
  const sink: Sink = {pieces: [], unknown: false, conditions: shell.recorder.path.length}
  shell.sink = sink
  inFrame(shell, 'subshell', run)
  shell.sink = outer
  return sink.unknown ? null : sink.pieces
}

function substitute(shell: Shell, one: CommandExpansionPart): Value {
  const {script} = one
  if (!script || (script.errors?.length ?? 0) > 0) {
    shell.lose('a command substitution that is not understood')
    return [shell.unknown(one.text)]
  }
  const {source, status} = shell
  if (script.source !== undefined) {
    shell.source = new ShellSource(source.path, script.source, {source, pos: one.pos, verbatim: false})
  }
  shell.status = SUCCESS
  const output = shell.descend(() => capture(shell, () => runScript(shell, script.commands)))
  shell.source = source
  shell.substituted = shell.status
  shell.status = status
  return output === null ? [shell.unknown(one.text)] : withoutNewlines(output)
}

function withoutNewlines(value: Value): Value {
  const pieces = [...value]
  for (let last = pieces.pop(); last; last = pieces.pop()) {
    if (last.unknown !== null) return [...pieces, last]
    let end = last.text.length
    while (last.text[end - 1] === '\n') end -= 1
    if (end > 0) return [...pieces, end === last.text.length ? last : part(last, 0, end)]
  }
  return []
}

function processSubstitution(shell: Shell, one: ProcessSubstitutionPart): Piece {
  const {script} = one
  if (script) {
    shell.recorder.concurrent += 1
    shell.descend(() => capture(shell, () => runScript(shell, script.commands)))
    shell.recorder.concurrent -= 1
  }
  return shell.unknown(one.text)
}
