/*
 * Which variables a shell script sets itself, found without parsing all of the language: only what surely is a
 * command that sets one counts. What is overlooked is not reported; nothing is reported that is not there.
 */

/** Words after which a command begins. */
const KEYWORDS = new Set(['do', 'then', 'else', 'elif', 'if', 'while', 'until', '{', '!', 'time'])
const DECLARE = new Set(['export', 'local', 'readonly', 'declare', 'typeset'])
const ASSIGNMENT = /^([A-Za-z_]\w*)(?:\[[^\]]*\])?\+?=/
const NAME = /^[A-Za-z_]\w*$/

/** Names that commands of the script give a value to: assignments, `for`, `read`, `getopts` and their like. */
export function namesSetIn(script: string): ReadonlySet<string> {
  const names = new Set<string>()
  for (const command of simpleCommands(script)) {
    let words = command
    while (words[0] !== undefined && KEYWORDS.has(words[0])) words = words.slice(1)
    for (const name of setBy(words)) names.add(name)
  }
  return names
}

function setBy(words: readonly string[]): readonly string[] {
  const [first = '', ...rest] = words
  const assigned = (list: readonly string[]) => list.flatMap((word) => ASSIGNMENT.exec(word)?.[1] ?? [])
  const named = (list: readonly string[]) => list.filter((word) => NAME.test(word))
  if (first === 'for' || first === 'select') return named(rest.slice(0, 1))
  if (first === 'read') return named(rest)
  if (first === 'mapfile' || first === 'readarray') return named(rest.slice(-1))
  if (first === 'getopts') return named(rest.slice(1, 2))
  if (first === 'printf' && rest[0] === '-v') return named(rest.slice(1, 2))
  if (DECLARE.has(first)) return assigned(rest)
  // `NAME=value command` sets it for that command alone.
  return words.every((word) => ASSIGNMENT.test(word)) ? assigned(words) : []
}

/** Words of the script's commands. Quotes and substitutions stay inside of their word. */
function* simpleCommands(script: string): Generator<string[]> {
  let words: string[] = []
  let word = ''
  for (let at = 0; at < script.length; ) {
    const char = script.charAt(at)
    if (/[\s;&|()]/.test(char)) {
      if (word !== '') words.push(word)
      word = ''
      if (!/[ \t]/.test(char)) {
        if (words.length > 0) yield words
        words = []
      }
      at += 1
      continue
    }
    const end = endOfPiece(script, at)
    word += script.slice(at, end)
    at = end
  }
  if (word !== '') words.push(word)
  if (words.length > 0) yield words
}

/** End of a quoted text or a substitution that begins at `at`; of anything else one character. */
function endOfPiece(script: string, at: number): number {
  const char = script.charAt(at)
  if (char === '\\') return at + 2
  if (char === "'") return after(script, at + 1, "'")
  if (char === '"') return closing(script, at + 1, '"')
  if (char === '`') return closing(script, at + 1, '`')
  if (script.startsWith('$(', at)) return parenthesis(script, at + 2)
  if (script.startsWith('${', at)) return after(script, at + 2, '}')
  return at + 1
}

function after(script: string, from: number, char: string): number {
  const at = script.indexOf(char, from)
  return at < 0 ? script.length : at + 1
}

/** Like `after`, but a backslash hides the character behind it. */
function closing(script: string, from: number, char: string): number {
  for (let at = from; at < script.length; at += 1) {
    if (script[at] === '\\') at += 1
    else if (script[at] === char) return at + 1
  }
  return script.length
}

function parenthesis(script: string, from: number): number {
  let depth = 1
  for (let at = from; at < script.length; at += 1) {
    if (script[at] === '\\') at += 1
    else if (script[at] === '(') depth += 1
    else if (script[at] === ')') depth -= 1
    if (depth === 0) return at + 1
  }
  return script.length
}

/** Whether a whole script file may set the variable: here it is better to say so once too often. */
export function maySet(script: string, name: string): boolean {
  return new RegExp(
    `(?:^|[\\s;&|({"'])${name}\\+?=|\\bread\\b[^\\n]*\\b${name}\\b|\\bfor\\s+${name}\\b|\\$\\{${name}:?=`,
    'm',
  ).test(script)
}

/** Whether a script may expand what it is given as an argument once more. */
export function expandsAgain(script: string): boolean {
  return /\beval\b|\benvsubst\b|\s-[a-z]*c\b|\bxargs\b|\bsu\b|\brunuser\b|\bssh\b/.test(script)
}
