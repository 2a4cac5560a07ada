import {assignmentOf, type SysctlAssignment} from '../../facts/sysctl-files.js'

/** What the files of sysctl.d(5) make of a link at boot. */
export interface BootSettings {
  /** The line that has the link forward, or all of them; null: none does. */
  readonly forwarding: SysctlAssignment | null
  /** accept_ra of the link; null: no file sets it, it is the kernel's 1. */
  readonly acceptRa: number | null
}

/**
 * The settings with which a link comes out of the boot. A line for the link itself goes before `all` (of which only
 * `forwarding` has an effect on links that exist) and `default` (which the kernel copies to links that appear later).
 */
export function bootSettings(assignments: readonly SysctlAssignment[], link: string): BootSettings {
  const first = (setting: string, ...names: readonly string[]): SysctlAssignment | null => {
    for (const name of names) {
      const found = assignmentOf(assignments, `net/ipv6/conf/${name}/${setting}`)
      if (found) return found
    }
    return null
  }
  const forwarding = first('forwarding', link, 'all', 'default')
  const acceptRa = first('accept_ra', link, 'default')
  return {
    forwarding: forwarding !== null && Number(forwarding.value) !== 0 ? forwarding : null,
    acceptRa: acceptRa === null ? null : Number(acceptRa.value),
  }
}
