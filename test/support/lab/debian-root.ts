import {existsSync, readFileSync} from 'node:fs'
import {chmod, mkdir, mkdtemp, rename, rm} from 'node:fs/promises'
import {homedir} from 'node:os'
import {dirname, join} from 'node:path'
import {command} from './command.js'
import {guard} from './guard.js'

/** Releases of Ubuntu, whose archive debootstrap does not look for by itself. */
const OF_UBUNTU = ['xenial', 'focal']

/**
 * The root file system of a release with systemd, by default that of NETDOCTOR_LAB_RELEASE or of this machine.
 * Nobody changes it: it is booted with an overlay.
 *
 * Built once and kept in the cache folder; two runs at a time may both build it, and one of them is kept.
 */
export async function debianRoot(codeName?: string): Promise<string> {
  const own = /^VERSION_CODENAME=(\w+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1]
  const release = codeName ?? process.env.NETDOCTOR_LAB_RELEASE ?? own ?? 'stable'
  const base = folderOf(release)
  if (existsSync(base)) return base
  if (OF_UBUNTU.includes(release)) throw new Error(`${base} is not there: make it with debootstrap`)
  await mkdir(dirname(base), {recursive: true})
  const building = await mkdtemp(`${base}-building-`)
  const {release: discard} = guard('rm -rf --one-file-system "$1"', building)
  try {
    // It becomes the machine's root folder, which everybody enters.
    await chmod(building, 0o755)
    await command(['debootstrap', '--variant=minbase', '--include=systemd,systemd-sysv,dbus', release, building])
    await rename(building, base).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
      await rm(building, {recursive: true})
    })
  } finally {
    await discard()
  }
  return base
}

/** Has it been made here? */
export function hasDebianRoot(release: string): boolean {
  return existsSync(folderOf(release))
}

/** Major version of the systemd of a root file system. */
export function systemdVersion(root: string): number {
  const status = readFileSync(join(root, 'var/lib/dpkg/status'), 'utf8')
  const version = /^Package: systemd\n(?:.+\n)*?Version: (\d+)/m.exec(status)?.[1]
  if (version === undefined) throw new Error(`${root} has no systemd`)
  return Number(version)
}

function folderOf(release: string): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
  return join(cache, 'netdoctor-lab', `systemd-${release}`)
}
