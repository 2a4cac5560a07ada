import {type Finding, type Severity, severities} from '../model/finding.js'
import type {CheckerResult} from '../model/report.js'

export const exitCodes = {
  clean: 0,
  findings: 1,
  usage: 2,
  /** Nothing at or above `--fail-on`, but something asked for could not be known. */
  unknown: 3,
  bug: 70,
  interrupted: 130,
  /** SIGTERM, as a shell would report it. */
  terminated: 143,
} as const

/** Is `severity` as grave as `threshold`, or graver? */
export function atLeastAsGrave(severity: Severity, threshold: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(threshold)
}

export function exitCodeOf(
  findings: readonly Pick<Finding, 'severity' | 'accepted'>[],
  checkers: readonly Pick<CheckerResult, 'status' | 'missing'>[],
  failOn: Severity,
): number {
  if (checkers.some((checker) => checker.status === 'error')) return exitCodes.bug
  if (findings.some((finding) => !finding.accepted && atLeastAsGrave(finding.severity, failOn)))
    return exitCodes.findings
  if (checkers.some((checker) => (checker.missing?.length ?? 0) > 0)) return exitCodes.unknown
  return exitCodes.clean
}
