import type {Finding} from '../../model/finding.js'
import type {Report} from '../../model/report.js'
import {visible} from '../../output/escape.js'
import type {Terminal} from '../../output/terminal.js'
import {wrap} from '../../output/wrap.js'
import {acceptedLine, findingBlock, findingLine} from './finding.js'
import {createStyle, plural, type Style} from './style.js'
import {otherResultLines, type SourceKind, unknownLines} from './unknowns.js'

export interface TextOptions {
  readonly terminal: Terminal
  readonly verbose: boolean
  /** Further lines for the header of a verbose report. */
  readonly about?: readonly string[]
}

/** The report for a person. Everything that came from the host is made visible; ends in a newline. */
export function renderText(report: Report, {terminal, verbose, about = []}: TextOptions): string {
  const style = createStyle(terminal, verbose)
  const shown = report.findings.filter((finding) => !finding.accepted && (verbose || !finding.quiet))
  const heads = headsOf(shown)
  const blocks = heads.filter((finding) => isBlock(finding, shown, style))
  const lines = heads.filter((finding) => !blocks.includes(finding))
  const accepted = report.findings.filter((finding) => finding.accepted)

  const parts = [
    headerLines(report, about, style),
    ...blocks.map((finding) => findingBlock(finding, symptomsOf(finding, shown), style)),
    lines.flatMap((finding) => findingLine(finding, style)),
    accepted.flatMap((finding) => acceptedLine(finding, style)),
    unknownLines(report.checkers, kindOf(report.host), style),
    otherResultLines(report.checkers, style),
    footerLines(report, blocks[0], style),
  ]
  return `${parts
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n')}\n`
}

/** A notice is a line, unless something graver follows from it. One of those that are told on request only always is. */
function isBlock(finding: Finding, shown: readonly Finding[], style: Style): boolean {
  if (finding.quiet) return false
  return style.verbose || finding.severity !== 'notice' || symptomsOf(finding, shown).length > 0
}

/** Findings that are not told under their cause. Findings that cause each other are all told. */
function headsOf(shown: readonly Finding[]): Finding[] {
  const causes = shown.filter((finding) => causeOf(finding, shown) === undefined)
  const told = new Set(causes.flatMap((cause) => [cause, ...symptomsOf(cause, shown)]))
  return shown.filter((finding) => causes.includes(finding) || !told.has(finding))
}

function causeOf(finding: Finding, all: readonly Finding[]): Finding | undefined {
  const {causedBy} = finding
  if (!causedBy) return undefined
  return all.find((other) => other !== finding && refersTo(causedBy, other))
}

/** All symptoms below a finding, also those of its symptoms. */
function symptomsOf(cause: Finding, all: readonly Finding[]): Finding[] {
  const found = new Set<Finding>()
  const visit = (current: Finding): void => {
    for (const finding of all) {
      if (finding === cause || found.has(finding) || !finding.causedBy || !refersTo(finding.causedBy, current)) continue
      found.add(finding)
      visit(finding)
    }
  }
  visit(cause)
  return [...found]
}

function refersTo(reference: NonNullable<Finding['causedBy']>, finding: Finding): boolean {
  const {id, subject} = reference
  return id === finding.id && subject.kind === finding.subject.kind && subject.name === finding.subject.name
}

function headerLines({tool, host}: Report, about: readonly string[], style: Style): string[] {
  const name = host.hostname === '' ? 'a host without a name' : visible(host.hostname)
  const details = [visible(host.os), ...(host.kernel === '' ? [] : [`kernel ${visible(host.kernel)}`])].filter(
    (part) => part !== '',
  )
  const lines = [
    `${tool.name} ${tool.version}: ${[name, ...details].join(', ')}`,
    ...readFrom(host),
    ...about.map((line) => visible(line)),
  ]
  return lines.flatMap((line) => wrap(line, style.width)).map((line) => style.dim(line))
}

function kindOf({source, mounted}: Report['host']): SourceKind {
  return mounted ? 'mounted' : source === 'live' ? 'live' : 'recorded'
}

function readFrom(host: Report['host']): string[] {
  const source = visible(host.source)
  switch (kindOf(host)) {
    case 'live':
      return []
    case 'mounted':
      return [`root file system at ${source}, read ${visible(host.collectedAt)}`]
    case 'recorded':
      return [`recorded ${visible(host.collectedAt)}, read from ${source}`]
  }
}

/** The last lines: where to read on, and the count of everything. */
function footerLines({checkers, summary: all, findings}: Report, first: Finding | undefined, style: Style): string[] {
  const hidden = style.verbose ? 0 : findings.filter(({quiet, accepted}) => quiet && !accepted).length
  const summary = {...all, notice: all.notice - hidden}
  const paint = style.severity[gravest(checkers, summary)]
  const more = hidden > 0 ? ` (${plural(hidden, 'more notice', 'more notices')} with --verbose)` : ''
  const text = `${countFindings(summary)}${more}. Checkers: ${countCheckers(checkers)}.`
  return [
    ...(first ? [style.dim(`More on a finding: netdoctor explain ${first.id}`)] : []),
    ...wrap(text, style.width).map((line) => paint(line)),
  ]
}

function countFindings({error, warning, notice, accepted}: Report['summary']): string {
  const counts = [
    ...(error > 0 ? [plural(error, 'error')] : []),
    ...(warning > 0 ? [plural(warning, 'warning')] : []),
    ...(notice > 0 ? [plural(notice, 'notice')] : []),
    ...(accepted > 0 ? [`${accepted} accepted`] : []),
  ]
  return counts.length > 0 ? counts.join(', ') : 'No findings'
}

/** A checker with findings and with gaps is counted as both. */
function countCheckers(checkers: Report['checkers']): string {
  const count = (status: string): number => checkers.filter((checker) => checker.status === status).length
  const [found, broken] = [count('findings'), count('error')]
  return [
    ...(found > 0 ? [`${found} with findings`] : []),
    `${count('ok')} ok`,
    `${count('skipped')} skipped`,
    `${checkers.filter(isUnknown).length} unknown`,
    ...(broken > 0 ? [`${broken} broken`] : []),
  ].join(', ')
}

function gravest(checkers: Report['checkers'], summary: Report['summary']): keyof Style['severity'] {
  if (summary.error > 0 || checkers.some(({status}) => status === 'error')) return 'error'
  if (summary.warning > 0) return 'warning'
  if (checkers.some(isUnknown)) return 'unknown'
  return summary.notice > 0 ? 'notice' : 'ok'
}

function isUnknown({status, missing}: Report['checkers'][number]): boolean {
  return status === 'unknown' || (missing?.length ?? 0) > 0
}
