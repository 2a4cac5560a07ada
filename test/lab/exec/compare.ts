import type {Unit} from '../../../src/facts/units.js'
import {compareCommand} from './compare-command.js'
import type {Observation} from './conductor.js'
import {expectedRuns, programOf} from './expected-runs.js'
import {groupBy} from './group-by.js'
import type {Answer, Files, Predict} from './predict.js'

export interface Difference {
  readonly unit: string
  readonly what: 'load state' | 'runs' | 'moment' | 'argv' | 'environment' | 'unset' | 'invalid'
  /** `ExecStart 0 (/nd/c1)`; empty: of the unit. */
  readonly command: string
  readonly predicted: string
  readonly real: string
}

export interface Comparison {
  readonly differences: readonly Difference[]
  readonly units: number
  /** Commands that ran and whose argv was held against the prediction. */
  readonly commands: number
  /** Of these, those with a word that depends on what only a running system has, such as $MAINPID. */
  readonly running: number
  /** Variables of their environments that were. */
  readonly variables: number
  /** Words `$...` found unset or invalid. */
  readonly unset: number
  readonly invalid: number
  readonly loadStates: Readonly<Record<string, number>>
  /** Units of which nothing ran because of an environment file. */
  readonly blocked: number
  /** Units of which the model says that something about them is not known. */
  readonly uncertain: readonly string[]
}

/** Holds what a model says of files against what a systemd did with the same files. */
export function compare(observation: Observation, files: Files, predict: Predict): Comparison {
  const differences: Difference[] = []
  const count = {units: 0, commands: 0, running: 0, variables: 0, unset: 0, invalid: 0, blocked: 0}
  const loadStates: Record<string, number> = {}
  const uncertain: string[] = []
  const recorded = groupBy(observation.recordings, ({unit}) => unit)
  const seen = new Set<string>()
  for (const [asked, real] of observation.units) {
    const unit = files.units.load(asked)
    count.units += 1
    loadStates[real.loadState] = (loadStates[real.loadState] ?? 0) + 1
    const name = unit?.name ?? asked
    const differ = (what: Difference['what'], predicted: string, really: string, command = '') => {
      differences.push({unit: asked, what, command, predicted, real: really})
    }
    // One that cannot be loaded is not merged with its other names.
    if (name !== real.id && real.loadState === 'loaded') differ('load state', `is ${name}`, `is ${real.id}`)
    if (seen.has(real.id)) continue
    seen.add(real.id)
    const answer = unit ? answerOf(unit, files, observation.version, predict) : null
    const loadState = answer?.prediction.loadState ?? 'not-found'
    if (loadState !== real.loadState) {
      const why = answer?.prediction.loadError?.message
      differ('load state', `${loadState}${why ? `: ${why}` : ''}`, real.loadState)
      continue
    }
    if (unit === null || answer === null || loadState !== 'loaded') continue
    const certain = answer.prediction.unknowns.length === 0
    if (!certain) {
      uncertain.push(`${asked}: ${answer.prediction.unknowns.map(({detail}) => detail).join('; ')}`)
    }
    if (answer.prediction.commands.some(({blocked}) => blocked?.kind === 'environment-file')) count.blocked += 1
    const mine = recorded.get(real.id) ?? []
    for (const {command, runs, moments} of expectedRuns(answer.prediction, unit)) {
      const title = `${command.directive} ${command.index} (${command.path})`
      const its = mine.filter(({program}) => program === programOf(command))
      const [first] = its
      if (its.length > 1) differ('runs', 'once', `${its.length} times`, title)
      if (first === undefined) {
        if (runs === 'yes') differ('runs', 'started', 'not started', title)
        continue
      }
      // Of no argument at all some versions make what happens to lie in memory.
      if (command.argv?.length === 0) continue
      if (runs === 'no')
        differ('runs', `not started${command.blocked ? `: ${command.blocked.message}` : ''}`, 'started', title)
      if (!moments.includes(first.moment)) differ('moment', moments.join(' or '), first.moment, title)
      const environment = answer.environmentOf(command.directive)
      for (const {what, predicted, really} of compareCommand(command, environment, first, observation, certain)) {
        differ(what, predicted, really, title)
      }
      count.commands += 1
      if (command.words.some(({became}) => became === null)) count.running += 1
      count.variables += first.environment.size
      count.unset += command.unset.length
      count.invalid += command.invalid.length
    }
    const known = new Set(answer.prediction.commands.map(programOf))
    for (const {program, argv} of mine.filter((each) => !known.has(each.program))) {
      differ('runs', 'no such command', `${program} ${JSON.stringify(argv)}`)
    }
  }
  return {...count, differences, loadStates, uncertain}
}

function answerOf(unit: Unit, {units, sources}: Files, version: number, predict: Predict): Answer {
  return predict({unit, units, sources, version})
}
