import {parseArgs} from 'node:util'
import {debianRoot} from '../../support/lab/debian-root.js'
import {whyNot} from '../../support/lab/requirements.js'
import {scratch} from '../../support/lab/scratch.js'
import {generate} from './generate.js'
import {describeResult, Summary} from './report.js'
import {runCases} from './run.js'
import {compileResolver} from './worker.js'

const usage = 'npm run lab -- destination-order [--seed N] [--cases N] [--only CASE] [--release CODENAME]'

/** Compares with getaddrinfo() of this machine's glibc, or of a release of Debian; gives the exit code. */
export async function destinationOrderLab(argv: readonly string[]): Promise<number> {
  const {values} = parseArgs({
    args: [...argv],
    options: {
      seed: {type: 'string', default: String(Date.now() % 1_000_000)},
      cases: {type: 'string', default: '2000'},
      only: {type: 'string'},
      release: {type: 'string'},
      help: {type: 'boolean', default: false},
    },
  })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const lacking = whyNot('root', 'gcc', 'ip', 'python3')
  if (lacking !== null) throw new Error(lacking)
  const seed = Number(values.seed)
  const first = values.only === undefined ? 0 : Number(values.only)
  const count = values.only === undefined ? Number(values.cases) : 1
  const root = values.release === undefined ? '/' : await debianRoot(values.release)
  console.log(`seed ${seed}, ${count} configurations, the glibc of ${root}`)
  const folder = await scratch()
  const summary = new Summary()
  try {
    const cases = Array.from({length: count}, (_, at) => ({
      index: first + at,
      configuration: generate(seed, first + at),
    }))
    await runCases(cases, {
      program: compileResolver(folder.dir),
      root,
      onResult: (result) => {
        summary.add(result)
        if (values.only !== undefined || summary.different.at(-1) === result) console.log(describeResult(result))
      },
    })
  } finally {
    await folder.remove()
  }
  console.log(summary.text)
  return summary.different.length === 0 ? 0 : 1
}
