import {parseArgs} from 'node:util'
import {whyNot} from '../../support/lab/requirements.js'
import {generate} from './generate.js'
import {describeResult, Summary} from './report.js'
import {runConfigurations} from './run.js'

const usage = 'npm run lab -- source [--seed N] [--configs N] [--only CONFIGURATION]'

/** Builds random namespaces and compares with the real kernel; gives the exit code. */
export async function sourceLab(argv: readonly string[]): Promise<number> {
  const {values} = parseArgs({
    args: [...argv],
    options: {
      seed: {type: 'string', default: String(Date.now() % 1_000_000)},
      configs: {type: 'string', default: '2000'},
      only: {type: 'string'},
      help: {type: 'boolean', default: false},
    },
  })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const lacking = whyNot('root', 'ip', 'python3')
  if (lacking !== null) throw new Error(lacking)
  const seed = Number(values.seed)
  const first = values.only === undefined ? 0 : Number(values.only)
  const count = values.only === undefined ? Number(values.configs) : 1
  console.log(`seed ${seed}, ${count} configurations`)
  const summary = new Summary()
  await runConfigurations(
    Array.from({length: count}, (_, at) => ({index: String(first + at), configuration: generate(seed, first + at)})),
    (result) => {
      summary.add(result)
      if (result.comparison.differences.length > 0 || values.only !== undefined) console.log(describeResult(result))
    },
  )
  console.log(summary.text)
  return summary.different.length === 0 ? 0 : 1
}
