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

/** Records of this host exactly what `check` and `predict` read. Returns the number of inputs. */
export async function createBundle({unpacked, timeoutMs, configFile, tool}: BundleRequest): Promise<number> {
  const {writeUnpacked} = await import('../bundle/write.js')
  const checkers = await loadCheckers(tool.root, configFile)
  const names = inputsBehind(['host', ...checkers.flatMap((checker) => [...checker.needs, ...checker.wants])])
  await writeUnpacked(unpacked, await openSource({timeoutMs}), names, {name: tool.name, version: tool.version})
  return names.length
}
