import type {PredictedCommand, Reference, Word} from '../../models/systemd/exec/prediction.js'
import type {Reader} from './command.js'
import type {Rule} from './rules.js'

/** One thing that is wrong about one variable in one word of a command. */
export interface Trouble {
  readonly rule: Rule
  /** See severityOf(). 0: it is quite likely meant so. */
  readonly level: number
  /** It is less than it would be if somebody needed the unit. */
  readonly lowered?: boolean
  /** As systemd reads it. */
  readonly name: string
  readonly reference: Reference
  readonly command: PredictedCommand
  readonly word: Word
  readonly reader: Reader
}

/** It cannot be told, and would be trouble if the variable was not set. */
export interface Doubt {
  readonly name: string
  readonly reader: Reader
  readonly about: 'variable' | 'program'
}
