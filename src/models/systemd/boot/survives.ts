import type {Unit} from '../../../facts/units.js'

const GENERATED = /^\/run\/systemd\/generator(\.early|\.late)?\//

const IN_LOAD_PATH = /^\/(etc|run|lib|usr\/lib|usr\/local\/lib)\/systemd\//

/**
 * Is a file or link still there after a reboot? /run is a fresh tmpfs at each boot (file-hierarchy(7)); what
 * generators put there they put there again (systemd.generator(7)).
 */
export function survivesReboot(path: string): boolean {
  return !path.startsWith('/run/') || GENERATED.test(path)
}

/** What the next boot finds under a unit's name, as far as files are there and masks. */
export type FileAtBoot = 'there' | 'masked' | 'gone'

/**
 * What the next boot finds under a unit's name. Of a file that something in /run hides until then only the name is
 * known: nothing speaks against it, and what it pulls in itself is not followed.
 */
export function fileAtBoot(unit: Unit): FileAtBoot {
  if (unit.loadState === 'not-found') return 'gone'
  if (hiddenUntilReboot(unit)) return unit.otherFragments.some(survivesReboot) ? 'there' : 'gone'
  return unit.loadState === 'masked' ? 'masked' : 'there'
}

/** Is the file, or mask, that counts now one of this boot only? */
export function hiddenUntilReboot({unitFileState, fragmentPath, otherFragments}: Unit): boolean {
  // Until version 250 the path of a masked unit is /dev/null, wherever the link is, and that of a linked one is where
  // the link leads to; the link is told after it.
  if (unitFileState === 'masked-runtime') return true
  if (fragmentPath === null) return false
  const [link] = otherFragments
  const decisive = IN_LOAD_PATH.test(fragmentPath) || link === undefined ? fragmentPath : link
  return !survivesReboot(decisive)
}
