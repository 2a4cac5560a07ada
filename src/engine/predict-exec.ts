import type {Fact} from '../facts/define.js'
import {type FactName, type FactValues, facts} from '../facts/registry.js'
import type {Units} from '../facts/units.js'
import type {Missing} from '../model/missing.js'
import {UserError} from '../model/user-error.js'
import {execPredictor} from '../models/systemd/exec/predict.js'
import type {Source} from '../sources/source.js'
import {exitCodes} from './exit-code.js'
import {FactResolver} from './fact-resolver.js'
import {nearest} from './nearest.js'
import {answerOf, type ExecAnswer} from './predict-exec/answer.js'
import {concealValues} from './predict-exec/conceal.js'

export interface ExecQuestion {
  /** Names as systemctl takes them: `ssh` is ssh.service. */
  readonly units: readonly string[]
  /** Every unit that has Exec lines, instead. */
  readonly all: boolean
  /** Major version of systemd to answer for; undefined: the one that is installed. */
  readonly version: number | undefined
  readonly showValues: boolean
}

/**
 * What systemd would execute for some units, each judged when it is asked for. Throws a UserError where no unit can be looked at, or where the version
 * of systemd is neither known nor given.
 */
export async function predictExecs(source: Source, question: ExecQuestion): Promise<Iterable<ExecAnswer>> {
  const resolver = new FactResolver(source)
  const get = <Name extends FactName>(name: Name) => resolver.get(facts[name]) as Promise<Fact<FactValues[Name]>>
  const [units, sources] = await Promise.all([get('units'), get('unitEnvironment')])
  if (!units.known) throw new UserError(`The units of this host could not be read: ${detailsOf(units.missing)}`)
  if (!sources.known) throw new UserError(`The files that units name could not be read: ${detailsOf(sources.missing)}`)
  const version = question.version ?? units.value.version
  if (version === null) {
    throw new UserError('It is not known which version of systemd this is.', {
      suggestions: ['Say for which to answer: --systemd-version 252'],
    })
  }
  const predict = execPredictor({units: units.value, sources: sources.value, version})
  const answer = (name: string): ExecAnswer => {
    const unit = units.value.load(name)
    if (unit === null || unit.loadState === 'not-found') return notFound(name, version, units.value)
    const prediction = predict(unit)
    const needDaemonReload = units.value.manager?.byName.get(unit.name)?.needDaemonReload ?? null
    const {showValues} = question
    return answerOf(showValues ? prediction : concealValues(prediction), {showValues, needDaemonReload})
  }
  const names = namesOf(question, units.value)
  return (function* () {
    for (const name of names) yield answer(name)
  })()
}

/** Of several answers: no such unit goes before not known. */
export function exitCodeWith(before: number, {loadState, unknowns}: ExecAnswer): number {
  if (before === exitCodes.usage || loadState === 'not-found') return exitCodes.usage
  return unknowns.length > 0 ? exitCodes.unknown : before
}

function namesOf({units: names, all}: ExecQuestion, {units}: Units): string[] {
  if (!all) return names.map((name) => (/\.(service|socket)$/.test(name) ? name : `${name}.service`))
  return units
    .filter(
      ({type, isTemplate, loadState}) => /^(service|socket)$/.test(type) && !isTemplate && loadState !== 'not-found',
    )
    .map(({name}) => name)
}

function notFound(name: string, version: number, {byName}: Units): ExecAnswer {
  const like = nearest(name, [...byName.keys()])
  return {
    unit: name,
    systemdVersion: version,
    loadState: 'not-found',
    loadError: `There is no unit ${name}.${like.length === 0 ? '' : ` Do you mean ${like.join(', ')}?`}`,
    needDaemonReload: null,
    commands: [],
    environment: [],
    ignored: [],
    environmentFiles: [],
    unknowns: [],
  }
}

function detailsOf(missing: readonly Missing[]): string {
  return missing.map(({detail}) => detail).join('; ')
}
