import {cp, mkdir, readFile, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {describe, expect, it} from 'vitest'
import forkLimit from '../../../src/checkers/fork-limit/index.js'
import type {Remediation} from '../../../src/model/finding.js'
import {loadCases, reportOf} from '../../support/cases.js'
import {temporaryFolder} from '../../support/temporary-folder.js'

const cases = loadCases(fileURLToPath(new URL('../../../src/checkers/fork-limit', import.meta.url)))

/** Applies a patch of one hunk without context, as patch(1) would, and insists that it fits exactly. */
async function apply(root: string, {path = '', patch = ''}: Remediation): Promise<void> {
  const target = join(root, path)
  const [from, to, range, ...body] = patch.trimEnd().split('\n')
  expect(to).toBe(`+++ ${path}`)
  const added = body.filter((line) => line.startsWith('+')).map((line) => line.slice(1))
  const removed = body.filter((line) => line.startsWith('-')).map((line) => line.slice(1))
  if (from === '--- /dev/null') {
    expect(range).toBe(`@@ -0,0 +1,${added.length} @@`)
    await mkdir(dirname(target), {recursive: true})
    await writeFile(target, `${added.join('\n')}\n`)
    return
  }
  const line = Number(/^@@ -(\d+) \+\d+ @@$/.exec(range ?? '')?.[1])
  const lines = (await readFile(target, 'utf8')).split('\n')
  expect(lines.slice(line - 1, line)).toEqual(removed)
  lines.splice(line - 1, 1, ...added)
  await writeFile(target, lines.join('\n'))
}

describe('the edits of fork-limit', () => {
  it.each(['avahi-upgrade', 'service-exec', 'service-default-limit', 'service-limit-of-the-administrator'])(
    'cure what they are offered for: %s',
    async (name) => {
      const host = cases.find((one) => one.name === name)?.host ?? ''
      const copy = temporaryFolder()
      await cp(host, copy, {recursive: true, verbatimSymlinks: true})
      const [finding] = (await reportOf(forkLimit, copy)).findings
      expect(finding?.id).toBe('fork-limit/start-blocked')
      const edits = finding?.remediation.filter(({kind}) => kind === 'edit') ?? []
      expect(edits).toHaveLength(1)
      for (const edit of edits) await apply(join(copy, 'root'), edit)
      expect((await reportOf(forkLimit, copy)).findings).toEqual([])
    },
  )
})
