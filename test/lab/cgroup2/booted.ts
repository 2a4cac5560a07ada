import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import type {Finding} from '../../../src/model/finding.js'
import type {Report} from '../../../src/model/report.js'

/** What run.sh leaves in `out` of a host that systemd has booted, held against what the kernel shows there. */
export function bootedProblems(out: string, said: string): string[] {
  const read = (name: string) => {
    try {
      return readFileSync(join(out, name), 'utf8')
    } catch {
      throw new Error(`${name} was not written:\n${said}`)
    }
  }
  const json = (name: string) => JSON.parse(read(name))
  console.log(read('ordinary.txt'), read('failing.txt'))
  const report: Report = json('failing.json')
  return [
    ...(read('state').trim() === 'running' ? [] : [`systemd is ${read('state').trim()}`]),
    ...ordinary(json('ordinary.json')),
    ...lacking(report, new Map(read('cgroups').trim().split('\n').map(cgroupLine))),
    ...gaps(report),
    ...sameFindings(report, json('replayed.json')),
    ...['full', 'held', 'stays'].flatMap((unit) => noRoom(unit, json(`predict-${unit}.json`))),
    ...(json('predict-nproc.json').allowed === 0 ? [] : ['predict forks --unit nproc.service: not 0']),
    ...units(read('units')),
  ]
}

/** A host on which nothing is wrong: no finding, nothing unknown. */
function ordinary(report: Report): string[] {
  const found = report.findings.map(({id, summary}) => `ordinary host: ${id}: ${summary}`)
  return [...found, ...gaps(report), ...(report.exitCode === 0 ? [] : [`ordinary host: exit ${report.exitCode}`])]
}

function gaps({checkers}: Report): string[] {
  return checkers.flatMap(({id, missing}) => (missing ?? []).map((gap) => `${id} lacks ${JSON.stringify(gap)}`))
}

function lacking({findings}: Report, refused: ReadonlyMap<string, number>): string[] {
  const expected: [rule: string, subject: string][] = [
    ['pids-cgroup-full', 'full.service'],
    ['pids-cgroup-full', '/user.slice/user-1000.slice/user@1000.service/app.slice/full.service'],
    ['past-failure', 'was.service'],
    ['pids-cgroup-full', '/top.slice'],
    ['past-failure', 'stays.service'],
    ['start-blocked', 'nproc.service'],
    ['past-failure', 'nproc.service'],
  ]
  const problems = expected
    .filter(([rule, subject]) => !findings.some((finding) => finding.rule === rule && isAbout(finding, subject)))
    .map(([rule, subject]) => `${rule} of ${subject} is not found`)
  if (
    !findings.some(({rule, evidence}) => rule === 'past-failure' && JSON.stringify(evidence).includes('below.service'))
  )
    problems.push('what the kernel log says of below.service is not found')
  for (const [path, times] of refused) {
    const told = findings.some(({evidence}) =>
      evidence.some(({source}) => source.startsWith('pids.events') && source.endsWith(` ${path}`)),
    )
    if (told !== times > 0) problems.push(`${path}: ${times} forks refused, which is ${told ? '' : 'not '}said`)
  }
  return problems
}

function isAbout({subject}: Finding, name: string): boolean {
  return subject.name === name
}

/** PATH MAX CURRENT max REFUSED */
function cgroupLine(line: string): [path: string, refused: number] {
  const [path = '', , , , refused] = line.split(' ')
  return [path, Number(refused)]
}

function sameFindings(live: Report, replayed: Report): string[] {
  const of = ({findings}: Report) => JSON.stringify(findings.map(({id, subject}) => `${id} ${subject.name}`).sort())
  return of(live) === of(replayed) ? [] : [`from the bundle: ${of(replayed)}, live: ${of(live)}`]
}

function noRoom(unit: string, {allowed, decidedBy}: {allowed: unknown; decidedBy: unknown}): string[] {
  const room = unit === 'held' ? 1 : 0
  if (allowed === room && decidedBy === 'pids-cgroup') return []
  return [`${unit}.service: predict says ${String(allowed)} by ${String(decidedBy)}, not ${room} by pids-cgroup`]
}

/** NAME STATE STATUS: what the units that were to fail did, and the others. */
function units(text: string): string[] {
  const states = new Map(
    text
      .trim()
      .split('\n')
      .map((line) => [line.split(' ')[0], line] as const),
  )
  const expected = ['full active 0', 'was active 0', 'held active 0', 'stays active 0', 'holder active 0']
  return [...expected, 'nproc failed 203', 'below failed 2']
    .filter((line) => states.get(line.split(' ')[0]) !== line)
    .map((line) => `a unit is ${states.get(line.split(' ')[0])}, not ${line}`)
}
