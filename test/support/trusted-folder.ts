import {lstatSync, mkdtempSync} from 'node:fs'
import {homedir} from 'node:os'
import {dirname, join} from 'node:path'

/**
 * A new folder that nobody but root and the caller can write to, nor to any folder above it: /tmp
 * is none. The caller removes it.
 */
export function trustedFolder(): string {
  const caller = process.geteuid?.() ?? 0
  const candidates = [...(caller === 0 ? ['/var/lib', '/opt'] : []), homedir(), process.cwd()]
  const place = candidates.find((candidate) => isTrusted(candidate, caller))
  if (place === undefined) throw new Error(`none of ${candidates.join(', ')} is writable by the caller and nobody else`)
  return mkdtempSync(join(place, 'netdoctor-test-'))
}

function isTrusted(path: string, caller: number): boolean {
  for (let place = path; ; place = dirname(place)) {
    const {mode, uid} = lstatSync(place)
    if ((uid !== 0 && uid !== caller) || (mode & 0o022) !== 0) return false
    if (place === '/') return true
  }
}
