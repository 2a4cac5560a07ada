import {cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import template from '../../scripts/templates/checker/index.js'
import {checkers} from '../../src/checkers/index.js'
import {shortcomings} from '../support/checker-rules.js'

const path = (below: string) => fileURLToPath(new URL(`../../${below}`, import.meta.url))

describe('every checker', () => {
  it.each(checkers.map((checker) => [checker.id, checker] as const))('%s is complete', (id, checker) => {
    expect(shortcomings(checker, path(`src/checkers/${id}`))).toEqual([])
  })

  it('has an id of its own', () => {
    const ids = checkers.map(({id}) => id)
    expect(ids).toEqual([...new Set(ids)])
  })
})

describe('what makes a checker incomplete', () => {
  let folder: string
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'netdoctor-checker-')), 'template-checker')
    cpSync(path('scripts/templates/checker'), folder, {recursive: true})
  })
  afterEach(() => rmSync(join(folder, '..'), {recursive: true}))

  it('nothing, for the template', () => {
    expect(shortcomings(template, folder)).toEqual([])
  })

  it('a folder of another name', () => {
    const other = join(folder, '..', 'other')
    cpSync(folder, other, {recursive: true})
    expect(shortcomings(template, other)).toEqual(["the id template-checker is not the folder's name"])
  })

  it('a README without the heading or the section of a rule', () => {
    const readme = join(folder, 'README.md')
    writeFileSync(readme, readFileSync(readme, 'utf8').replace('## Example\n', '').replace('### release-too-old', ''))
    expect(shortcomings(template, folder)).toEqual([
      expect.stringContaining('headings are What it checks, Why it matters, How it decides, Remediation'),
      'README: no section "### release-too-old"',
    ])
  })

  it.each([
    ['old-kernel', 'no case in which release-too-old fires'],
    ['recent-kernel', 'no case in which release-too-old stays silent with everything known'],
    ['release-not-recorded', 'no case in which an input of release-too-old is missing and the checker ends in unknown'],
  ])('no case like %s', (name, lack) => {
    rmSync(join(folder, 'cases', name), {recursive: true})
    expect(shortcomings(template, folder)).toEqual([lack])
  })

  it('a case about a rule that does not exist', () => {
    const expected = join(folder, 'cases/recent-kernel/expected.json')
    writeFileSync(expected, '{"about": ["release-too-young"], "status": "ok", "findings": []}')
    expect(shortcomings(template, folder)).toContain(
      'case recent-kernel: there is no rule template-checker/release-too-young',
    )
  })
})
