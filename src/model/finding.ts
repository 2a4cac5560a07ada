export const severities = ['error', 'warning', 'notice'] as const
export type Severity = (typeof severities)[number]

export type Confidence = 'certain' | 'likely' | 'possible'

export interface Subject {
  /** What kind of thing it is: `container`, `service`, `account`, `process`, `cgroup`, `file`, `host`. */
  readonly kind: string
  readonly name: string
}

export interface Evidence {
  /** Where it was read: a path, a command line, an API call. */
  readonly source: string
  /** The lines that matter, as they stood there. Untrusted text. */
  readonly excerpt: string
}

/** What to do about one finding. `argv` is a list and never a shell string. */
export interface Remediation {
  readonly title: string
  readonly kind: 'command' | 'edit' | 'manual'
  readonly argv?: readonly string[]
  readonly path?: string
  readonly patch?: string
  /** `disruptive` stops, restarts or denies something that works today. */
  readonly safety: 'safe' | 'disruptive'
  /** Survives a reboot or a re-creation of the container. */
  readonly persistent: boolean
}

/** Names one finding of a report, so that a symptom can point at its cause. */
export interface FindingRef {
  readonly id: string
  readonly subject: Subject
}

/** What a checker says about one subject. The engine adds id, checker, severity and docs. */
export interface FindingDraft<Rule extends string = string> {
  readonly rule: Rule
  readonly subject: Subject
  /** Overrides the severity that the rule declares. */
  readonly severity?: Severity
  readonly confidence: Confidence
  /** One line: what is wrong with this subject. */
  readonly summary: string
  /** The kernel, systemd or runtime rule that decides, in one or two sentences. */
  readonly why: string
  readonly evidence: readonly Evidence[]
  readonly remediation: readonly Remediation[]
  /** The finding this one is a symptom of, if that one is reported too. */
  readonly causedBy?: FindingRef
  /** A notice for who asks for everything: quite likely all is as it is meant to be. Printed with --verbose only. */
  readonly quiet?: true
}

/** A finding that the administrator knows and has accepted until a date. */
export interface Acceptance {
  readonly reason: string
  /** ISO date, the last day on which it is accepted. */
  readonly until: string
}

export interface Finding extends FindingDraft {
  /** `<checker>/<rule>` */
  readonly id: string
  readonly checker: string
  readonly severity: Severity
  /** Where the rule is explained: `netdoctor explain <id>`. */
  readonly docs: string
  readonly accepted?: Acceptance
  /** It was accepted until that day, which is past: it counts again. */
  readonly acceptanceExpired?: Acceptance
}
