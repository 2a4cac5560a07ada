import type {Source} from '../sources/source.js'

/** The live host, or what was recorded of one in the folder `from`. `timeoutMs` is each input's deadline. */
export async function openSource(options: {from?: string | undefined; timeoutMs: number}): Promise<Source> {
  if (options.from !== undefined) {
    const {openDirectory} = await import('../sources/directory/index.js')
    return openDirectory(options.from)
  }
  const {createLiveSource} = await import('../sources/live/index.js')
  return createLiveSource({timeoutMs: options.timeoutMs})
}
