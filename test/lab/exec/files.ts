import {mkdir, symlink, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'

/** Path -> text, bytes, or `-> target` for a link. A path that ends in `/` is a folder. */
export type LabFiles = Readonly<Record<string, string | Uint8Array>>

export async function layDown(root: string, files: LabFiles): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const target = join(root, path)
    await mkdir(path.endsWith('/') ? target : dirname(target), {recursive: true})
    if (path.endsWith('/')) continue
    if (typeof content === 'string' && content.startsWith('-> ')) await symlink(content.slice(3), target)
    else await writeFile(target, content)
  }
}

/** A file as it can be shown: what is no plain text as in a string of JavaScript. */
export function shown(content: string | Uint8Array): string {
  const text = typeof content === 'string' ? content : Buffer.from(content).toString('latin1')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what would not be seen
  return text.replace(/[\x00-\x08\x0b-\x1f\x7f-\xff\ufeff]/g, (char) => {
    return `<${char.charCodeAt(0).toString(16).padStart(2, '0')}>`
  })
}
