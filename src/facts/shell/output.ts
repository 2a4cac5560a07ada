import {nameOf} from './command.js'
import {type Shell, SUCCESS, UNKNOWN} from './shell.js'
import {type Field, known, type Piece, part, shownText, slice, textOf, type Value} from './text.js'

/** `echo`: where the shells differ (backslashes, -e) what it writes is not known. */
export function echo(shell: Shell, args: readonly Field[]): void {
  shell.status = SUCCESS
  const first = nameOf(args[0])
  const noNewline = first === '-n'
  const options = first !== null && /^-[neE]+$/.test(first) && !noNewline
  const words = noNewline ? args.slice(1) : args
  const all = joinedWords(words)
  const escapes = all.some(({text, unknown}) => unknown === null && text.includes('\\'))
  if (options || (noNewline && /^-[neE]+$/.test(nameOf(words[0]) ?? '')) || (escapes && shell.dialect === 'sh'))
    shell.write(null)
  else if (args.some(({maySplit, glob}) => maySplit || glob))
    shell.write(shell.sink ? asOneText(shell, all, noNewline) : null)
  else shell.write(noNewline ? all : [...all, known('\n')])
}

/** A value that may be several words is, written out, still one text between blanks. */
function asOneText(_: Shell, all: Value, noNewline: boolean): Value | null {
  // How many blanks stand there is not known, and does not matter to who reads words.
  return noNewline ? all : [...all, known('\n')]
}

function joinedWords(words: readonly Field[]): Piece[] {
  return words.flatMap(({pieces}, index) => (index === 0 ? [...pieces] : [known(' '), ...pieces]))
}

/** `printf` with %s, %d, %% and the usual escapes; anything else: not known. */
export function printf(shell: Shell, args: readonly Field[]): void {
  shell.status = SUCCESS
  if (nameOf(args[0]) === '-v') {
    const name = nameOf(args[1])
    if (name === null || !/^[A-Za-z_]\w*$/.test(name)) shell.loseVariables()
    else shell.set(name, formatted(args.slice(2)) ?? [shell.unknown(`$${name}`)])
    return
  }
  shell.write(formatted(nameOf(args[0]) === '--' ? args.slice(1) : args))
}

function formatted(args: readonly Field[]): Value | null {
  const [first, ...rest] = args
  if (args.some(({maySplit, glob}) => maySplit || glob) || !first || textOf(first.pieces) === null) return null
  const pieces: Piece[] = []
  const values = rest.map(({pieces: value}) => value)
  let next = 0
  do {
    const before = next
    let from = 0
    const format = shownText(first.pieces)
    const found = /%([sdiu%])|\\([nt\\])|%|\\/g
    for (let match = found.exec(format); match; match = found.exec(format)) {
      pieces.push(...slice(first.pieces, from, match.index))
      from = found.lastIndex
      const [, conversion, escaped] = match
      if (conversion === '%') pieces.push(known('%'))
      else if (conversion === 's') pieces.push(...(values[next++] ?? []))
      else if (conversion) {
        const value = values[next++] ?? []
        if (!/^(|-?[1-9]\d{0,17}|0)$/.test(textOf(value) ?? '?')) return null
        pieces.push(...(value.length === 0 ? [known('0')] : value))
      } else if (escaped) pieces.push(known({n: '\n', t: '\t', '\\': '\\'}[escaped] ?? ''))
      else return null
    }
    pieces.push(...slice(first.pieces, from, format.length))
    if (next === before) break
  } while (next < values.length)
  return pieces
}

/** `read [-r] NAME...` of one line. */
export function readLine(shell: Shell, args: readonly Field[]): void {
  const words = args.map(nameOf)
  const raw = words[0] === '-r'
  const names = words.slice(raw ? 1 : 0).filter((name): name is string => name !== null && /^[A-Za-z_]\w*$/.test(name))
  const unclear = names.length !== words.length - (raw ? 1 : 0) || names.length === 0
  const {stdin} = shell
  const line = stdin === null || unclear ? null : firstLine(stdin)
  // Without -r a backslash is special.
  if (
    line === null ||
    (!raw && shownText(line.text).includes('\\')) ||
    line.text.some(({unknown}) => unknown !== null) ||
    shell.ifs === null
  ) {
    for (const word of words) {
      const name = word === null ? null : /^[A-Za-z_]\w*/.exec(word)?.[0]
      if (name) shell.set(name, [shell.unknown(`$${name}`)])
    }
    if (words.includes(null)) shell.loseVariables()
    shell.setStdin(null)
    shell.status = UNKNOWN
    return
  }
  shell.setStdin(line.rest)
  assignFields(shell, names, line.text, shell.ifs)
  shell.status = line.ended ? SUCCESS : {code: 1}
}

function firstLine(value: Value): {readonly text: Value; readonly rest: Value; readonly ended: boolean} {
  const text: Piece[] = []
  for (const [index, piece] of value.entries()) {
    const at = piece.unknown === null ? piece.text.indexOf('\n') : -1
    if (at < 0) {
      text.push(piece)
      continue
    }
    if (at > 0) text.push(part(piece, 0, at))
    const left = at + 1 < piece.text.length ? [part(piece, at + 1, piece.text.length)] : []
    return {text, rest: [...left, ...value.slice(index + 1)], ended: true}
  }
  return {text, rest: [], ended: false}
}

/** The last name gets all that is left, separators between its words included. */
function assignFields(shell: Shell, names: readonly string[], line: Value, ifs: string): void {
  let rest = trimmed(line, ifs)
  names.forEach((name, index) => {
    if (index === names.length - 1) {
      shell.set(name, rest)
      return
    }
    const text = shownText(rest)
    let end = 0
    while (end < text.length && !ifs.includes(text.charAt(end))) end += 1
    shell.set(name, slice(rest, 0, end))
    const other = /[^ \t\n]/.test(text.charAt(end)) ? end + 1 : end
    rest = trimmed(slice(rest, other, text.length), ifs)
    const blanks = shownText(rest)
    // `a : b` with a colon in IFS: the blanks before it belong to it.
    if (other === end && blanks !== '' && ifs.includes(blanks.charAt(0)) && /[^ \t\n]/.test(blanks.charAt(0))) {
      rest = trimmed(slice(rest, 1, blanks.length), ifs)
    }
  })
}

function trimmed(value: Value, ifs: string): Value {
  const text = shownText(value)
  const isBlank = (char: string) => /[ \t\n]/.test(char) && ifs.includes(char)
  let from = 0
  let to = text.length
  while (from < to && isBlank(text.charAt(from))) from += 1
  while (to > from && isBlank(text.charAt(to - 1))) to -= 1
  return slice(value, from, to)
}
