import type {Missing} from '../model/missing.js'
import type {Collected, Raw, Tree} from './collected.js'
import type {NamedFilesSpec, Spec, TreeSpec} from './spec-types.js'
import type {InputName, specs} from './specs.js'

/** What a spec of kind S yields: a tree for trees, text for all others. */
export type CollectedFor<S extends Spec> = (S extends TreeSpec | NamedFilesSpec ? Tree : Raw) | Missing
export type InputValue<Name extends InputName> = CollectedFor<(typeof specs)[Name]>

/** Where raw inputs come from. Never throws for a missing input: that is a value. */
export interface Source {
  /** `live`, or the path of what is read instead. For `host.source` of the report. */
  readonly label: string
  /** It is a mounted root file system: nothing of a running system belongs to it. */
  readonly mounted?: true
  /** When the inputs were read; for a recorded host the moment of the recording. ISO 8601. */
  readonly collectedAt: string
  collect(name: InputName): Promise<Collected>
}
