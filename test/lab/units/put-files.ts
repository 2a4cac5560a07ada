import {chmod, mkdir, symlink, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import type {Files} from './random-files.js'

/** Lays files down below a folder. What finds a file where it needs a folder, or the reverse, is left out. */
export async function putFiles(folder: string, files: Files): Promise<void> {
  for (const [path, text] of Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const target = join(folder, path)
    try {
      await mkdir(dirname(target), {recursive: true})
      if (text.startsWith('-> ')) await symlink(text.slice(3), target)
      else await writeFile(target, text, {flag: 'wx'})
      if (text.startsWith('#!')) await chmod(target, 0o755)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && /^E(EXIST|NOTDIR|ISDIR|LOOP|NOENT)$/.test(String(error.code))))
        throw error
    }
  }
}
