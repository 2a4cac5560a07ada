import * as v from 'valibot'
import type {AnyChecker} from '../checker.js'
import {facts} from '../facts/registry.js'
import {severities} from '../model/finding.js'

const name = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'is not a name like "fork-limit"'))
const line = v.pipe(v.string(), v.trim(), v.nonEmpty('is empty'))
const factNames = v.array(v.picklist(Object.keys(facts), (issue) => `there is no fact ${issue.received}`))

const checkerSchema = v.object({
  id: name,
  title: line,
  needs: factNames,
  wants: factNames,
  rules: v.pipe(
    v.record(name, v.object({severity: v.picklist(severities), title: line})),
    v.check((rules) => Object.keys(rules).length > 0, 'declares no rule'),
  ),
  check: v.function('is not a function'),
})

/** The checkers that a plugin's default export holds (one, or a list), or what is wrong with it. */
export function checkersOf(exported: unknown): readonly AnyChecker[] | string {
  if (exported === undefined) return 'it has no default export; export what defineChecker returns'
  const candidates: readonly unknown[] = Array.isArray(exported) ? exported : [exported]
  if (candidates.length === 0) return 'its default export is an empty list'
  const checkers: AnyChecker[] = []
  for (const candidate of candidates) {
    if (!isChecker(candidate)) {
      const {issues = []} = v.safeParse(checkerSchema, candidate)
      const problems = issues.map((issue) => `${v.getDotPath(issue) ?? 'default export'}: ${issue.message}`)
      return `its default export is not a checker (${problems.join('; ')})`
    }
    checkers.push(candidate)
  }
  return checkers
}

function isChecker(candidate: unknown): candidate is AnyChecker {
  return v.is(checkerSchema, candidate)
}
