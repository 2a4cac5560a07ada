import {parseArgs} from 'node:util'
import {whyNot} from '../../support/lab/requirements.js'
import {describeResult, runCases, summarise} from './run.js'

const usage = 'npm run lab -- tc-scripts [--seed N] [--cases N] [--only CASE]'

/** Runs generated scripts in real shells; gives the exit code. */
export async function tcScriptsLab(argv: readonly string[]): Promise<number> {
  const {values} = parseArgs({
    args: [...argv],
    options: {
      seed: {type: 'string', default: String(Date.now() % 1_000_000)},
      cases: {type: 'string', default: '1000'},
      only: {type: 'string'},
      help: {type: 'boolean', default: false},
    },
  })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const lacking = whyNot('dash', 'bash')
  if (lacking !== null) throw new Error(lacking)
  const seed = Number(values.seed)
  console.log(`seed ${seed}`)
  const results = await runCases({
    seed,
    cases: Number(values.cases),
    ...(values.only === undefined ? {} : {only: Number(values.only)}),
  })
  const shown = values.only === undefined ? results.filter(({judgement}) => judgement.verdict === 'different') : results
  for (const result of shown) console.log(describeResult(seed, result))
  console.log(summarise(results))
  return results.some(({judgement}) => judgement.verdict === 'different') ? 1 : 0
}
