import type {Source} from '../sources/source.js'

export interface SourceRequest {
  /** Folder that holds a recorded host. */
  readonly from?: string | undefined
  /** Folder at which a root file system is mounted. */
  readonly root?: string | undefined
  /** Each input's deadline. */
  readonly timeoutMs: number
}

/** The live host, what was recorded of one, or a root file system that is mounted somewhere. */
export async function openSource({from, root, timeoutMs}: SourceRequest): Promise<Source> {
  if (from !== undefined) {
    const {openDirectory} = await import('../sources/directory/index.js')
    return openDirectory(from)
  }
  if (root !== undefined) {
    const {createRootSource} = await import('../sources/root/index.js')
    return createRootSource(root, {timeoutMs})
  }
  const {createLiveSource} = await import('../sources/live/index.js')
  return createLiveSource({timeoutMs})
}
