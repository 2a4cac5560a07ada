import type {Evidence, Finding} from '../../model/finding.js'
import {visible, visibleLines} from '../../output/escape.js'
import {wrap} from '../../output/wrap.js'
import {remedyLines} from './remedy.js'
import type {Style} from './style.js'

/** Width of the column in which severities and names of sections stand. */
const LABEL_WIDTH = 9
export const INDENT = ' '.repeat(LABEL_WIDTH)
/** Enough to recognise the line; --verbose shows all. */
const EXCERPT_LINES = 3
const EVIDENCE_ITEMS = 4

/** A finding in full: headline, why, what was seen, its symptoms, what to do. */
export function findingBlock(finding: Finding, symptoms: readonly Finding[], style: Style): string[] {
  return [
    ...headline(finding.severity.toUpperCase(), visible(finding.summary), style.severity[finding.severity], style),
    ...wrap(aboutLine(finding), style.width, INDENT).map((line) => style.dim(line)),
    ...expiredLines(finding, style),
    ...section('why', wrap(visible(finding.why, 1000), style.width, INDENT), style),
    ...section('seen', evidenceLines(finding.evidence, style), style),
    ...section(
      'causes',
      symptoms.flatMap((symptom) => symptomLines(symptom, style)),
      style,
    ),
    ...section('do', remedyLines(finding.remediation, style, INDENT), style),
  ]
}

/** A finding that needs no action today: one line, and its ID to look it up. */
export function findingLine(finding: Finding, style: Style): string[] {
  const text = wrap(`${visible(finding.summary)} (${finding.id})`, style.width, INDENT)
  return [...labelled(finding.severity, text, style.severity[finding.severity]), ...expiredLines(finding, style)]
}

export function acceptedLine(finding: Finding, style: Style): string[] {
  const {reason = '', until = ''} = finding.accepted ?? {}
  const text = `${visible(finding.summary)} (${finding.id}; until ${visible(until)}: ${visible(reason)})`
  return labelled('accepted', wrap(text, style.width, INDENT), style.dim)
}

/** A label and a text that stands out. */
export function headline(label: string, text: string, paint: (text: string) => string, style: Style): string[] {
  const [first = '', ...more] = wrap(text, style.width, INDENT, '')
  return [`${paint(label.padEnd(LABEL_WIDTH))}${style.bold(first)}`, ...more.map((line) => style.bold(line))]
}

/** Puts a label into the margin of the first line. */
export function labelled(label: string, lines: readonly string[], paint: (text: string) => string): string[] {
  const head = paint(label.padEnd(LABEL_WIDTH))
  return lines.map((line, index) => (index === 0 ? `${head}${line.slice(LABEL_WIDTH)}` : line))
}

function section(name: string, lines: readonly string[], style: Style): string[] {
  return labelled(`  ${name}`, lines, style.dim)
}

function aboutLine(finding: Finding): string {
  const sureness = finding.confidence === 'certain' ? '' : `, ${finding.confidence}`
  return `${finding.id}${sureness}`
}

function expiredLines(finding: Finding, style: Style): string[] {
  if (!finding.acceptanceExpired) return []
  const {reason, until} = finding.acceptanceExpired
  const text = `was accepted until ${visible(until)}, which is past: ${visible(reason)}`
  return wrap(text, style.width, INDENT).map((line) => style.severity.warning(line))
}

function symptomLines(symptom: Finding, style: Style): string[] {
  const {severity, summary, id} = symptom
  const text = `${severity}: ${visible(summary)} (${id})`
  return wrap(text, style.width, `${INDENT}  `, INDENT).map((line, index) =>
    index === 0 ? line.replace(severity, style.severity[severity](severity)) : line,
  )
}

function evidenceLines(evidence: readonly Evidence[], style: Style): string[] {
  const shown = style.verbose ? evidence : evidence.slice(0, EVIDENCE_ITEMS)
  const rest = evidence.length - shown.length
  return [
    ...shown.flatMap((item) => oneEvidence(item, style)),
    ...(rest > 0 ? [`${INDENT}${style.dim(`and ${rest} more (--verbose)`)}`] : []),
  ]
}

function oneEvidence({source, excerpt}: Evidence, style: Style): string[] {
  const all = visibleLines(excerpt)
  const [only = ''] = all
  const place = visible(source)
  if (all.length === 1 && INDENT.length + place.length + 2 + only.length <= style.width) {
    return [`${INDENT}${style.dim(`${place}:`)} ${only}`]
  }
  const shown = style.verbose ? all : all.slice(0, EXCERPT_LINES)
  const rest = all.length - shown.length
  return [
    `${INDENT}${style.dim(`${place}:`)}`,
    ...shown.flatMap((line) => wrap(line, style.width, `${INDENT}  `)),
    ...(rest > 0 ? [`${INDENT}  ${style.dim(`and ${rest} more lines (--verbose)`)}`] : []),
  ]
}
