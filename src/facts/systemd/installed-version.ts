import type {Missing} from '../../model/missing.js'
import type {Tree} from '../../sources/collected.js'

/** Major version of the installed systemd, by its library (`libsystemd-shared-252.so`); null: none, or several. */
export function installedVersion(input: Tree | Missing): number | null {
  if (input.status !== 'tree') return null
  const versions = new Set<number>()
  for (const {type, path} of input.entries) {
    if (type === 'absent' || type === 'glob') continue
    const version = /\/libsystemd-shared-(\d+)[^/]*\.so$/.exec(path)?.[1]
    if (version !== undefined) versions.add(Number(version))
  }
  const [version] = versions
  return versions.size === 1 ? (version ?? null) : null
}
