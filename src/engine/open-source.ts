import {type Asked, withAsked} from '../sources/asked.js'
import type {Source} from '../sources/source.js'

export interface SourceRequest {
  /** Folder that holds a recorded host. */
  readonly from?: string | undefined
  /** Folder at which a root file system is mounted. */
  readonly root?: string | undefined
  /** What the caller named beside the host. */
  readonly asked?: Asked | undefined
  /** Each input's deadline. */
  readonly timeoutMs: number
}

/** The live host, what was recorded of one, or a root file system that is mounted somewhere. */
export async function openSource(request: SourceRequest): Promise<Source> {
  const source = await openHost(request)
  return request.asked ? withAsked(source, request.asked) : source
}

async function openHost({from, root, timeoutMs}: SourceRequest): Promise<Source> {
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
