import type {AnyChecker} from '../checker.js'
import type {Host} from '../facts/host.js'
import {hostFact} from '../facts/host.js'
import type {Finding, Severity} from '../model/finding.js'
import {REPORT_SCHEMA_VERSION, type Report} from '../model/report.js'
import type {Source} from '../sources/source.js'
import {type AcceptedFinding, accept} from './accepted.js'
import {exitCodeOf} from './exit-code.js'
import {FactResolver} from './fact-resolver.js'
import {orderFindings} from './order.js'
import {runChecker} from './run-checker.js'

export interface CheckOptions {
  readonly failOn: Severity
  /** Is this rule (`<checker>/<rule>`) asked for? */
  readonly wanted: (id: string) => boolean
  readonly accepted: readonly AcceptedFinding[]
  readonly tool: {readonly name: string; readonly version: string}
}

/** Runs checkers on a source and puts their results into one report. */
export async function check(source: Source, checkers: readonly AnyChecker[], options: CheckOptions): Promise<Report> {
  const resolver = new FactResolver(source)
  const context = {collectedAt: source.collectedAt}
  const runs = await Promise.all(
    checkers.map((checker) =>
      runChecker(checker, resolver, context, (rule) => options.wanted(`${checker.id}/${rule}`)),
    ),
  )
  const host = (await resolver.get(hostFact)) as {known: true; value: Host}
  const all = runs.flatMap((run) => run.findings)
  const findings = orderFindings(accept(all.map(withKnownCause(all)), options.accepted, source.collectedAt))
  const results = runs.map((run) => run.result)
  const count = (severity: Severity) =>
    findings.filter((finding) => finding.severity === severity && !finding.accepted).length
  return {
    schemaVersion: REPORT_SCHEMA_VERSION,
    tool: options.tool,
    host: {
      ...host.value,
      source: source.label,
      ...(source.mounted ? {mounted: true} : {}),
      collectedAt: source.collectedAt,
    },
    checkers: results,
    findings,
    summary: {
      error: count('error'),
      warning: count('warning'),
      notice: count('notice'),
      accepted: findings.filter((finding) => finding.accepted).length,
    },
    exitCode: exitCodeOf(findings, results, options.failOn),
  }
}

/** A cause that is not in this report (its checker was not asked for) is not pointed at. */
function withKnownCause(all: readonly Finding[]): (finding: Finding) => Finding {
  const keys = new Set(all.map((finding) => key(finding.id, finding.subject)))
  return (finding) => {
    if (!finding.causedBy || keys.has(key(finding.causedBy.id, finding.causedBy.subject))) return finding
    const {causedBy: _, ...rest} = finding
    return rest
  }
}

function key(id: string, subject: Finding['subject']): string {
  return `${id}\0${subject.kind}\0${subject.name}`
}
