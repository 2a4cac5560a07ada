import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import * as v from 'valibot'
import type {AnyChecker} from '../../src/checker.js'
import {check} from '../../src/engine/check.js'
import type {Report} from '../../src/model/report.js'
import {openDirectory} from '../../src/sources/directory/index.js'

const Expected = v.strictObject({
  /** Rules this case is about; without it, all of the checker. */
  about: v.optional(v.array(v.string())),
  status: v.picklist(['ok', 'findings', 'skipped', 'unknown']),
  findings: v.array(
    v.strictObject({
      id: v.string(),
      severity: v.picklist(['error', 'warning', 'notice']),
      confidence: v.optional(v.picklist(['certain', 'likely', 'possible'])),
      subject: v.strictObject({kind: v.string(), name: v.string()}),
      summary: v.optional(v.string()),
      causedBy: v.optional(
        v.strictObject({id: v.string(), subject: v.strictObject({kind: v.string(), name: v.string()})}),
      ),
    }),
  ),
  /** What could not be known, in any order; without it, nothing may be missing. */
  missing: v.optional(v.array(v.strictObject({input: v.string(), reason: v.string()}))),
})

export type Expected = v.InferOutput<typeof Expected>

/** One miniature host beside what the checker must say about it. */
export interface Case {
  readonly name: string
  /** An unpacked bundle. */
  readonly host: string
  readonly expected: Expected
}

/** The cases of a checker's folder, by name. */
export function loadCases(checkerFolder: string): Case[] {
  const folder = join(checkerFolder, 'cases')
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const path = join(folder, name, 'expected.json')
      const parsed = v.safeParse(Expected, JSON.parse(readFileSync(path, 'utf8')))
      if (!parsed.success) throw new Error(`${path}: ${JSON.stringify(v.flatten(parsed.issues))}`)
      return {name, host: join(folder, name, 'host'), expected: parsed.output}
    })
}

/** The report of one checker on one recorded host. */
export async function reportOf(checker: AnyChecker, host: string): Promise<Report> {
  return check(await openDirectory(host), [checker], {
    failOn: 'error',
    wanted: () => true,
    accepted: [],
    tool: {name: 'netdoctor', version: '0.0.0'},
  })
}

/** A report in the words of `expected`: its fields and no others, so that a diff shows what differs. */
export function inWordsOf(expected: Expected, report: Report): unknown {
  const [result] = report.checkers
  return {
    ...(expected.about ? {about: expected.about} : {}),
    status: result?.status,
    // Why a checker broke is the first thing to know, and no case expects it.
    ...(result?.status === 'error' ? {reason: result.reason} : {}),
    findings: report.findings.map(({id, severity, confidence, subject, summary, causedBy}, at) => {
      const wanted = expected.findings[at]
      return {
        id,
        severity,
        ...(!wanted || wanted.confidence ? {confidence} : {}),
        subject,
        ...(!wanted || wanted.summary ? {summary} : {}),
        ...(wanted?.causedBy ? {causedBy} : {}),
      }
    }),
    missing: inOrder((result?.missing ?? []).map(({input, reason}) => ({input, reason}))),
  }
}

/** `expected` with what may be left out put in. */
export function completed(expected: Expected): unknown {
  return {...expected, missing: inOrder(expected.missing ?? [])}
}

function inOrder(missing: readonly {readonly input: string; readonly reason: string}[]): string[] {
  return [...new Set(missing.map(({input, reason}) => `${input}: ${reason}`))].sort()
}
