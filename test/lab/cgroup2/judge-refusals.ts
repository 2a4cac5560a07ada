import {forbidsForks} from '../../../src/checkers/shared/room.js'
import type {Report} from '../../../src/model/report.js'
import type {NestedResult} from './run.js'

type Outcome = Pick<NestedResult, 'cgroupRoom' | 'counted' | 'refusals'>

/** Before Linux 6.11 and in cgroup v1 the cgroup that forked counts a refusal, whichever limit above it was. */
export function wrongCounters({cgroupRoom, counted, refusals}: Outcome): string[] {
  const [own, ...above] = refusals.filter(({refused}) => refused !== null)
  const byCgroup = counted.step === 'fork' && counted.errno !== 0 && counted.tasks === cgroupRoom
  const all = refusals.reduce((sum, {refused}) => sum + (refused ?? 0), 0)
  const wrong = all > (byCgroup ? 1 : 0) ? [`${all} refusals counted, which is too many`] : []
  if (own?.atLimit === false)
    for (const {path, refused} of above) if (refused !== 0) wrong.push(`${path} counts, and did not fork`)
  return wrong
}

/** Does the report tell of each cgroup that was refused a fork, and of no other? */
export function wrongReport(
  results: readonly Outcome[],
  {findings}: Report,
  maxOf: (path: string) => number,
): string[] {
  const told = new Set(
    findings.flatMap(({evidence}) =>
      evidence.map(({source, excerpt}) => `${source.replace(/^pids\.events(\.local)? of cgroup /, '')} ${excerpt}`),
    ),
  )
  const wrong: string[] = []
  for (const {refusals} of results) {
    for (const {path, refused} of refusals) {
      if (refused === null || forbidsForks(maxOf(path))) continue
      if (refused > 0 && !told.has(`${path} max ${refused}`)) wrong.push(`${path}: ${refused} refusals, not reported`)
    }
  }
  const events = findings.flatMap(({evidence}) => evidence.filter(({source}) => source.startsWith('pids.events')))
  for (const {source, excerpt} of events) {
    const path = source.slice(source.indexOf('/'))
    const counted = results.flatMap(({refusals}) => refusals).find((each) => each.path === path)
    if (counted && `max ${counted.refused}` !== excerpt) wrong.push(`${source} ${excerpt}: it is ${counted.refused}`)
  }
  return wrong
}
