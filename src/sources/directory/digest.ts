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
    const bytesLost = entry.type === 'file' && entry.invalidUtf8 ? ['invalidUtf8'] : []
    hash.update(`${JSON.stringify([entry.type, entry.path, contentOf(entry), ...bytesLost])}\n`)
  }
  return hash.digest('hex')
}

function contentOf(entry: TreeEntry): string | readonly string[] | undefined {
  switch (entry.type) {
    case 'file':
      return entry.text
    case 'symlink':
      return entry.target
    case 'unread':
      return entry.missing.detail
    case 'glob':
      return entry.matches
    case 'present':
    case 'absent':
      return undefined
  }
}
