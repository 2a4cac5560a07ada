import {spawnSync} from 'node:child_process'
import {writeFileSync} from 'node:fs'
import {release} from 'node:os'
import {parseArgs} from 'node:util'
import type {Report} from '../../../src/model/report.js'
import {pidsRoot} from '../forks/lab-cgroups.js'
import {judge} from '../forks/run.js'
import {generateNested} from './generate.js'
import {wrongCounters, wrongReport} from './judge-refusals.js'
import {type NestedResult, runNested} from './run.js'
import {describeNested, summariseNested} from './summary.js'

const BATCH = 25
const FIRST_UID = 1_900_000_000
const UIDS_EACH = 200

/** Runs in the virtual machine: situations against its kernel; writes what came out as JSON. */
const {values} = parseArgs({
  options: {
    seed: {type: 'string', default: '1'},
    cases: {type: 'string', default: '100'},
    only: {type: 'string'},
    program: {type: 'string', default: ''},
    netdoctor: {type: 'string', default: ''},
    out: {type: 'string', default: '/dev/stdout'},
  },
})
if (pidsRoot === null) throw new Error('no pids controller')
const root = pidsRoot
const seed = Number(values.seed)
const first = values.only === undefined ? 0 : Number(values.only)
const end = values.only === undefined ? Number(values.cases) : first + 1
const results: NestedResult[] = []
const wrong: string[] = []
let predictions = 0
for (let from = first; from < end; from += BATCH) {
  const situations = []
  for (let index = from; index < Math.min(end, from + BATCH); index++)
    situations.push(generateNested(seed, index, FIRST_UID + (index - from) * UIDS_EACH))
  const batch = await runNested({situations, program: values.program, root, whileStanding: check})
  results.push(...batch)
  console.log(`${results.length} of ${end - first} done`)
}
for (const result of results) {
  if (judge(result) === 'different') wrong.push(describeNested(seed, result))
  wrong.push(...wrongCounters(result).map((text) => `${text}\n${describeNested(seed, result)}`))
}
const summary = `kernel ${release()}, seed ${seed}: ${summariseNested(results)} netdoctor predict asked: ${predictions}.`
writeFileSync(values.out, JSON.stringify({summary, wrong, cases: results.length}))
for (const text of wrong.slice(0, 5)) console.log(text)
console.log(summary)

/** The program itself, as a user runs it: what it says of refusals, and of a prober that has no room left. */
async function check(batch: readonly NestedResult[]): Promise<void> {
  if (values.netdoctor === '') return
  const report: Report = JSON.parse(netdoctor('check', 'fork-limit', '--json'))
  const maxOf = (path: string) => batch[0]?.snapshot.cgroups.byPath.get(path)?.max ?? Number.POSITIVE_INFINITY
  wrong.push(...wrongReport(batch, report, maxOf))
  for (const result of batch.filter(({cgroupRoom}) => Number.isFinite(cgroupRoom)).slice(0, 3)) {
    // It has created what it could.
    const {counted, prediction, situation} = result
    if (counted.step !== 'fork' || counted.errno === 0 || !prediction.certain) continue
    const {allowed} = JSON.parse(netdoctor('predict', 'forks', '--pid', String(result.pid), '--format', 'json'))
    predictions++
    if (allowed !== 0) wrong.push(`situation ${situation.index}: refused, and predict says ${allowed} are allowed`)
  }
}

function netdoctor(...args: string[]): string {
  const {stdout, stderr, status} = spawnSync(process.execPath, [values.netdoctor, ...args], {encoding: 'utf8'})
  if (stdout === '') throw new Error(`netdoctor ${args.join(' ')}: exit ${status}: ${stderr}`)
  return stdout
}
