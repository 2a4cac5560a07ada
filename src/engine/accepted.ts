import type {Finding} from '../model/finding.js'

/** One entry of an `--accepted` file. */
export interface AcceptedFinding {
  /** `<checker>/<rule>` */
  readonly id: string
  /** Name of the subject; without it every subject of that rule. */
  readonly subject?: string
  readonly reason: string
  /** ISO date, the last day on which it is accepted. */
  readonly until: string
}

/** Marks accepted findings. An expired entry accepts nothing. `now` is ISO 8601. */
export function accept(findings: readonly Finding[], accepted: readonly AcceptedFinding[], now: string): Finding[] {
  const today = now.slice(0, 10)
  return findings.map((finding) => {
    const entry = accepted.find(
      ({id, subject, until}) =>
        id === finding.id && until >= today && (subject === undefined || subject === finding.subject.name),
    )
    return entry ? {...finding, accepted: {reason: entry.reason, until: entry.until}} : finding
  })
}
