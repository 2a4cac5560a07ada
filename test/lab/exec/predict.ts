import {FactResolver} from '../../../src/engine/fact-resolver.js'
import type {Fact} from '../../../src/facts/define.js'
import {type FactName, type FactValues, facts} from '../../../src/facts/registry.js'
import type {EnvironmentSources} from '../../../src/facts/unit-environment.js'
import type {Units} from '../../../src/facts/units.js'
import {type ExecQuestion, environmentOf, predictExec} from '../../../src/models/systemd/exec/predict.js'
import type {ExecPrediction, Variable} from '../../../src/models/systemd/exec/prediction.js'
import {createRootSource} from '../../../src/sources/root/index.js'

/** What netdoctor reads of a root file system. */
export interface Files {
  readonly units: Units
  readonly sources: EnvironmentSources
}

export interface Answer {
  readonly prediction: ExecPrediction
  environmentOf(directive: string): readonly Variable[]
}

/** Says what systemd would execute; broken ones prove that it matters. */
export type Predict = (question: ExecQuestion) => Answer

/** Reads what it needs below a folder, as `--root` does. */
export async function readFiles(root: string): Promise<Files> {
  const resolver = new FactResolver(await createRootSource(root, {timeoutMs: 120_000}))
  const get = async <Name extends FactName>(name: Name): Promise<FactValues[Name]> => {
    const fact = (await resolver.get(facts[name])) as Fact<FactValues[Name]>
    if (!fact.known) throw new Error(`${name}: ${JSON.stringify(fact.missing)}`)
    return fact.value
  }
  return {units: await get('units'), sources: await get('unitEnvironment')}
}

export const predict: Predict = (question) => ({
  prediction: predictExec(question),
  environmentOf: (directive) => environmentOf(question, directive),
})
