import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'

/** Applies a unified diff without context below a folder. Throws where a line is not as the patch says. */
export function applyPatch(root: string, patch: string): void {
  const path = /^\+\+\+ (.+)$/m.exec(patch)?.[1]
  if (path === undefined) throw new Error(`no file: ${patch}`)
  const file = join(root, path)
  const isNew = /^--- \/dev\/null$/m.test(patch)
  if (isNew === existsSync(file)) throw new Error(`${path}: ${isNew ? 'is there already' : 'is not there'}`)
  const lines = isNew ? [] : readFileSync(file, 'utf8').split('\n')
  let shift = 0
  for (const hunk of patch.split(/^(?=@@ )/m).slice(1)) {
    const at = Number(/^@@ -(\d+)/.exec(hunk)?.[1])
    const body = hunk.split('\n').slice(1, -1)
    const removed = body.filter((line) => line.startsWith('-')).map((line) => line.slice(1))
    const added = body.filter((line) => line.startsWith('+')).map((line) => line.slice(1))
    const from = Math.max(0, at - 1) + shift
    const found = lines.splice(from, removed.length, ...added)
    if (found.join('\n') !== removed.join('\n')) throw new Error(`${path}:${at}: ${found} is not ${removed}`)
    shift += added.length - removed.length
  }
  mkdirSync(dirname(file), {recursive: true})
  writeFileSync(file, isNew ? `${lines.join('\n')}\n` : lines.join('\n'))
}
