import {parseArgs} from 'node:util'
import {whyNot} from '../../support/lab/requirements.js'
import {fixedConfigurations} from './fixed.js'
import {generate} from './generate.js'
import {describeResult, Summary} from './report.js'
import {type ConfigurationResult, runConfigurations} from './run.js'
import {runVirtual} from './virtual.js'

const usage = 'npm run lab -- source [--seed N] [--configs N] [--only CONFIGURATION] [--virtual]'

/** Builds random namespaces and compares with the real kernel; gives the exit code. */
export async function sourceLab(argv: readonly string[]): Promise<number> {
  const {values} = parseArgs({
    args: [...argv],
    options: {
      seed: {type: 'string', default: String(Date.now() % 1_000_000)},
      configs: {type: 'string', default: '2000'},
      only: {type: 'string'},
      virtual: {type: 'boolean', default: false},
      help: {type: 'boolean', default: false},
    },
  })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const forVirtual = ['qemu-system-x86_64', 'debootstrap', 'busybox', 'cpio', 'mkfs.ext4']
  const lacking = whyNot('root', 'ip', 'python3', ...(values.virtual ? forVirtual : []))
  if (lacking !== null)
    throw new Error(`${lacking}: run scripts/lab/provision.sh${values.virtual ? ' cgroup2' : ''} as root`)
  const seed = Number(values.seed)
  const first = values.only === undefined ? 0 : Number(values.only)
  const count = values.only === undefined ? Number(values.configs) : 1
  console.log(`seed ${seed}, ${count} configurations`)
  const summary = new Summary()
  const random = Array.from({length: count}, (_, at) => ({
    index: String(first + at),
    configuration: generate(seed, first + at),
  }))
  const onResult = (result: ConfigurationResult) => {
    summary.add(result)
    if (result.comparison.differences.length > 0 || values.only !== undefined) console.log(describeResult(result))
  }
  if (values.virtual) {
    const fixed = Object.entries(fixedConfigurations).map(([index, configuration]) => ({index, configuration}))
    const {release, results} = await runVirtual([...(values.only === undefined ? fixed : []), ...random])
    console.log(`kernel ${release}`)
    for (const result of results) onResult(result)
  } else await runConfigurations(random, onResult)
  console.log(summary.text)
  return summary.different.length === 0 ? 0 : 1
}
