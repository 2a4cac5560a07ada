import {basename} from 'node:path'
import type {Unit} from '../../../src/facts/units.js'
import type {ExecPrediction, PredictedCommand} from '../../../src/models/systemd/exec/prediction.js'
import type {Moment} from './conductor.js'
import {groupBy} from './group-by.js'
import {programs} from './machine.js'

/** Is a command started, as far as the prediction and the states of src/core/service.c tell? */
export interface Expectation {
  readonly command: PredictedCommand
  readonly runs: 'yes' | 'no' | 'perhaps'
  /** When; a command that ends by itself may be followed by those of a stop. */
  readonly moments: readonly Moment[]
}

const START = {
  service: ['ExecCondition', 'ExecStartPre', 'ExecStart', 'ExecStartPost'],
  socket: ['ExecStartPre', 'ExecStartPost'],
} as const
const STOP = {service: ['ExecStop', 'ExecStopPost'], socket: ['ExecStopPre', 'ExecStopPost']} as const

/** What of a unit is started when it is started, reloaded and stopped once. */
export function expectedRuns(prediction: ExecPrediction, unit: Unit): Expectation[] {
  const type = unit.type === 'socket' ? 'socket' : 'service'
  const byDirective = groupBy(prediction.commands, ({directive}) => directive)
  const expectations: Expectation[] = []
  const run = (directives: readonly string[], moments: readonly Moment[], first: 'yes' | 'no' | 'perhaps') => {
    let runs = first
    let failed: string | null = null
    for (const directive of directives) {
      for (const command of byDirective.get(directive) ?? []) {
        const starts = canStart(command)
        expectations.push({command, moments, runs: starts ? runs : 'no'})
        if (runs !== 'yes' || !fails(command)) continue
        runs = 'no'
        failed = directive
      }
    }
    return failed
  }
  const failed = run(START[type], ['start'], 'yes')
  const after: readonly Moment[] = ['start', 'reload', 'stop']
  run(['ExecReload', 'ExecReloadPost'], ['reload'], failed === null ? staysUp(prediction, unit) : 'no')
  const [stop, ...stopPost] = STOP[type]
  const badly = run([stop], after, failed === null ? 'yes' : failed === 'ExecStartPost' ? 'perhaps' : 'no')
  // What follows a command that was left out or that failed is none of the model's business.
  run(stopPost, after, failed === 'ExecCondition' || badly !== null || type === 'socket' ? 'perhaps' : 'yes')
  return expectations
}

/** Name of what is really started: with the prefix `|` a shell. */
export function programOf({path, prefixes, argv}: PredictedCommand): string {
  return basename(prefixes.includes('|') ? (argv?.[0] ?? path) : path)
}

function canStart(command: PredictedCommand): boolean {
  return command.blocked === null && programs.includes(programOf(command))
}

function fails(command: PredictedCommand): boolean {
  if (command.blocked?.kind === 'environment-file') return true
  if (command.prefixes.includes('-')) return false
  return !canStart(command) || programOf(command).startsWith('f')
}

/** It is active after it was started, as far as its type says. */
function staysUp({commands}: ExecPrediction, unit: Unit): Expectation['runs'] {
  const last = (key: string) => {
    return unit.assignments.findLast(({section, key: other}) => section === 'Service' && other === key)?.value ?? ''
  }
  const start = unit.assignments.some(({section, key}) => section === 'Service' && key === 'ExecStart')
  const type = last('Type') || (start ? 'simple' : 'oneshot')
  if (/^(1|yes|true|on)$/.test(last('RemainAfterExit'))) return 'yes'
  const main = commands.find(({directive}) => directive === 'ExecStart')
  return type !== 'oneshot' && main && /^[sn]/.test(programOf(main)) ? 'yes' : 'no'
}
