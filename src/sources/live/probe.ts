import type {Missing} from '../../model/missing.js'
import type {Collected, Raw} from '../collected.js'
import type {InputName} from '../specs.js'

/** What a probe may use. */
export interface ProbeContext {
  /** Deadline of this input, in ms from its start. A probe answers by then, if only with `timeout`. */
  readonly timeoutMs: number
  /** Other inputs of the same run, each collected once. */
  collect(name: InputName): Promise<Collected>
}

/** Reads one `probe` input from the live host. Never throws for what the host does or lacks. */
export type Probe = (context: ProbeContext) => Promise<Raw | Missing>
