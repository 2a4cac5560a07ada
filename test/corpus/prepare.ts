import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {mkdir, symlink} from 'node:fs/promises'
import {join} from 'node:path'
import {command} from '../support/lab/command.js'
import {download, lookUp, type Package} from './packages.js'
import {markVersion, once, unitFilesOf, unpackInto, unpackScripts} from './unpack.js'

export interface Corpus {
  readonly release: string
  /** Major version of systemd in this release. */
  readonly systemd: number
  readonly packages: readonly Package[]
  /** Names of the list that the release does not have. */
  readonly unavailable: readonly string[]
  /** Each package in a root of its own. */
  rootOf(name: string): string
  /** Control files and maintainer scripts of a package. */
  scriptsOf(name: string): string
  /** All of them in one root, as on a machine that has them all. */
  readonly merged: string
  /** The same, where multi-user.target wants each unit, of each template an instance, and init scripts have links. */
  readonly enabled: string
}

/** Name of the instance that the `enabled` root has of each template. */
export const INSTANCE = 'corpus'

/** Fetches and unpacks what the cache folder lacks. Nothing is installed, no script of a package is run. */
export async function prepare(names: readonly string[], cache: string, say: (text: string) => void): Promise<Corpus> {
  const osRelease = readFileSync('/etc/os-release', 'utf8')
  const release = /^VERSION_CODENAME=(\w+)$/m.exec(osRelease)?.[1] ?? 'unknown'
  const folder = join(cache, release)
  const debs = join(folder, 'debs')
  await mkdir(debs, {recursive: true})
  const packages = await lookUp(names)
  if (packages.length === 0) throw new Error('none of the packages is known: apt-get update')
  const fetched = await download(packages, debs)
  say(`${packages.length} packages of Debian ${release}, ${fetched} of them fetched now`)

  const stem = ({file}: Package) => file.replace(/\.deb$/, '')
  const byName = new Map(packages.map((one) => [one.name, one]))
  const below = (kind: string) => (name: string) => {
    const found = byName.get(name)
    if (found === undefined) throw new Error(`${name} is not in the corpus`)
    return join(folder, kind, stem(found))
  }
  const rootOf = below('roots')
  const scriptsOf = below('scripts')
  const systemd = await majorVersion()
  await mkdir(join(folder, 'roots'), {recursive: true})
  await mkdir(join(folder, 'scripts'), {recursive: true})
  await inTurns(packages, 2, async ({name, file}) => {
    const deb = join(debs, file)
    await unpackScripts(deb, scriptsOf(name))
    await once(rootOf(name), async (root) => {
      await unpackInto(root, [deb])
      await markVersion(root, systemd)
    })
  })

  // A list of other packages is another machine.
  const set = command(['sha256sum'], {input: packages.map(stem).join('\n')}).then((text) => text.slice(0, 12))
  const merged = join(folder, `merged-${await set}`)
  await once(merged, async (root) => {
    say('unpacking all into one root')
    await unpackInto(
      root,
      packages.map(({file}) => join(debs, file)),
    )
    await markVersion(root, systemd)
  })
  const enabled = join(folder, `enabled-${await set}`)
  await once(enabled, async (root) => {
    await command(['cp', '-al', `${merged}/.`, root])
    await enableAll(root)
    await linkInitScripts(root)
  })
  const unavailable = names.filter((name) => !byName.has(name))
  return {release, systemd, packages, unavailable, rootOf, scriptsOf, merged, enabled}
}

/** The version that the release has, whatever runs here. */
async function majorVersion(): Promise<number> {
  const [found] = await lookUp(['systemd'])
  const major = /^(\d+)/.exec(found?.version ?? '')?.[1]
  if (major === undefined) throw new Error('the package lists have no systemd: apt-get update')
  return Number(major)
}

async function enableAll(root: string): Promise<void> {
  const wants = join(root, 'etc/systemd/system/multi-user.target.wants')
  await mkdir(wants, {recursive: true})
  const present = new Set(readdirSync(wants))
  for (const path of unitFilesOf(root)) {
    const name = path.slice(path.lastIndexOf('/') + 1)
    const link = name.replace('@.', `@${INSTANCE}.`)
    if (!present.has(link)) await symlink(path, join(wants, link))
  }
}

/** As update-rc.d makes them; under systemd a native unit of the same name counts, whatever it says. */
async function linkInitScripts(root: string): Promise<void> {
  const scripts = join(root, 'etc/init.d')
  for (const name of readdirSync(scripts)) {
    const text = readFileSync(join(scripts, name), 'utf8')
    const levels = /^# Default-Start:\s*(.*)$/m.exec(text)?.[1] ?? ''
    for (const level of levels.split(/\s+/).filter((word) => /^[0-6S]$/.test(word))) {
      const folder = join(root, `etc/rc${level}.d`)
      await mkdir(folder, {recursive: true})
      if (!existsSync(join(folder, `S01${name}`))) await symlink(`../init.d/${name}`, join(folder, `S01${name}`))
    }
  }
}

async function inTurns<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items]
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await work(next)
  }
  await Promise.all(Array.from({length: width}, worker))
}

/** Packages by the unit files that they have, as paths in the merged root. */
export function ownersOf(corpus: Corpus): Map<string, string[]> {
  const owners = new Map<string, string[]>()
  for (const {name} of corpus.packages) {
    for (const path of unitFilesOf(corpus.rootOf(name))) owners.set(path, [...(owners.get(path) ?? []), name])
  }
  return owners
}
