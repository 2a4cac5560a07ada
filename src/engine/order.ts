import {type Finding, severities} from '../model/finding.js'

/** Worst first; a cause before its symptoms, which follow it directly; then by id and subject. */
export function orderFindings(findings: readonly Finding[]): Finding[] {
  const sorted = [...findings].sort(
    (a, b) =>
      severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
      compare(a.id, b.id) ||
      compare(a.subject.name, b.subject.name),
  )
  const symptoms = (cause: Finding) =>
    sorted.filter(
      (finding) =>
        finding.causedBy?.id === cause.id &&
        finding.causedBy.subject.kind === cause.subject.kind &&
        finding.causedBy.subject.name === cause.subject.name,
    )
  const ordered: Finding[] = []
  const placed = new Set<Finding>()
  const place = (finding: Finding): void => {
    if (placed.has(finding)) return
    placed.add(finding)
    ordered.push(finding)
    for (const symptom of symptoms(finding)) place(symptom)
  }
  // A cause is as urgent as its worst symptom, so it is placed where that symptom would be.
  for (const finding of sorted) place(rootCause(finding, sorted))
  for (const finding of sorted) place(finding)
  return ordered
}

function rootCause(finding: Finding, all: readonly Finding[]): Finding {
  let cause = finding
  for (const seen = new Set<Finding>(); cause.causedBy && !seen.has(cause); ) {
    seen.add(cause)
    const {id, subject} = cause.causedBy
    cause =
      all.find(
        (other) => other.id === id && other.subject.kind === subject.kind && other.subject.name === subject.name,
      ) ?? cause
  }
  return cause
}

/** By code unit, so that the order is the same in every locale. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
