import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {generate} from '../../scripts/checkers/generate.js'
import {newChecker} from '../../scripts/checkers/new-checker.js'
import template from '../../scripts/templates/checker/index.js'
import {completed, inWordsOf, loadCases, reportOf} from '../support/cases.js'

const templateFolder = fileURLToPath(new URL('../../scripts/templates/checker', import.meta.url))
let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'netdoctor-scripts-'))
  mkdirSync(join(root, 'src/checkers'), {recursive: true})
  mkdirSync(join(root, 'docs'))
})
afterEach(() => rmSync(root, {recursive: true}))

const plain = (id: string, declared = id) => {
  mkdirSync(join(root, 'src/checkers', id))
  writeFileSync(
    join(root, 'src/checkers', id, 'index.ts'),
    `export default {id: '${declared}', title: 'T', needs: ['kernel'], wants: [],
      rules: {'it-fails': {severity: 'error', title: 'It fails'}}, *check() {}}\n`,
  )
}

describe('generate', () => {
  it('writes the registry and the page, and finds them up to date after that', async () => {
    plain('dns-slow')
    plain('a-b')
    expect(await generate(root, {check: true})).toEqual(['src/checkers/index.ts', 'docs/checkers.md'])
    expect(existsSync(join(root, 'docs/checkers.md'))).toBe(false)
    await generate(root, {check: false})
    expect(await generate(root, {check: true})).toEqual([])
    expect(readFileSync(join(root, 'src/checkers/index.ts'), 'utf8')).toContain(
      "import aB from './a-b/index.js'\nimport dnsSlow from './dns-slow/index.js'\n\nexport const checkers: readonly AnyChecker[] = [aB, dnsSlow]\n",
    )
    expect(readFileSync(join(root, 'docs/checkers.md'), 'utf8')).toContain(
      '| [`a-b/it-fails`](../src/checkers/a-b/README.md#it-fails) | error | It fails |',
    )
    writeFileSync(join(root, 'docs/checkers.md'), 'by hand')
    expect(await generate(root, {check: true})).toEqual(['docs/checkers.md'])
  })

  it('refuses a checker whose id is not its folder', async () => {
    plain('one', 'other')
    await expect(generate(root, {check: true})).rejects.toThrow('the id is other, the folder one')
  })
})

describe('newChecker', () => {
  it('makes a checker of that name out of the template', async () => {
    const folder = await newChecker(templateFolder, join(root, 'src/checkers'), 'mtu-mismatch')
    expect(readFileSync(join(folder, 'index.ts'), 'utf8')).toContain("id: 'mtu-mismatch'")
    expect(readFileSync(join(folder, 'index.ts'), 'utf8')).toContain("from '../../checker.js'")
    for (const name of readdirSync(folder, {recursive: true, encoding: 'utf8'})) {
      if (/\.(ts|md|json)$/.test(name))
        expect(readFileSync(join(folder, name), 'utf8')).not.toContain('template-checker')
    }
    expect(loadCases(folder).flatMap(({expected}) => expected.findings.map(({id}) => id))).toEqual([
      'mtu-mismatch/release-too-old',
    ])
  })

  it('refuses to touch a checker that exists, and ids that are not one', async () => {
    await newChecker(templateFolder, join(root, 'src/checkers'), 'mtu-mismatch')
    await expect(newChecker(templateFolder, join(root, 'src/checkers'), 'mtu-mismatch')).rejects.toThrow('exist')
    for (const id of ['', '../x', 'Mtu', 'a--b', 'a/b', '-a']) {
      await expect(newChecker(templateFolder, join(root, 'src/checkers'), id)).rejects.toThrow('not a checker id')
    }
  })
})

describe('the template', () => {
  it.each(loadCases(templateFolder).map((one) => [one.name, one] as const))(
    'says of %s what it should',
    async (_, one) => {
      const report = await reportOf(template, one.host)
      expect(inWordsOf(one.expected, report)).toEqual(completed(one.expected))
    },
  )
})
