import type {Admission} from '../../../src/models/traffic-control/admission.js'
import {admit} from '../../../src/models/traffic-control/admit.js'
import {parseTc} from '../../../src/models/traffic-control/parse.js'
import type {TcState} from '../../../src/models/traffic-control/state.js'
import type {ParsedTc} from '../../../src/models/traffic-control/types.js'
import type {Step} from './conductor.js'
import {begin, hasUncertainNumbers} from './kernel.js'
import type {Tables} from './observed.js'
import {predictedTables} from './predicted.js'

export interface Comparison {
  readonly accepted: number
  readonly rejected: number
  /** Steps from the first that is undecided on: what comes after depends on it. */
  readonly undecided: number
  /** By reason. */
  readonly reasons: ReadonlyMap<string, number>
  /** null: none. */
  readonly difference: string | null
}

/** What a wrong idea of tc does to a command; the right one does nothing. */
export type Twist = (command: ParsedTc, state: TcState) => readonly ParsedTc[]

/** A model's answers to a sequence, against the real ones, up to the first difference. */
export function compare(steps: readonly Step[], twist: Twist = (command) => [command]): Comparison {
  const count = {accepted: 0, rejected: 0}
  const reasons = new Map<string, number>()
  let state = begin()
  for (const [at, step] of steps.entries()) {
    let admission: Admission | null = null
    for (const command of twist(parseTc(step.argv), state)) {
      const answer = admit(state, command)
      admission = answer.admission
      state = answer.state
    }
    if (admission === null) throw new Error('a command becomes one at least')
    const id = admission.reason?.id ?? 'accepted'
    reasons.set(id, (reasons.get(id) ?? 0) + 1)
    if (admission.verdict === 'undecided') return {...count, undecided: steps.length - at, reasons, difference: null}
    count[admission.verdict] += 1
    if (hasUncertainNumbers(state)) return {...count, undecided: steps.length - at, reasons, difference: null}
    const difference = answerDiffers(step, admission) ?? tablesDiffer(step.tables, predictedTables(state))
    if (difference !== null) {
      const before = steps.slice(0, at + 1).map(({argv, exit}) => `  tc ${argv.join(' ')} # ${exit}`)
      return {...count, undecided: 0, reasons, difference: `${before.join('\n')}\n${difference}`}
    }
  }
  return {...count, undecided: 0, reasons, difference: null}
}

function answerDiffers({exit, stderr}: Step, admission: Admission): string | null {
  if (admission.exit !== exit) return `exit ${exit} (${stderr}), predicted ${admission.exit} (${admission.reason?.id})`
  const message = admission.messages.find(({kernel}) => kernel === null || kernel === '>= 6.13')
  if (exit === 0 || message === undefined) return null
  // Help follows some messages of tc's own, which Admission leaves out.
  const same = message.kernel === null ? stderr.startsWith(message.text) : stderr === message.text
  return same ? null : `says "${stderr}", predicted "${message.text}"`
}

function tablesDiffer(real: Tables, predicted: Tables): string | null {
  for (const [name, rows] of real.filters) {
    const difference = listsDiffer(rows, predicted.filters.get(name) ?? [])
    if (difference !== null) return `filters of ${name}: ${difference}`
  }
  for (const name of ['shared', 'qdiscs', 'classes'] as const) {
    const difference = listsDiffer(real[name], predicted[name])
    if (difference !== null) return `${name}: ${difference}`
  }
  return null
}

function listsDiffer(real: readonly string[], predicted: readonly string[]): string | null {
  if (real.join('\n') === predicted.join('\n')) return null
  return `\n    real      ${real.join(' | ')}\n    predicted ${predicted.join(' | ')}`
}
