import {ShellSource} from '../../../facts/shell/source.js'
import type {Edit, TextOf} from './edits.js'

/** Texts with edits made in them, by path; no two edits may overlap. */
export function applyEdits(edits: readonly Edit[], textOf: TextOf): Map<string, string> {
  const texts = new Map<string, {parts: string[]; from: number; old: string}>()
  for (const {span, text} of [...edits].sort((a, b) => a.span.pos - b.span.pos)) {
    const known = texts.get(span.path) ?? {parts: [], from: 0, old: textOf(span.path) ?? ''}
    texts.set(span.path, known)
    known.parts.push(known.old.slice(known.from, span.pos), text)
    known.from = span.end
  }
  return new Map([...texts].map(([path, {parts, from, old}]) => [path, [...parts, old.slice(from)].join('')]))
}

/** Line numbers of edits, from 1. */
export function lineFinder(textOf: TextOf): (edit: Edit) => number {
  const sources = new Map<string, ShellSource>()
  return ({span: {path, pos}}) => {
    const source = sources.get(path) ?? new ShellSource(path, textOf(path) ?? '')
    sources.set(path, source)
    return source.lineAt(pos)
  }
}
