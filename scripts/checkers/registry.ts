import {existsSync} from 'node:fs'
import {readdir} from 'node:fs/promises'
import {join} from 'node:path'

/** Folders below `src/checkers` that hold a checker, by name. */
export async function checkerIds(root: string): Promise<string[]> {
  const entries = await readdir(join(root, 'src/checkers'), {withFileTypes: true})
  return entries
    .filter((entry) => entry.isDirectory() && existsSync(join(entry.parentPath, entry.name, 'index.ts')))
    .map((entry) => entry.name)
    .sort()
}

/** Text of `src/checkers/index.ts`. */
export function registrySource(ids: readonly string[]): string {
  const imports = ids.map((id) => `import ${variable(id)} from './${id}/index.js'\n`)
  const oneLine = `[${ids.map(variable).join(', ')}]`
  // As the formatter would have it, so that it leaves the file alone.
  const list = oneLine.length <= 73 ? oneLine : `[\n${ids.map((id) => `  ${variable(id)},\n`).join('')}]`
  return [
    '// Generated from the folders beside this file by `npm run generate`. Do not edit.\n',
    "import type {AnyChecker} from '../checker.js'\n",
    ...imports,
    '\n',
    `export const checkers: readonly AnyChecker[] = ${list}\n`,
  ].join('')
}

function variable(id: string): string {
  return id.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}
