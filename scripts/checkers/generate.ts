import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {pathToFileURL} from 'node:url'
import type {AnyChecker} from '../../src/checker.js'
import {checkersPage} from './checkers-page.js'
import {checkerIds, registrySource} from './registry.js'

/**
 * Brings the generated files of the project at `root` up to date, or with `check` only compares.
 * Returns the paths that were not up to date, relative to `root`.
 */
export async function generate(root: string, {check}: {readonly check: boolean}): Promise<string[]> {
  const ids = await checkerIds(root)
  const loaded: AnyChecker[] = []
  for (const id of ids) {
    const path = join(root, 'src/checkers', id, 'index.ts')
    const {default: checker} = (await import(pathToFileURL(path).href)) as {default?: AnyChecker}
    if (!checker) throw new Error(`${path} has no default export; a checker is the default export of its index.ts`)
    if (checker.id !== id) throw new Error(`${path}: the id is ${checker.id}, the folder ${id}; they must be the same`)
    loaded.push(checker)
  }
  const files = {'src/checkers/index.ts': registrySource(ids), 'docs/checkers.md': checkersPage(loaded)}
  const stale: string[] = []
  for (const [path, wanted] of Object.entries(files)) {
    const found = await readFile(join(root, path), 'utf8').catch(() => null)
    if (found === wanted) continue
    stale.push(path)
    if (!check) await writeFile(join(root, path), wanted)
  }
  return stale
}
