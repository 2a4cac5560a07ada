import type {AnyChecker, CheckContext} from '../checker.js'
import type {Fact} from '../facts/define.js'
import {type FactName, facts} from '../facts/registry.js'
import type {Finding, FindingDraft} from '../model/finding.js'
import type {Missing} from '../model/missing.js'
import type {CheckerResult} from '../model/report.js'
import type {FactResolver} from './fact-resolver.js'

export interface CheckerRun {
  readonly result: CheckerResult
  readonly findings: readonly Finding[]
}

/** Runs one checker on its facts. A checker that throws is a bug of ours and ends in `error`. */
export async function runChecker(
  checker: AnyChecker,
  resolver: FactResolver,
  context: CheckContext,
  wanted: (rule: string) => boolean,
): Promise<CheckerRun> {
  const resolve = async (names: readonly FactName[]) =>
    new Map(await Promise.all(names.map(async (name) => [name, await resolver.get(facts[name])] as const)))
  const [needs, wants] = await Promise.all([resolve(checker.needs), resolve(checker.wants)])
  const started = performance.now()
  const end = (
    status: CheckerResult['status'],
    findings: readonly Finding[],
    missing: readonly Missing[],
    reason?: string,
  ) => ({
    result: {
      id: checker.id,
      status,
      ...(reason === undefined ? {} : {reason}),
      ...(missing.length === 0 ? {} : {missing: distinct(missing)}),
      durationMs: Math.round((performance.now() - started) * 10) / 10,
    },
    findings,
  })

  const unavailable = [...needs.values()].flatMap((fact) => (fact.known ? [] : fact.missing))
  if (unavailable.length > 0) return end('unknown', [], unavailable)

  const missing = [...needs.values(), ...wants.values()].flatMap((fact) => (fact.known ? fact.gaps : fact.missing))
  const handed = Object.fromEntries([
    ...[...needs].map(([name, fact]) => [name, (fact as Fact<unknown> & {known: true}).value]),
    ...wants,
  ])
  const findings: Finding[] = []
  try {
    const verdicts = checker.check(handed, context)
    let step = verdicts.next()
    for (; !step.done; step = verdicts.next()) {
      if ('unknown' in step.value) missing.push(step.value.unknown)
      else if (wanted(step.value.rule)) findings.push(complete(checker, step.value))
    }
    if (step.value && findings.length === 0 && missing.length === 0) return end('skipped', [], [], step.value.skipped)
  } catch (error) {
    return end('error', findings, missing, error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
  return end(findings.length > 0 ? 'findings' : missing.length > 0 ? 'unknown' : 'ok', findings, missing)
}

function complete(checker: AnyChecker, draft: FindingDraft): Finding {
  const rule = checker.rules[draft.rule]
  if (!rule) throw new Error(`checker ${checker.id} yielded a rule it does not declare: ${draft.rule}`)
  const id = `${checker.id}/${draft.rule}`
  return {...draft, id, checker: checker.id, severity: draft.severity ?? rule.severity, docs: `netdoctor explain ${id}`}
}

function distinct(all: readonly Missing[]): {input: string; reason: Missing['reason']; detail: string}[] {
  const byKey = new Map(
    all.map(({input, reason, detail}) => [`${input}\0${reason}\0${detail}`, {input, reason, detail}]),
  )
  return [...byKey.values()]
}
