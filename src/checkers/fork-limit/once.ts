import type {FindingDraft} from '../../model/finding.js'
import type {Missing} from '../../model/missing.js'

type Verdict<Rule extends string> = FindingDraft<Rule> | {readonly unknown: Missing}

/** One finding for each rule and subject: the first. Evidence of the others of that subject follows under it. */
export function* once<Rule extends string>(verdicts: readonly Verdict<Rule>[]): Generator<Verdict<Rule>> {
  const findings = new Map<string, FindingDraft<Rule>>()
  for (const verdict of verdicts) {
    if ('unknown' in verdict) {
      yield verdict
      continue
    }
    const key = `${verdict.rule}\0${verdict.subject.kind}\0${verdict.subject.name}`
    const first = findings.get(key)
    findings.set(key, first ? {...first, evidence: [...first.evidence, ...verdict.evidence.slice(0, 1)]} : verdict)
  }
  yield* findings.values()
}
