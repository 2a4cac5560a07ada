import type {Finding} from './finding.js'
import type {MissingReason} from './missing.js'

export const REPORT_SCHEMA_VERSION = 1

export type CheckerStatus = 'ok' | 'findings' | 'skipped' | 'unknown' | 'error'

export interface CheckerResult {
  readonly id: string
  readonly status: CheckerStatus
  /** Why it was skipped, or what broke. */
  readonly reason?: string
  /** What could not be known; may stand beside findings. */
  readonly missing?: readonly {readonly input: string; readonly reason: MissingReason; readonly detail: string}[]
  readonly durationMs: number
}

export interface HostInfo {
  readonly hostname: string
  /** PRETTY_NAME of os-release. */
  readonly os: string
  /** Release of the running kernel, as `uname -r` prints it. */
  readonly kernel: string
  /** `live`, or where the recorded host or the mounted root file system lies. */
  readonly source: string
  readonly mounted?: true
  /** ISO 8601, UTC. */
  readonly collectedAt: string
}

/** The JSON report. `schema/report.schema.json` says the same to other programs. */
export interface Report {
  readonly schemaVersion: typeof REPORT_SCHEMA_VERSION
  readonly tool: {readonly name: string; readonly version: string}
  readonly host: HostInfo
  readonly checkers: readonly CheckerResult[]
  readonly findings: readonly Finding[]
  readonly summary: {
    readonly error: number
    readonly warning: number
    readonly notice: number
    readonly accepted: number
  }
  readonly exitCode: number
}
