import type {Tree} from './collected.js'

interface Setting {
  readonly key: string
  readonly value: string
}

/**
 * `Key=value` of all files, continuation lines joined, whatever section they stand in.
 *
 * @param keys pattern of those that are asked for
 */
export function* settingsOf(trees: readonly Tree[], keys: string): Generator<Setting> {
  const start = new RegExp(`^[^\\S\\n\\r\\u2028\\u2029]*(${keys})[^\\S\\n]*=`, 'gm')
  const cutOff = new RegExp(`^[^\\S\\n\\r\\u2028\\u2029]*(?:${keys})[^\\S\\n]*\\\\$`, 'm')
  const whole = new RegExp(`^(?:${keys})$`)
  for (const entry of trees.flatMap(({entries}) => entries)) {
    if (entry.type !== 'file') continue
    const {text} = entry
    if (cutOff.test(text)) yield* settingsOfLines(text, whole)
    else yield* settingsAt(text, start, whole)
  }
}

/** Finds them without looking at each line: none has its `=` on another line than its key. */
function* settingsAt(text: string, start: RegExp, whole: RegExp): Generator<Setting> {
  start.lastIndex = 0
  let end = 0
  for (let found = start.exec(text); found; found = start.exec(text)) {
    const [, key = ''] = found
    if (isContinuation(text, end, found.index)) {
      yield* settingsOfLines(text, whole)
      return
    }
    const parts: string[] = []
    end = start.lastIndex - 1
    for (let more = true; more && end < text.length; ) {
      const from = end + 1
      end = text.indexOf('\n', from)
      if (end < 0) end = text.length
      const line = text.slice(from, end)
      if (parts.length > 0 && COMMENT.test(line)) continue
      more = endsEscaped(line)
      parts.push(more ? line.slice(0, -1) : line)
    }
    yield {key, value: parts.join(' ').trim()}
    // What is joined to it is not looked at again.
    start.lastIndex = end
  }
}

/** Does the line that begins at `at` belong to one before it, behind `from`? */
function isContinuation(text: string, from: number, at: number): boolean {
  for (let end = at - 1; end > from; ) {
    const begin = text.lastIndexOf('\n', end - 1) + 1
    const line = text.slice(begin, end)
    if (!COMMENT.test(line)) return endsEscaped(line)
    end = begin - 1
  }
  return false
}

function* settingsOfLines(text: string, keys: RegExp): Generator<Setting> {
  for (const line of logicalLines(text)) {
    const equals = line.indexOf('=')
    const key = equals < 0 ? '' : line.slice(0, equals).trim()
    if (keys.test(key)) yield {key, value: line.slice(equals + 1).trim()}
  }
}

/** Skipped in a continuation too; where an old systemd does not, it breaks the line. */
const COMMENT = /^[ \t\r]*[#;]/

function* logicalLines(text: string): Generator<string> {
  let parts: string[] = []
  for (const line of text.split('\n')) {
    if (COMMENT.test(line)) continue
    if (endsEscaped(line)) {
      parts.push(line.slice(0, -1))
      continue
    }
    parts.push(line)
    yield parts.length === 1 ? line : parts.join(' ')
    parts = []
  }
  if (parts.length > 0) yield parts.join(' ')
}

/** A backslash that is not itself escaped by the one before it. */
function endsEscaped(line: string): boolean {
  let start = line.length
  while (line[start - 1] === '\\') start -= 1
  return (line.length - start) % 2 === 1
}
