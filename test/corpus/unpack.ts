import {existsSync, lstatSync, readdirSync} from 'node:fs'
import {mkdir, rename, rm, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {command} from '../support/lab/command.js'

/** What no unit refers to and would only cost time. */
const passedOver = ['doc', 'doc-base', 'man', 'locale', 'icons', 'info', 'help', 'lintian', 'bug', 'fonts']
const skipped = [
  ...passedOver.map((name) => `--exclude=./usr/share/${name}`),
  '--exclude=./usr/include',
  '--exclude=./usr/lib/debug',
]

/** Set-uid bits and owners are left behind: nobody is to run anything of this. */
const UNPACK = `umask 022
deb=$1 root=$2; shift 2
dpkg-deb --fsys-tarfile "$deb" |
  tar -x -C "$root" --no-same-owner --no-same-permissions --keep-directory-symlink --skip-old-files "$@"`

/** Unpacks packages into a root, none of their scripts is run. A file that two of them have is the first one's. */
export async function unpackInto(root: string, debs: readonly string[]): Promise<void> {
  await mergedUsr(root)
  for (const deb of debs) await command(['sh', '-c', UNPACK, 'sh', deb, root, ...skipped])
}

/** The maintainer scripts of a package: what they make is not in its files. */
export async function unpackScripts(deb: string, folder: string): Promise<void> {
  if (existsSync(folder)) return
  const unfinished = `${folder}.${process.pid}`
  await command(['dpkg-deb', '-e', deb, unfinished])
  await rename(unfinished, folder)
}

/** Builds a folder once: half of one is never taken for the whole. */
export async function once(folder: string, build: (unfinished: string) => Promise<void>): Promise<void> {
  if (existsSync(folder)) return
  const unfinished = `${folder}.${process.pid}`
  try {
    await mkdir(unfinished, {recursive: true})
    await build(unfinished)
    await rename(unfinished, folder)
  } finally {
    await rm(unfinished, {recursive: true, force: true})
  }
}

/** /lib and its like are links into /usr, as on each Debian since 12. */
async function mergedUsr(root: string): Promise<void> {
  for (const name of ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32']) {
    await mkdir(join(root, 'usr', name), {recursive: true})
    if (!existsSync(join(root, name))) await symlink(`usr/${name}`, join(root, name))
  }
}

/** Gives a root without systemd the mark by which the version of systemd is known. */
export async function markVersion(root: string, major: number): Promise<void> {
  const folder = join(root, 'usr/lib/systemd')
  await mkdir(folder, {recursive: true})
  if (readdirSync(folder).some((name) => /^libsystemd-shared-/.test(name))) return
  await writeFile(join(folder, `libsystemd-shared-${major}.so`), '')
}

const unitFolders = ['usr/lib/systemd/system', 'etc/systemd/system']
export const unitFile = /\.(service|socket|timer|path|target|mount|automount|swap|slice)$/

/** Unit files (no links) that a root holds, as absolute paths in it. */
export function unitFilesOf(root: string): string[] {
  return unitFolders.flatMap((folder) => {
    const path = join(root, folder)
    if (!existsSync(path)) return []
    return readdirSync(path)
      .filter((name) => unitFile.test(name) && lstatSync(join(path, name)).isFile())
      .map((name) => `/${folder}/${name}`)
  })
}
