import {dropInNames, isSkipped} from '../systemd/drop-ins.js'
import {basename, dirname} from '../systemd/file-tree.js'
import {dependencyFolder} from '../systemd/load-path.js'
import {unitNameKind} from '../systemd/unit-name.js'
import {UPHOLDS_VERSION} from './install-section.js'
import type {LoadedUnit, UnitLoader} from './loader.js'
import {instanceFor, isRuntime, type Pull} from './pulled-in.js'

const GENERATED = /^\/run\/systemd\/generator(\.early|\.late)?\//

type How = 'wants' | 'requires' | 'upholds'

/** Names of all that a link in a `.wants` folder or its like names, wherever the folder belongs. */
export function linkedNames({tree, loadPath}: UnitLoader): Set<string> {
  const names = new Set<string>()
  for (const folder of tree.folders()) {
    if (!dependencyFolder(folder) || !loadPath.roots.includes(dirname(folder))) continue
    for (const name of tree.list(folder)) if (unitNameKind(name) !== null) names.add(name)
  }
  return names
}

/** Links in folders such as `multi-user.target.wants`, by the unit whose folder it is. */
export class DependencyLinks {
  readonly #loader: UnitLoader
  readonly #hows: readonly How[]

  constructor(loader: UnitLoader) {
    this.#loader = loader
    const upholds = loader.version === null || loader.version >= UPHOLDS_VERSION
    this.#hows = upholds ? ['wants', 'requires', 'upholds'] : ['wants', 'requires']
  }

  /**
   * What the folders of a unit pull in, those of its template, its prefixes and its type among them (process_deps()
   * of systemd's src/core/load-dropin.c): the first folder that has a name counts, and a mask takes it back.
   */
  of(unit: LoadedUnit): Pull[] {
    const pulls: Pull[] = []
    for (const how of this.#hows) {
      const seen = new Map<string, 'for good' | 'until reboot'>()
      for (const folder of this.#foldersOf(unit, how)) {
        const holds = isRuntime(folder) && !GENERATED.test(folder) ? 'until reboot' : 'for good'
        for (const name of this.#loader.tree.list(folder)) {
          const before = seen.get(name)
          // A link that is gone after a reboot hides another one only until then.
          if (name.startsWith('.') || before === 'for good' || before === holds) continue
          if (isSkipped(this.#loader.tree, `${folder}/${name}`, this.#loader.version)) continue
          const pull = this.#pullOf(unit, how, `${folder}/${name}`)
          seen.set(name, pull ? holds : 'for good')
          if (pull) pulls.push(pull)
        }
      }
    }
    return pulls
  }

  #foldersOf(unit: LoadedUnit, how: How): readonly string[] {
    const {places, version} = this.#loader
    const ofNames = [unit.name, ...unit.aliases].flatMap((name) =>
      places.ofAll(dropInNames(name, version, places.isPrefix).map((stem) => `${stem}.${how}`)),
    )
    return [...ofNames, ...places.of(`${unit.type}.${how}`)]
  }

  #pullOf(unit: LoadedUnit, how: How, path: string): Pull | null {
    const {tree} = this.#loader
    // Only the name of the link counts, and it must be one.
    const name = instanceFor(basename(path), unit)
    if (tree.entry(path)?.type !== 'symlink' || name === null || unitNameKind(name) === null) return null
    const target = tree.follow(path)
    if (target !== null && !('status' in target) && target.text === '') return null
    return {name, by: {how, by: unit.name, path, runtime: isRuntime(path)}}
  }
}
