import {readFileSync} from 'node:fs'
import {basename, join} from 'node:path'
import type {AnyChecker} from '../../src/checker.js'
import {type Case, loadCases} from './cases.js'

/** Sections of every checker's README, in this order. */
export const headings = [
  'What it checks',
  'Why it matters',
  'How it decides',
  'Example',
  'Remediation',
  'When to ignore',
  'References',
]

/** What a checker's folder lacks; empty when it is complete. */
export function shortcomings(checker: AnyChecker, folder: string): string[] {
  const lacks: string[] = []
  if (checker.id !== basename(folder)) lacks.push(`the id ${checker.id} is not the folder's name`)
  const readme = readFileSync(join(folder, 'README.md'), 'utf8')
  const found = [...readme.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)
  if (found.join() !== headings.join()) lacks.push(`README: the "## " headings are ${found.join(', ')}`)
  const sections = new Set([...readme.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading ?? ''))
  const cases = loadCases(folder)
  for (const rule of Object.keys(checker.rules)) {
    if (!sections.has(rule)) lacks.push(`README: no section "### ${rule}"`)
    lacks.push(...uncovered(checker.id, rule, cases))
  }
  for (const {name, expected} of cases) {
    for (const id of [
      ...(expected.about ?? []).map((rule) => `${checker.id}/${rule}`),
      ...expected.findings.map((f) => f.id),
    ]) {
      const [of, rule] = id.split('/')
      if (of !== checker.id || !rule || !(rule in checker.rules)) lacks.push(`case ${name}: there is no rule ${id}`)
    }
  }
  return lacks
}

function uncovered(checker: string, rule: string, cases: readonly Case[]): string[] {
  const id = `${checker}/${rule}`
  const fires = ({expected}: Case) => expected.findings.some((finding) => finding.id === id)
  const about = cases.filter((one) => one.expected.about?.includes(rule) ?? true)
  const silent = about.filter((one) => !fires(one))
  return [
    ...(cases.some(fires) ? [] : [`no case in which ${rule} fires`]),
    ...(silent.some(({expected: {status, missing}}) => status !== 'unknown' && !missing?.length)
      ? []
      : [`no case in which ${rule} stays silent with everything known`]),
    ...(silent.some(({expected: {status}}) => status === 'unknown')
      ? []
      : [`no case in which an input of ${rule} is missing and the checker ends in unknown`]),
  ]
}
