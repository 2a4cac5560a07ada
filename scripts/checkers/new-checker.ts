import {existsSync} from 'node:fs'
import {cp, readdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

const ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

/** Copies the template at `template` to `<checkers>/<id>`. Returns the new folder. Throws if it exists. */
export async function newChecker(template: string, checkers: string, id: string): Promise<string> {
  if (!ID.test(id)) throw new Error(`not a checker id: ${id}. Lower case words with dashes: the thing, then what fails`)
  const folder = join(checkers, id)
  if (existsSync(folder)) throw new Error(`${folder} exists already`)
  await cp(template, folder, {recursive: true})
  for (const name of await readdir(folder, {recursive: true})) {
    if (!/\.(ts|md|json)$/.test(name)) continue
    const path = join(folder, name)
    const text = await readFile(path, 'utf8')
    // The template lies one folder deeper than a checker does, in another tree.
    await writeFile(path, text.replaceAll('template-checker', id).replaceAll('../../../src/', '../../'))
  }
  return folder
}
