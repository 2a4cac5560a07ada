import {basename} from 'node:path'
import type {Unit} from '../../../src/facts/units.js'
import {expandWord, type Lookup} from '../../../src/models/systemd/exec/expand.js'
import type {PredictedCommand, Variable} from '../../../src/models/systemd/exec/prediction.js'
import type {Observation, Observed} from './conductor.js'
import {expectedRuns} from './expected-runs.js'
import {groupBy} from './group-by.js'
import type {Answer, Files, Predict} from './predict.js'
import {namesIn} from './references.js'

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
  const count = {units: 0, commands: 0, variables: 0, unset: 0, invalid: 0, blocked: 0}
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
    if (name !== real.id) differ('load state', `is ${name}`, `is ${real.id}`)
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
      const its = mine.filter(({program}) => program === basename(command.path))
      const [first] = its
      if (its.length > 1) differ('runs', 'once', `${its.length} times`, title)
      if (first === undefined) {
        if (runs === 'yes') differ('runs', 'started', 'not started', title)
        continue
      }
      if (runs === 'no')
        differ('runs', `not started${command.blocked ? `: ${command.blocked.message}` : ''}`, 'started', title)
      if (!moments.includes(first.moment)) differ('moment', moments.join(' or '), first.moment, title)
      const environment = answer.environmentOf(command.directive)
      for (const {what, predicted, really} of compareCommand(command, environment, first, observation, certain)) {
        differ(what, predicted, really, title)
      }
      count.commands += 1
      count.variables += first.environment.size
      count.unset += command.unset.length
      count.invalid += command.invalid.length
    }
    const known = new Set(answer.prediction.commands.map(({path}) => basename(path)))
    for (const {program, argv} of mine.filter((each) => !known.has(each.program))) {
      differ('runs', 'no such command', `${program} ${JSON.stringify(argv)}`)
    }
  }
  return {...count, differences, loadStates, uncertain}
}

function answerOf(unit: Unit, {units, sources}: Files, version: number, predict: Predict): Answer {
  return predict({unit, units, sources, version})
}

interface Found {
  readonly what: Difference['what']
  readonly predicted: string
  readonly really: string
}

function compareCommand(
  command: PredictedCommand,
  environment: readonly Variable[],
  real: Observed,
  {version, messages}: Observation,
  certain: boolean,
): Found[] {
  const found: Found[] = []
  const lookup: Lookup = (name) => {
    const value = real.environment.get(name)
    return {state: value === undefined ? 'unset' : 'set', value: value ?? null, origin: null}
  }
  // What depends on values that only the running system has is decided with those.
  const words = command.words.map((word) => {
    if (word.became !== null) return {became: word.became, unset: [], invalid: []}
    const {became, unset, invalid} = expandWord(word.text, lookup, version)
    return {became: became ?? [], unset, invalid}
  })
  const argv = words.flatMap(({became}) => became)
  // Of a specifier that is not known nothing follows; the unit is among the uncertain ones.
  const known = command.words.every(({became, references}) => became !== null || references.length > 0)
  if (known && !same(argv, real.argv)) found.push({what: 'argv', predicted: listed(argv), really: listed(real.argv)})
  const names = {
    unset: unique([...command.unset, ...words.flatMap(({unset}) => unset)]),
    invalid: unique([...command.invalid, ...words.flatMap(({invalid}) => invalid)]),
  }
  for (const what of ['unset', 'invalid'] as const) {
    const predicted = names[what].join(', ')
    const really = messages
      ? messages
          .filter(({kind, unit, pid}) => kind === what && unit === real.unit && pid === real.pid)
          .map((message) => message.names)
          .join(' | ')
      : unique(
          command.prefixes.includes(':')
            ? []
            : command.words.flatMap(({text}) => namesIn(text, real.environment, version)[what]),
        ).join(', ')
    if (predicted !== really) found.push({what, predicted, really})
  }
  return [...found, ...compareEnvironment(environment, real.environment, certain)]
}

/** @param certain it names all that there may be */
function compareEnvironment(
  predicted: readonly Variable[],
  real: ReadonlyMap<string, string>,
  certain: boolean,
): Found[] {
  const differ = (mine: string, really: string): Found => ({what: 'environment', predicted: mine, really})
  const byName = new Map(predicted.map((variable) => [variable.name, variable]))
  const wrong = predicted.flatMap(({name, value, conditional, origin}): Found[] => {
    const really = real.get(name)
    const place = `(${origin.path}${origin.line === null ? '' : `:${origin.line}`})`
    if (really === undefined) return conditional ? [] : [differ(`${name} set ${place}`, `${name} not set`)]
    if (value === null || value === really) return []
    return [differ(`${name}=${JSON.stringify(value)} ${place}`, `${name}=${JSON.stringify(really)}`)]
  })
  const extra = [...real].flatMap(([name, value]): Found[] => {
    return byName.has(name) || !certain ? [] : [differ(`${name} not set`, `${name}=${JSON.stringify(value)}`)]
  })
  return [...wrong, ...extra]
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((word, at) => word === other[at])
}

function listed(argv: readonly string[]): string {
  return JSON.stringify(argv).replace(/[\u{80}-\u{ffff}]/gu, (char) => `\\u${char.charCodeAt(0).toString(16)}`)
}

/** As strv_sort() and strv_uniq() leave them. */
function unique(names: readonly string[]): string[] {
  return [...new Set(names)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}
