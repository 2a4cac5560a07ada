import type {Evidence, FindingDraft, Severity, Subject} from '../../model/finding.js'
import type {Place} from '../../models/systemd/exec/prediction.js'
import type {Rule} from './rules.js'

export type Draft = FindingDraft<Rule>

export function subjectOf(unit: string): Subject {
  return {kind: unit.endsWith('.service') ? 'service' : 'unit', name: unit}
}

/** How much it matters: 3 and more is an error, 2 a warning, 1 a notice, less is told only to who asks for all. */
export function severityOf(level: number): Severity {
  return level >= 3 ? 'error' : level === 2 ? 'warning' : 'notice'
}

export function placeText({path, line}: Place): string {
  return line === null ? path : `${path}:${line}`
}

/** Longest piece of a command line that is quoted. */
const LONGEST = 160

/** A word, shortened around what it is about. */
export function excerpt(text: string, about: string): string {
  if (text.length <= LONGEST) return text
  const at = Math.max(0, text.indexOf(about) - LONGEST / 2)
  const piece = text.slice(at, at + LONGEST)
  return `${at > 0 ? '…' : ''}${piece}${at + LONGEST < text.length ? '…' : ''}`
}

/** Evidence of one source in one item, in the order in which the sources came. */
export function bySource(all: readonly Evidence[]): Evidence[] {
  const lines = new Map<string, Set<string>>()
  for (const {source, excerpt: line} of all) {
    const found = lines.get(source) ?? new Set()
    lines.set(source, found.add(line))
  }
  return [...lines].map(([source, found]) => ({source, excerpt: [...found].join('\n')}))
}
