import type {Container} from '../../facts/containers.js'
import {type Confidence, type Evidence, type Remediation, type Severity, severities} from '../../model/finding.js'
import type {MissingReason} from '../../model/missing.js'
import type {Rule} from './rules.js'

/** One thing that goes, or can go, wrong because a container shares a UID. */
export interface Hazard {
  readonly rule: Rule
  readonly container: Container
  readonly severity: Severity
  readonly confidence: Confidence
  /** One line that makes sense alone: the summary of a finding, or a line below a graver one. */
  readonly summary: string
  /** The same of several containers of one image, by what to call them. */
  readonly replicas?: (names: string) => string
  readonly why: string
  readonly evidence: readonly Evidence[]
  readonly remediation: readonly Remediation[]
}

/** Something about one container that could not be seen, and on which a verdict hangs. */
export interface Unseen {
  readonly container: Container
  readonly unseen:
    | 'IPC namespace'
    | 'PID namespace'
    | 'mounted host paths'
    | 'owner of a mounted host path'
    | 'ID map of a mounted host path'
  readonly input: string
  readonly reason: MissingReason
}

/** Most specific first: of two equally grave hazards the first one names the finding. */
const order: readonly Rule[] = [
  'shared-task-limit',
  'shared-signal',
  'shared-ipc-removal',
  'shared-host-path',
  'shared-uid',
]

export function gravestFirst(hazards: readonly Hazard[]): Hazard[] {
  return [...hazards].sort(
    (a, b) =>
      severities.indexOf(a.severity) - severities.indexOf(b.severity) || order.indexOf(a.rule) - order.indexOf(b.rule),
  )
}
