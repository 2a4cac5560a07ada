import type {Missing} from '../../model/missing.js'
import type {Tree} from '../../sources/collected.js'

/**
 * Version that brought a release of libsystemd.so.0: LIBSYSTEMD_AGE and _REVISION of systemd's Makefile.am. Only
 * those that had no libsystemd-shared-NNN.so yet.
 */
const BY_LIBRARY: Readonly<Record<string, number>> = {
  '3.1': 215,
  '4.0': 216,
  '5.0': 217,
  '5.1': 218,
  '6.0': 219,
  '7.0': 220,
  '8.0': 221,
  '9.0': 222,
  '10.0': 223,
  '10.1': 224,
  '10.2': 225,
  '11.0': 226,
  '12.0': 227,
  '13.0': 228,
  '14.0': 229,
  '15.0': 230,
}

/**
 * Major version of the installed systemd, by its library (`libsystemd-shared-252.so`, `libsystemd.so.0.14.0`);
 * null: none, or several.
 *
 * @param input `systemd-library`
 */
export function installedVersion(input: Tree | Missing): number | null {
  if (input.status !== 'tree') return null
  const shared = new Set<number>()
  const old = new Set<number>()
  for (const {path, type} of input.entries) {
    if (type === 'absent' || type === 'glob') continue
    const version = /\/libsystemd-shared-(\d+)[^/]*\.so$/.exec(path)?.[1]
    if (version !== undefined) shared.add(Number(version))
    const library = BY_LIBRARY[/\/libsystemd\.so\.0\.(\d+\.\d+)$/.exec(path)?.[1] ?? '']
    if (library !== undefined) old.add(library)
  }
  const versions = shared.size > 0 ? shared : old
  const [version] = versions
  return versions.size === 1 ? (version ?? null) : null
}
