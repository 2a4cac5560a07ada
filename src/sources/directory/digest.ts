import {createHash} from 'node:crypto'
import type {TreeEntry} from '../collected.js'

/** SHA-256 of a text's UTF-8 bytes, hexadecimal. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** SHA-256 over all entries of a tree, in their order. */
export function digestOfTree(entries: readonly TreeEntry[]): string {
  const hash = createHash('sha256')
  for (const entry of entries) {
    const content = entry.type === 'file' ? entry.text : entry.type === 'symlink' ? entry.target : entry.missing.detail
    hash.update(`${JSON.stringify([entry.type, entry.path, content])}\n`)
  }
  return hash.digest('hex')
}
