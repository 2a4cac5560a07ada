import {type Finding, severities} from '../model/finding.js'

/** Worst first; a cause before its symptoms, which follow it directly; then by id and subject. */
export function orderFindings(findings: readonly Finding[]): Finding[] {
  const sorted = [...findings].sort(
    (a, b) =>
      severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
      compare(a.id, b.id) ||
      compare(a.subject.name, b.subject.name),
  )
  const symptoms = new Map<string, Finding[]>()
  for (const finding of sorted) {
    if (!finding.causedBy) continue
    const key = keyOf(finding.causedBy)
    const list = symptoms.get(key)
    if (list) list.push(finding)
    else symptoms.set(key, [finding])
  }
  const causes = new Map(sorted.toReversed().map((finding) => [keyOf(finding), finding]))
  const ordered: Finding[] = []
  const placed = new Set<Finding>()
  const place = (finding: Finding): void => {
    if (placed.has(finding)) return
    placed.add(finding)
    ordered.push(finding)
    for (const symptom of symptoms.get(keyOf(finding)) ?? []) place(symptom)
  }
  // A cause is as urgent as its worst symptom, so it is placed where that symptom would be.
  for (const finding of sorted) place(rootCause(finding, causes))
  for (const finding of sorted) place(finding)
  return ordered
}

function rootCause(finding: Finding, causes: ReadonlyMap<string, Finding>): Finding {
  let cause = finding
  for (const seen = new Set<Finding>(); cause.causedBy && !seen.has(cause); ) {
    seen.add(cause)
    cause = causes.get(keyOf(cause.causedBy)) ?? cause
  }
  return cause
}

function keyOf({id, subject}: Pick<Finding, 'id' | 'subject'>): string {
  return `${id}\0${subject.kind}\0${subject.name}`
}

/** By code unit, so that the order is the same in every locale. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
