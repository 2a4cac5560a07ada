import {FactResolver} from '../../../src/engine/fact-resolver.js'
import type {Fact} from '../../../src/facts/define.js'
import {Enablement} from '../../../src/facts/units/enablement.js'
import {unitFilesFact} from '../../../src/facts/units/files.js'
import type {UnitLoader} from '../../../src/facts/units/loader.js'
import {type UnitFileState, type Units, unitsFact} from '../../../src/facts/units.js'
import {type Missing, missing} from '../../../src/model/missing.js'
import {listConfined, lookConfined, readConfined, readlinkConfined} from '../../../src/sources/confined.js'
import {namingTrees, readNamedFiles} from '../../../src/sources/named-files.js'
import type {Source} from '../../../src/sources/source.js'
import {type InputName, specs} from '../../../src/sources/specs.js'
import {walkTree} from '../../../src/sources/tree-walk.js'

export interface Ours {
  readonly units: Units
  readonly gaps: readonly Missing[]
  isEnabled(name: string): UnitFileState
  /** What `systemctl cat` prints of a unit: its file, then its drop-ins. */
  filesOf(name: string): readonly string[]
}

/** What the facts say of a root folder, nothing asked but its files. */
export async function oursOf(root: string): Promise<Ours> {
  const resolver = new FactResolver(rootSource(root))
  const fact = (await resolver.get(unitsFact)) as Fact<Units>
  const files = (await resolver.get(unitFilesFact)) as Fact<UnitLoader>
  if (!fact.known || !files.known) throw new Error(JSON.stringify(fact))
  const enablement = new Enablement(files.value)
  const {value} = fact
  return {
    units: value,
    gaps: fact.gaps,
    isEnabled: (name) => enablement.stateOf(name),
    filesOf(name) {
      const unit = value.load(name)
      return unit ? [...(unit.fragmentPath === null ? [] : [unit.fragmentPath]), ...unit.dropInPaths] : []
    },
  }
}

function rootSource(root: string): Source {
  const collect = async (name: InputName): ReturnType<Source['collect']> => {
    const spec = specs[name]
    switch (spec.kind) {
      case 'file': {
        const read = readConfined(root, spec.path, {maxBytes: 1 << 20})
        if ('reason' in read) return missing(name, read.reason, read.detail)
        return {status: 'raw', origin: spec.path, text: read.text}
      }
      case 'tree':
        return walkTree(name, spec, {
          list: (path) => listConfined(root, path),
          read: (path, maxBytes) => readConfined(root, path, {maxBytes}),
          readlink: (path) => readlinkConfined(root, path),
        })
      case 'named-files': {
        const trees = await namingTrees(name, spec, collect)
        if ('reason' in trees) return trees
        return readNamedFiles(name, spec, trees, {
          list: (path) => listConfined(root, path),
          look: (path, options) => lookConfined(root, path, options),
        })
      }
      default:
        return missing(name, 'absent', 'files only')
    }
  }
  return {label: root, collectedAt: new Date(0).toISOString(), collect}
}
