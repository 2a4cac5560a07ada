import {readdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {Metafile} from 'esbuild'

/** Licences of all packages of which something is in the bundle, as they ask to be passed on. */
export async function noticesOf(metafile: Metafile, root: string): Promise<string> {
  const bundled = Object.values(metafile.outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([input, {bytesInOutput}]) => (bytesInOutput > 0 ? [input] : [])),
  )
  const files = bundled.filter((input) => !input.startsWith('slim:'))
  const folders = [...new Set(files.flatMap((input) => packageFolder(input) ?? []))].sort()
  const notices = await Promise.all(folders.map((folder) => noticeOf(join(root, folder))))
  return `netdoctor contains parts of the following packages.\n\n${notices.join(`\n${'-'.repeat(80)}\n\n`)}`
}

function packageFolder(input: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0]
}

async function noticeOf(folder: string): Promise<string> {
  const {name, version, license}: {name: string; version: string; license?: string} = JSON.parse(
    await readFile(join(folder, 'package.json'), 'utf8'),
  )
  const file = (await readdir(folder)).find((entry) => /^(licen[cs]e|copying)/i.test(entry))
  const text = file ? await readFile(join(folder, file), 'utf8') : 'No licence text is part of the package.'
  return `${name} ${version} (${license ?? 'licence not stated'})\n\n${text.trim()}\n`
}
