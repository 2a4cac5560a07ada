import {expandSpecifiers} from '../systemd/specifiers.js'
import type {Assignment} from '../systemd/unit-file.js'
import {unitNameKind, withInstance} from '../systemd/unit-name.js'
import {mayAlias} from './name-map.js'

/** Since then systemd knows UpheldBy= and `.upholds` folders. */
export const UPHOLDS_VERSION = 254

/** [Install] of a unit and its drop-ins, for what `systemctl enable` would do. */
export class InstallSection {
  aliases: string[] = []
  /** WantedBy=, RequiredBy=, UpheldBy=. */
  readonly #by = new Map<string, string[]>()
  readonly #also: string[] = []
  #defaultInstance: string | null = null

  /**
   * Takes what a file says (items of unit_file_load() of systemd's src/shared/install.c).
   *
   * @returns false: systemd refuses the file.
   */
  add(assignments: readonly Assignment[], unit: string, version: number): boolean {
    for (const {section, key, value} of assignments) {
      if (section !== 'Install') continue
      const words = value.split(/[ \t\n\r]+/).filter((word) => word !== '')
      if (key === 'Alias' && mayAlias(unit)) this.aliases = value === '' ? [] : [...this.aliases, ...words]
      else if (key === 'WantedBy' || key === 'RequiredBy' || (key === 'UpheldBy' && version >= UPHOLDS_VERSION)) {
        this.#by.set(key, value === '' ? [] : [...(this.#by.get(key) ?? []), ...words])
      } else if (key === 'Also') {
        const names = words.map((word) => expandSpecifiers(word, unit))
        for (const name of names) {
          if (name === null || unitNameKind(name) === null) return false
          this.#also.push(name)
        }
      } else if (key === 'DefaultInstance' && unitNameKind(unit) === 'template') {
        const instance = expandSpecifiers(value, unit)
        if (instance !== null && /^[0-9A-Za-z:_.\\@-]*$/.test(instance)) this.#defaultInstance = instance || null
        else return false
      }
    }
    return true
  }

  get hasRules(): boolean {
    return this.aliases.length > 0 || [...this.#by.values()].some((names) => names.length > 0)
  }

  get hasAlso(): boolean {
    return this.#also.length > 0
  }

  /** Would enabling the unit make a link of this name (is_symlink_with_known_name())? */
  makes(link: string, unit: string): boolean {
    if (link === unit || this.aliases.includes(link)) return true
    return this.#defaultInstance !== null && link === withInstance(unit, this.#defaultInstance, 'template')
  }
}
