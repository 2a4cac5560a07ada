import {checkers} from '../../src/checkers/index.js'
import {check} from '../../src/engine/check.js'
import {FactResolver} from '../../src/engine/fact-resolver.js'
import {openSource} from '../../src/engine/open-source.js'
import type {Fact} from '../../src/facts/define.js'
import {type FactName, type FactValues, facts} from '../../src/facts/registry.js'
import type {EnvironmentSources} from '../../src/facts/unit-environment.js'
import type {Unit, Units} from '../../src/facts/units.js'
import type {Report} from '../../src/model/report.js'
import {predictExec} from '../../src/models/systemd/exec/predict.js'
import type {ExecPrediction} from '../../src/models/systemd/exec/prediction.js'
import type {Source} from '../../src/sources/source.js'

const judged = ['unit-environment', 'boot-persistence']

/** What netdoctor makes of one root file system. */
export interface Judgement {
  readonly units: Units
  readonly predictions: readonly ExecPrediction[]
  /** Units on which our code broke, with the stack. There must be none. */
  readonly broken: readonly {readonly unit: string; readonly stack: string}[]
  readonly report: Report
}

/**
 * Loads every unit of a root, predicts each Exec line and runs the checkers of units.
 * @param instance of each template this instance is predicted, too
 */
export async function judgeRoot(root: string, instance: string): Promise<Judgement> {
  const {source, units, sources} = await factsOf(root)
  const broken: {unit: string; stack: string}[] = []
  const predictions: ExecPrediction[] = []
  const version = units.version
  if (version === null) throw new Error(`${root}: the version of systemd is not known`)
  for (const unit of executed(units, instance)) {
    try {
      predictions.push(predictExec({unit, units, sources, version}))
    } catch (error) {
      broken.push({unit: unit.name, stack: error instanceof Error ? (error.stack ?? error.message) : String(error)})
    }
  }
  const report = await check(
    source,
    checkers.filter(({id}) => judged.includes(id)),
    {failOn: 'error', wanted: () => true, accepted: [], tool: {name: 'netdoctor', version: '0.0.0'}},
  )
  for (const {id, status, reason} of report.checkers) {
    if (status === 'error') broken.push({unit: `checker ${id}`, stack: reason ?? ''})
  }
  return {units, predictions, broken, report}
}

/** The units of a root, and what decides about their environments. */
export async function factsOf(
  root: string,
): Promise<{readonly source: Source; readonly units: Units; readonly sources: EnvironmentSources}> {
  const source = await openSource({root, timeoutMs: 120_000})
  const resolver = new FactResolver(source)
  return {
    source,
    units: await knownFact(resolver, 'units'),
    sources: await knownFact(resolver, 'unitEnvironment'),
  }
}

/** All that have Exec lines; of a template the instance. */
function executed(units: Units, instance: string): Unit[] {
  return units.units
    .filter(({type, loadState}) => (type === 'service' || type === 'socket') && loadState !== 'not-found')
    .flatMap((unit) => (unit.isTemplate ? (units.load(unit.name.replace('@.', `@${instance}.`)) ?? []) : unit))
}

async function knownFact<Name extends FactName>(resolver: FactResolver, name: Name): Promise<FactValues[Name]> {
  const fact = (await resolver.get(facts[name])) as Fact<FactValues[Name]>
  if (!fact.known) throw new Error(`${name}: ${fact.missing.map(({detail}) => detail).join('; ')}`)
  return fact.value
}
