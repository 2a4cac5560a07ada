import {type InputName, secretInputs, specs} from '../sources/specs.js'
import {loadCheckers} from './catalogue.js'
import {inputsBehind} from './fact-resolver.js'
import {openSource} from './open-source.js'

export interface BundleRequest {
  /** Folder to make; must not exist yet, or be empty. */
  readonly unpacked: string
  readonly timeoutMs: number
  readonly configFile?: string | undefined
  readonly tool: {readonly name: string; readonly version: string; readonly root: string}
}

export interface Recorded {
  /** How many inputs. */
  readonly inputs: number
  /** Those of them that may hold secrets. */
  readonly secret: readonly InputName[]
}

/** Records of this host exactly what `check` and `predict` read. */
export async function createBundle({unpacked, timeoutMs, configFile, tool}: BundleRequest): Promise<Recorded> {
  const {writeUnpacked} = await import('../bundle/write.js')
  const checkers = await loadCheckers(tool.root, configFile)
  const names = inputsBehind([
    'host',
    'units',
    'unitEnvironment',
    'network',
    'gaiConf',
    ...checkers.flatMap((checker) => [...checker.needs, ...checker.wants]),
  ]).filter((name) => specs[name].kind !== 'asked')
  await writeUnpacked(unpacked, await openSource({timeoutMs}), names, {name: tool.name, version: tool.version})
  return {inputs: names.length, secret: names.filter((name) => secretInputs.includes(name))}
}
