import {readdirSync, readFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {command, tryCommand} from '../support/lab/command.js'

/** A binary package as this machine's package lists have it. */
export interface Package {
  readonly name: string
  readonly version: string
  /** Its file in the cache: `nsd_4.6.1-1_amd64.deb`. */
  readonly file: string
}

/** The packages that were looked through by hand, one a line; `#` begins a comment. */
export const packageList = fileURLToPath(new URL('packages.txt', import.meta.url))

export function readNames(list: string): string[] {
  const lines = readFileSync(list, 'utf8').split('\n')
  return [...new Set(lines.map((line) => line.replace(/#.*/, '').trim()).filter((line) => line !== ''))]
}

/** What the release has of the names, by name; what it does not have is left out. Asks the lists on disk only. */
export async function lookUp(names: readonly string[]): Promise<Package[]> {
  // Exit 100 when one of them is unknown; the others are answered.
  const {stdout} = await tryCommand(['apt-cache', 'show', '--no-all-versions', ...names])
  const found = new Map<string, Package>()
  for (const record of stdout.split(/\n\n+/)) {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(record)?.[1]
    const [name, version, architecture] = [field('Package'), field('Version'), field('Architecture')]
    if (name === undefined || version === undefined || architecture === undefined) continue
    found.set(name, {name, version, file: `${name}_${version.replaceAll(':', '%3a')}_${architecture}.deb`})
  }
  return names.flatMap((name) => found.get(name) ?? [])
}

/** Fetches what the folder lacks; apt checks signatures and sums. */
export async function download(packages: readonly Package[], folder: string): Promise<number> {
  const present = new Set(readdirSync(folder))
  const lacking = packages.filter(({file}) => !present.has(file))
  const batch = 40
  for (let at = 0; at < lacking.length; at += batch) {
    const some = lacking.slice(at, at + batch).map(({name, version}) => `${name}=${version}`)
    await command(['apt-get', '-q', 'download', ...some], {cwd: folder})
  }
  return lacking.length
}
