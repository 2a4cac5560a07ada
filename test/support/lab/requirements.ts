import {accessSync, constants} from 'node:fs'
import {describe, it} from 'vitest'

const folders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

/** What a lab test needs of the machine: programs by name, `root`, or a reason of the test's own. */
export type Requirement = string | {readonly lacking: string | null}

/** Why a lab test cannot run here, or null. */
export function whyNot(...requirements: readonly Requirement[]): string | null {
  const lacking = requirements.map(lackOf).filter((reason) => reason !== null)
  return lacking.length > 0 ? lacking.join('; ') : null
}

/**
 * `describe` for tests that need a real kernel, daemon or runtime. Where a requirement is not met
 * it is skipped and its title says why; in CI that is a failure.
 */
export function describeLab(title: string, requirements: readonly Requirement[], define: () => void): void {
  const reason = whyNot(...requirements)
  if (reason === null) describe(title, define)
  else if (process.env.CI === 'true') {
    describe(title, () => {
      it('can run here', () => {
        throw new Error(`${reason}: run scripts/lab/provision.sh as root`)
      })
    })
  } else describe.skip(`${title} (skipped: ${reason})`, define)
}

function lackOf(requirement: Requirement): string | null {
  if (typeof requirement !== 'string') return requirement.lacking
  if (requirement === 'root') return process.getuid?.() === 0 ? null : 'needs root'
  return folders.some((folder) => isExecutable(`${folder}/${requirement}`)) ? null : `${requirement} is not installed`
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
