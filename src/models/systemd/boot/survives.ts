import type {Unit} from '../../../facts/units.js'

const GENERATED = /^\/run\/systemd\/generator(\.early|\.late)?\//

/**
 * Is a file or link still there after a reboot? /run is a fresh tmpfs at each boot (file-hierarchy(7)); what
 * generators put there they put there again (systemd.generator(7)).
 */
export function survivesReboot(path: string): boolean {
  return !path.startsWith('/run/') || GENERATED.test(path)
}

/** What the next boot finds under a unit's name. */
export type AtBoot = 'startable' | 'masked' | 'refused' | 'gone'

/** What the next boot finds under a unit's name, where only this boot's files in /run may be on top of it. */
export function atBoot(unit: Unit): AtBoot {
  if (unit.loadState === 'not-found') return 'gone'
  if (unit.fragmentPath !== null && !survivesReboot(unit.fragmentPath)) {
    // Of the file underneath only the name is known; nothing speaks against it.
    return unit.otherFragments.some(survivesReboot) ? 'startable' : 'gone'
  }
  return unit.loadState === 'loaded' ? 'startable' : unit.loadState
}
