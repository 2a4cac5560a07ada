import {parseArgs} from 'node:util'
import {whyNot} from '../../support/lab/requirements.js'
import {Summary} from './report.js'
import {runSequences} from './run.js'

const usage = 'npm run lab -- tc [--seed N] [--cases N] [--only CASE]'

/** Compares sequences of commands with the real kernel; gives the exit code. */
export async function tcLab(argv: readonly string[]): Promise<number> {
  const {values} = parseArgs({
    args: [...argv],
    options: {
      seed: {type: 'string', default: String(Date.now() % 1_000_000)},
      cases: {type: 'string', default: '2000'},
      only: {type: 'string'},
      help: {type: 'boolean', default: false},
    },
  })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const lacking = whyNot('root', 'ip', 'tc')
  if (lacking !== null) throw new Error(lacking)
  const seed = Number(values.seed)
  const first = values.only === undefined ? 0 : Number(values.only)
  const count = values.only === undefined ? Number(values.cases) : 1
  console.log(`seed ${seed}, ${count} sequences`)
  const summary = new Summary()
  await runSequences(seed, first, count, (index, _steps, comparison) => {
    summary.add(index, comparison)
    if (comparison.difference !== null && summary.different.length <= 20)
      console.log(`case ${index}:\n${comparison.difference}`)
  })
  console.log(summary.text)
  return summary.different.length === 0 ? 0 : 1
}
