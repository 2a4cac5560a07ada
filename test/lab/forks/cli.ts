import {parseArgs} from 'node:util'
import {importImage, startDockerd} from '../../support/lab/docker.js'
import {whyNot} from '../../support/lab/requirements.js'
import {compileSituation} from './conductor.js'
import {describeCase, summarise} from './report.js'
import {judge, runCases} from './run.js'

const usage = 'npm run lab -- forks [--seed N] [--cases N] [--only CASE] [--no-docker]'

/** Runs generated situations against the real kernel; gives the exit code. */
export async function forksLab(argv: readonly string[]): Promise<number> {
  const {values} = parseArgs({
    args: [...argv],
    options: {
      seed: {type: 'string', default: String(Date.now() % 1_000_000)},
      cases: {type: 'string', default: '300'},
      only: {type: 'string'},
      'no-docker': {type: 'boolean', default: false},
      help: {type: 'boolean', default: false},
    },
  })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const lacking = whyNot('root', 'gcc')
  if (lacking !== null) throw new Error(lacking)
  const withDocker = !values['no-docker'] && whyNot('dockerd', 'docker', 'busybox') === null
  const seed = Number(values.seed)
  console.log(`seed ${seed}, ${values.cases} cases${withDocker ? '' : ', without Docker'}`)
  const program = compileSituation()
  const daemon = withDocker ? await startDockerd() : null
  try {
    const results = await runCases({
      seed,
      cases: Number(values.cases),
      ...(values.only === undefined ? {} : {only: Number(values.only)}),
      program: program.path,
      docker: daemon ? {daemon, image: await importImage(daemon)} : undefined,
      onBatch: (done) => {
        if (done % 500 === 0) console.log(`${done} done`)
      },
    })
    const wrong = results.filter((result) => judge(result) === 'different')
    for (const result of wrong) console.log(describeCase(seed, result))
    if (values.only !== undefined) for (const result of results) console.log(describeCase(seed, result))
    console.log(summarise(results))
    return wrong.length === 0 ? 0 : 1
  } finally {
    await daemon?.stop()
    program.remove()
  }
}
