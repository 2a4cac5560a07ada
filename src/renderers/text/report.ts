import type {Finding} from '../../model/finding.js'
import type {Report} from '../../model/report.js'
import {visible} from '../../output/escape.js'
import type {Terminal} from '../../output/terminal.js'
import {wrap} from '../../output/wrap.js'
import {acceptedLine, findingBlock, findingLine} from './finding.js'
import {createStyle, plural, type Style} from './style.js'
import {otherResultLines, unknownLines} from './unknowns.js'

export interface TextOptions {
  readonly terminal: Terminal
  readonly verbose: boolean
  /** Further lines for the header of a verbose report. */
  readonly about?: readonly string[]
}

/** The report for a person. Everything that came from the host is made visible; ends in a newline. */
export function renderText(report: Report, {terminal, verbose, about = []}: TextOptions): string {
  const style = createStyle(terminal, verbose)
  const shown = report.findings.filter((finding) => !finding.accepted)
  const heads = headsOf(shown)
  const blocks = heads.filter((finding) => isBlock(finding, shown, style))
  const lines = heads.filter((finding) => !blocks.includes(finding))
  const accepted = report.findings.filter((finding) => finding.accepted)

  const parts = [
    headerLines(report, about, style),
    ...blocks.map((finding) => findingBlock(finding, symptomsOf(finding, shown), style)),
    lines.flatMap((finding) => findingLine(finding, style)),
    accepted.flatMap((finding) => acceptedLine(finding, style)),
    unknownLines(report.checkers, style),
    otherResultLines(report.checkers, style),
    footerLines(report, blocks[0], style),
  ]
  return `${parts
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n')}\n`
}

/** A notice is a line, unless something graver follows from it. */
function isBlock(finding: Finding, shown: readonly Finding[], style: Style): boolean {
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
  const recorded =
    host.source === 'live' ? [] : [`recorded ${visible(host.collectedAt)}, read from ${visible(host.source)}`]
  const lines = [
    `${tool.name} ${tool.version}: ${[name, ...details].join(', ')}`,
    ...recorded,
    ...about.map((line) => visible(line)),
  ]
  return lines.flatMap((line) => wrap(line, style.width)).map((line) => style.dim(line))
}

/** The last lines: where to read on, and the count of everything. */
function footerLines({checkers, summary}: Report, first: Finding | undefined, style: Style): string[] {
  const count = (status: string): number => checkers.filter((checker) => checker.status === status).length
  const unknown = checkers.filter(({status, missing}) => status === 'unknown' || (missing?.length ?? 0) > 0).length
  const broken = count('error')
  const found = [
    plural(summary.error, 'error'),
    plural(summary.warning, 'warning'),
    plural(summary.notice, 'notice'),
    ...(summary.accepted > 0 ? [`${summary.accepted} accepted`] : []),
  ].join(', ')
  const states = [
    `${count('ok')} ok`,
    `${count('findings')} with findings`,
    `${count('skipped')} skipped`,
    `${unknown} unknown`,
    ...(broken > 0 ? [`${broken} broken`] : []),
  ].join(', ')
  const grave =
    summary.error > 0 || broken > 0
      ? style.severity.error
      : summary.warning > 0
        ? style.severity.warning
        : unknown > 0
          ? style.severity.unknown
          : style.severity.ok
  const [headline = '', ...more] = wrap(`${found}. ${plural(checkers.length, 'checker')}: ${states}.`, style.width)
  return [
    ...(first ? [style.dim(`More on a finding: netdoctor explain ${first.id}`)] : []),
    grave(headline),
    ...more.map((line) => grave(line)),
  ]
}
