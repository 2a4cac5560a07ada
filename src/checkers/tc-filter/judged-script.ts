import type {ScriptCommand} from '../../facts/tc-scripts/script.js'
import type {FoundScript} from '../../facts/tc-scripts.js'
import {type Judged, judgeScript} from '../../models/tc-scripts/judge.js'
import {parseCommand, startWith} from '../../models/tc-scripts/tables.js'
import {emptyState} from '../../models/traffic-control/state.js'
import type {ParsedTc} from '../../models/traffic-control/types.js'

/** A command of a script, and what the kernel answers to it. */
export interface JudgedCommand {
  readonly command: ScriptCommand
  readonly parsed: ParsedTc
  /** With nothing configured before. */
  readonly fresh: Judged
  /** It is refused whatever was configured before. */
  readonly refusedAnyway: boolean
}

export interface JudgedScript {
  readonly script: FoundScript
  readonly judged: readonly Judged[]
  readonly commands: readonly JudgedCommand[]
}

/** Asks the model twice: for a host without any traffic control, and for one of which nothing is known. */
export function judgedScript(script: FoundScript): JudgedScript {
  const judged = judgeScript(script, startWith([]))
  const anyhow = judgeScript(
    script,
    startWith([], () => emptyState({unknown: 'what was configured before is not known'})),
  )
  const commands = judged.map((fresh, at) => ({
    command: fresh.command,
    parsed: parseCommand(fresh.command),
    fresh,
    refusedAnyway: anyhow[at]?.admission.verdict === 'rejected' && anyhow[at]?.run !== 'never',
  }))
  return {script, judged, commands}
}

/** As it is run; what only the run tells as it is written. */
export function commandText({words}: ScriptCommand): string {
  return ['tc', ...words.map(({word}) => (typeof word === 'string' ? word : word.unknown))].join(' ')
}

export function placeOf({path, line}: ScriptCommand): string {
  return `${path}:${line}`
}
