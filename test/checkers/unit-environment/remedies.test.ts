import {execFileSync} from 'node:child_process'
import {cpSync, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {describe, expect, it} from 'vitest'
import checker from '../../../src/checkers/unit-environment/index.js'
import type {Finding, Remediation} from '../../../src/model/finding.js'
import {applyPatch} from '../../support/apply-patch.js'
import {loadCases, reportOf} from '../../support/cases.js'

const folder = fileURLToPath(new URL('../../../src/checkers/unit-environment', import.meta.url))
const keyOf = ({id, subject}: Finding) => `${id} ${subject.name}`
/** Of the host's files only: what they say to a running PID 1 is not tested here. */
const editsFiles = ({kind, argv}: Remediation) => kind === 'edit' || argv?.[0] === 'sed'

function apply({kind, argv = [], patch = ''}: Remediation, root: string): void {
  const [program = '', ...args] = argv
  if (kind === 'edit') applyPatch(root, patch)
  else execFileSync(program, [...args.slice(0, -1), join(root, args.at(-1) ?? '')])
}

/** Each offered edit by itself, except that all lines of a file that are taken out of comments belong together. */
const offered = await Promise.all(
  loadCases(folder).map(async ({name, host}) => {
    const {findings} = await reportOf(checker, host)
    return findings.flatMap((finding) => {
      const edits = finding.remediation.filter(editsFiles)
      const together = edits.filter(({title}) => /^Take /.test(title))
      const groups = [
        ...(together.length > 0 ? [together] : []),
        ...edits.filter((one) => !together.includes(one)).map((one) => [one]),
      ]
      return groups.map((group) => [`${name}: ${group[0]?.title}`, {host, finding, group}] as const)
    })
  }),
)

describe('what is offered as an edit', () => {
  it('is something in many cases', () => {
    expect(offered.flat().length).toBeGreaterThan(25)
  })

  it.each(offered.flat())('%s', async (_, {host, finding, group}) => {
    const copy = mkdtempSync(join(tmpdir(), 'netdoctor-remedy-'))
    try {
      cpSync(host, copy, {recursive: true, verbatimSymlinks: true})
      for (const remedy of group) apply(remedy, join(copy, 'root'))
      const after = await reportOf(checker, copy)
      expect(after.findings.map(keyOf)).not.toContain(keyOf(finding))
      // A service that starts again may have further faults, which did not matter before.
      if (finding.rule === 'environment-file-missing') return
      const before = (await reportOf(checker, host)).findings.map(keyOf)
      expect(after.findings.filter((one) => !before.includes(keyOf(one))).map(({id}) => id)).toEqual([])
    } finally {
      rmSync(copy, {recursive: true})
    }
  })
})
