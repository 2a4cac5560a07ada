import type {Acceptance, Finding} from '../model/finding.js'

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

/** Marks accepted findings. An expired entry accepts nothing, and is said to have. `now` is ISO 8601. */
export function accept(findings: readonly Finding[], accepted: readonly AcceptedFinding[], now: string): Finding[] {
  const today = now.slice(0, 10)
  return findings.map((finding) => {
    const entries = accepted.filter(
      ({id, subject}) => id === finding.id && (subject === undefined || subject === finding.subject.name),
    )
    const valid = entries.find(({until}) => until >= today)
    if (valid) return {...finding, accepted: acceptance(valid)}
    const [expired] = entries
    return expired ? {...finding, acceptanceExpired: acceptance(expired)} : finding
  })
}

function acceptance({reason, until}: AcceptedFinding): Acceptance {
  return {reason, until}
}
