import {expandWord, type Lookup} from '../../../src/models/systemd/exec/expand.js'
import type {PredictedCommand, Variable, Word} from '../../../src/models/systemd/exec/prediction.js'
import type {Observation, Observed} from './conductor.js'
import {namesIn} from './references.js'

export interface Found {
  readonly what: 'argv' | 'environment' | 'unset' | 'invalid'
  readonly predicted: string
  readonly really: string
}

/**
 * Holds one command against a process that really became it.
 *
 * @param certain the prediction says that it knows all
 */
export function compareCommand(
  command: PredictedCommand,
  environment: readonly Variable[],
  real: Observed,
  {version, messages}: Observation,
  certain: boolean,
): Found[] {
  const found: Found[] = []
  const words = command.words.map((word) => decided(word, real, version))
  // Since 262 UnsetEnvironment= takes away what was there when variables were expanded.
  const gone = version >= 262 && command.words.some((word) => isGone(word, real))
  if (!gone && words.every(({known}) => known)) {
    const argv = words.flatMap(({became}) => became)
    const predicted = command.argv ?? argv
    if (!same(predicted, real.argv)) found.push({what: 'argv', predicted: listed(predicted), really: listed(real.argv)})
  }
  for (const what of ['unset', 'invalid'] as const) {
    const names = unique([...command[what], ...words.flatMap((word) => word[what])])
    const predicted = messages ? asMessage(names) : names.filter((name) => !name.includes('=')).join(', ')
    const really = messages
      ? messages
          .filter(({kind, unit, pid}) => kind === what && unit === real.unit && pid === real.pid)
          .map((message) => message.names)
          .join(' | ')
      : namesNotFound(command, real, version, what)
    if (!gone && predicted !== really) found.push({what, predicted, really})
  }
  return [...found, ...compareEnvironment(environment, real.environment, certain)]
}

/** What depends on values that only the running system has is decided with those. */
function decided({text, became, references}: Word, real: Observed, version: number) {
  if (became !== null) return {known: true, became, unset: [], invalid: []}
  // Of a specifier that is not known nothing follows.
  if (references.length === 0) return {known: false, became: [], unset: [], invalid: []}
  const lookup: Lookup = (name) => {
    const value = real.environment.get(name)
    return {state: value === undefined ? 'unset' : 'set', value: value ?? null, origin: null}
  }
  const {word, unset, invalid} = expandWord(text, lookup, version)
  return {known: true, became: word.became ?? [], unset, invalid}
}

/** Does a value decide that is not known and that the process did not get? */
function isGone({became, references}: Word, {environment}: Observed): boolean {
  return became === null && references.some(({name, form}) => form !== 'literal' && !environment.has(name))
}

/** The journal has a message of several lines as several messages. */
function asMessage(names: readonly string[]): string {
  return names.join(', ').split('\n', 1)[0] ?? ''
}

function namesNotFound(
  {prefixes, words}: PredictedCommand,
  {environment}: Observed,
  version: number,
  what: 'unset' | 'invalid',
): string {
  if (prefixes.includes(':')) return ''
  return unique(words.flatMap(({text}) => namesIn(text, environment, version)[what])).join(', ')
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
