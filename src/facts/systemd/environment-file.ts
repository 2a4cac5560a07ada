import {isValidValue, shownName, VARIABLE_NAME} from './environment-line.js'

export interface FileAssignment {
  readonly name: string
  readonly value: string
  /** On which the name stands, from 1. */
  readonly line: number
}

export interface IgnoredLine {
  readonly name: string
  readonly line: number
  readonly why: string
}

export interface CommentedAssignment {
  readonly name: string
  readonly line: number
  /** The comment as it stands, a value included. */
  readonly text: string
}

export interface ParsedEnvironmentFile {
  /** Why systemd takes nothing of the file; null: it does. */
  readonly error: string | null
  /** Those that count, each name once. */
  readonly assignments: readonly FileAssignment[]
  readonly ignored: readonly IgnoredLine[]
  readonly commented: readonly CommentedAssignment[]
}

export interface EnvironmentFileContext {
  readonly version: number
  /** The text has U+FFFD where the file has bytes that are no UTF-8. */
  readonly invalidUtf8: boolean
}

/** Parses a file of EnvironmentFile= as parse_env_file_internal() of src/basic/env-file.c does (systemd.exec(5)). */
export function parseEnvironmentFile(text: string, context: EnvironmentFileContext): ParsedEnvironmentFile {
  const byKey = new Map<string, FileAssignment>()
  const ignored: IgnoredLine[] = []
  const nul = text.indexOf('\0')
  // Before 240 it ended what was read of the file.
  let error = nul >= 0 && context.version >= 240 ? 'Bad message' : null
  const {pairs, comments} = readPairs(nul >= 0 ? text.slice(0, nul) : text, context.version)
  for (const {key, value, line} of pairs) {
    const lossy = context.invalidUtf8 && `${key}${value}`.includes('\uFFFD')
    if (value !== null && lossy) error = 'Invalid argument'
    const why =
      value === null ? (/^(export\s+)?\w+$/.test(key) ? 'no =' : null) : whyIgnored(key, value, context.version)
    // strv_env_replace(): the last assignment of a name takes the place of the others, even if it is then thrown out.
    if (value !== null) byKey.delete(key)
    if (value !== null && why === null) byKey.set(key, {name: key, value, line})
    else if (why !== null) {
      const shown = shownName(key.replace(/^\uFEFF/, ''), value !== null || /^export\s/.test(key))
      ignored.push({name: shown, line, why})
    }
  }
  const commented: CommentedAssignment[] = []
  for (const comment of comments) {
    const [first = '', ...swallowed] = comment.text.split(/\r?\n/)
    const name = nameInComment(first)
    if (name !== null) commented.push({name, line: comment.line, text: first})
    for (const [index, row] of swallowed.entries()) {
      const taken = /^\s*([A-Za-z_]\w*)\s*=/.exec(row)?.[1]
      const line = comment.line + index + 1
      const why = 'it belongs to the comment above, which ends in a backslash'
      if (taken !== undefined) ignored.push({name: taken, line, why})
    }
  }
  ignored.sort((a, b) => a.line - b.line)
  const assignments = error === null ? [...byKey.values()] : []
  return {error, assignments, ignored, commented}
}

/** `#NAME=value`, `# export NAME=value`; null: prose. */
function nameInComment(comment: string): string | null {
  return /^\s*[#;][#;\s]*(?:export\s+)?([A-Za-z_]\w*)=/.exec(comment)?.[1] ?? null
}

function whyIgnored(key: string, value: string, version: number): string | null {
  if (VARIABLE_NAME.test(key)) {
    return isValidValue(value, version) ? null : 'its value has characters that no value may have'
  }
  if (key.startsWith('\uFEFF')) return 'a byte order mark stands before the name'
  if (/^export\s/.test(key)) return '"export" belongs to shells: systemd takes "export NAME" for the name'
  if (key.endsWith('+')) return '"+=" belongs to shells: systemd takes "NAME+" for the name'
  return 'it is no valid name of a variable'
}

interface Pair {
  readonly key: string
  /** null: a line without `=`. */
  readonly value: string | null
  readonly line: number
}

interface Comment {
  readonly text: string
  readonly line: number
}

type State =
  | 'before-key'
  | 'key'
  | 'before-value'
  | 'value'
  | 'value-escape'
  | 'single'
  | 'single-escape'
  | 'double'
  | 'double-escape'
  | 'comment'
  | 'comment-escape'

function readPairs(text: string, version: number): {pairs: Pair[]; comments: Comment[]} {
  const pairs: Pair[] = []
  const comments: Comment[] = []
  let state: State = 'before-key'
  let key = ''
  let value = ''
  let start = 0
  let keyLine = 1
  let line = 1
  /** Length of what is kept if nothing but white space follows. */
  let kept = 0
  const push = (): void => {
    pairs.push({key: trimEnd(key), value, line: keyLine})
    state = 'before-key'
  }
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at)
    const newline = char === '\n' || char === '\r'
    switch (state) {
      case 'before-key':
        if (char === '#' || char === ';') {
          state = 'comment'
          start = at
          keyLine = line
        } else if (!isBlank(char)) {
          state = 'key'
          start = at
          keyLine = line
        }
        break
      case 'key':
        if (newline) {
          pairs.push({key: trimEnd(text.slice(start, at)), value: null, line: keyLine})
          state = 'before-key'
        } else if (char === '=') {
          key = text.slice(start, at)
          value = ''
          kept = 0
          state = 'before-value'
        }
        break
      case 'before-value':
        if (newline) push()
        else if (char === "'") state = 'single'
        else if (char === '"') state = 'double'
        else if (char === '\\') state = 'value-escape'
        else if (!isBlank(char)) {
          state = 'value'
          value += char
          kept = value.length
        }
        break
      case 'value':
        if (newline) {
          value = value.slice(0, kept)
          push()
        } else if (char === '\\') {
          state = 'value-escape'
          kept = value.length
        } else {
          value += char
          if (!isBlank(char)) kept = value.length
        }
        break
      case 'value-escape':
        state = 'value'
        if (!newline) value += char
        kept = value.length
        break
      case 'single':
        if (char === "'") state = 'before-value'
        else if (char === '\\' && version < 241) state = 'single-escape'
        else value += char
        break
      case 'single-escape':
        state = 'single'
        if (!newline) value += char
        break
      case 'double':
        if (char === '"') state = 'before-value'
        else if (char === '\\') state = 'double-escape'
        else value += char
        break
      case 'double-escape':
        state = 'double'
        value += inDoubleQuotes(char, version)
        break
      case 'comment':
        if (char === '\\') state = 'comment-escape'
        else if (newline) {
          comments.push({text: text.slice(start, at), line: keyLine})
          state = 'before-key'
        }
        break
      case 'comment-escape':
        // Since 254 a backslash at the end of a comment no longer takes the next line into it.
        if (newline && version >= 254) {
          comments.push({text: text.slice(start, at), line: keyLine})
          state = 'before-key'
        } else state = 'comment'
        break
    }
    if (char === '\n') line += 1
  }
  if (state === 'comment' || state === 'comment-escape') comments.push({text: text.slice(start), line: keyLine})
  else if (state === 'key') pairs.push({key: trimEnd(text.slice(start)), value: null, line: keyLine})
  else if (state !== 'before-key') {
    if (state === 'value') value = value.slice(0, kept)
    push()
  }
  return {pairs, comments}
}

/** What a backslash and this character mean between double quotes. */
function inDoubleQuotes(char: string, version: number): string {
  if (version >= 247) return char === '\n' ? '' : '"\\`$'.includes(char) ? char : `\\${char}`
  if (char === '\n' || char === '\r') return ''
  return version < 241 || char === '"' ? char : `\\${char}`
}

function isBlank(char: string): boolean {
  return char === ' ' || char === '\t' || char === '\n' || char === '\r'
}

function trimEnd(key: string): string {
  let end = key.length
  while (end > 0 && isBlank(key.charAt(end - 1))) end -= 1
  return key.slice(0, end)
}
