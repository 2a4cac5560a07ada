import {readdirSync, readlinkSync, statSync} from 'node:fs'
import {type Missing, missing} from '../../model/missing.js'
import type {Raw, Tree} from '../collected.js'
import {type LinkResult, type ListResult, typeOf} from '../confined.js'
import {type LookOptions, type LookResult, look} from '../look.js'
import {parseMountTable} from '../mount-table.js'
import {type NamedFilesReader, readNamedFiles} from '../named-files.js'
import {failureOf, type ReadResult, readRegular} from '../read-regular.js'
import type {NamedFilesSpec, TreeSpec} from '../spec-types.js'
import {type TreeReader, walkTree} from '../tree-walk.js'
import {ExpendableReader} from './expendable-reader.js'
import {FragilePaths} from './fragile-paths.js'
import {fragileMountPoints, parseMountInfo, readMountInfo} from './mounts.js'
import {createPause} from './pause.js'

export interface HostFiles {
  file(input: string, path: string, maxBytes: number): Promise<Raw | Missing>
  tree(input: string, spec: TreeSpec): Promise<Tree>
  named(input: string, spec: NamedFilesSpec, trees: readonly Tree[]): Promise<Tree>
}

/**
 * Files of the live host. Those on a network, FUSE or autofs mount are read in a child process that
 * can be abandoned: a thread of our own that hangs in a read would keep this process from exiting.
 * All others are read here, synchronously, which for small local files is by far the quickest.
 */
export function createHostFiles(timeoutMs: number): HostFiles {
  let fragile: FragilePaths | undefined
  const isFragile = (path: string) => {
    fragile ??= new FragilePaths(fragileMountPoints(parseMountInfo(readMountInfo())))
    return fragile.has(path)
  }
  const expendable = new ExpendableReader(timeoutMs)
  const read = (path: string, maxBytes: number): ReadResult | Promise<ReadResult> =>
    isFragile(path) ? expendable.read({root: '/', path, maxBytes}) : readRegular(path, maxBytes)
  const lookAt = (path: string, options: LookOptions): LookResult | Promise<LookResult> =>
    isFragile(path) ? expendable.look({root: '/', path, ...options}) : look(path, options)

  return {
    async file(input, path, maxBytes) {
      const result = await read(path, maxBytes)
      if ('reason' in result) return missing(input, result.reason, result.detail)
      return {status: 'raw', origin: path, text: result.text}
    },
    tree(input, spec) {
      const pause = createPause()
      const reader: TreeReader = {
        async list(path) {
          await pause()
          return isFragile(path) ? expendable.list({root: '/', path}) : list(path)
        },
        async read(path, maxBytes) {
          await pause()
          return read(path, maxBytes)
        },
        readlink(path) {
          return isFragile(path.slice(0, path.lastIndexOf('/')))
            ? expendable.readlink({root: '/', path})
            : readlink(path)
        },
        identity: (path) => (isFragile(path) ? null : identity(path)),
      }
      return walkTree(input, spec, reader, AbortSignal.timeout(timeoutMs))
    },
    named(input, spec, trees) {
      const waits = automounts(readMountInfo())
      const unmounted = (path: string) => ({
        reason: 'not-collected' as const,
        detail: `${path}: not mounted yet (autofs), and looking would mount it`,
      })
      const reader: NamedFilesReader = {
        look: (path, options) => (waits(path) ? unmounted(path) : lookAt(path, options)),
        list: (path) => {
          if (waits(path)) return unmounted(path)
          return isFragile(path) ? expendable.list({root: '/', path}) : list(path)
        },
      }
      return readNamedFiles(input, spec, trees, reader, {signal: AbortSignal.timeout(timeoutMs), pause: createPause()})
    },
  }
}

/** Tells of a path whether to look there would make autofs mount something. */
export function automounts(mountInfo: string): (path: string) => boolean {
  if (!mountInfo.includes(' - autofs ')) return () => false
  const table = parseMountTable(mountInfo)
  return (path) => table.at(path)?.fsType === 'autofs'
}

function list(path: string): ListResult {
  try {
    return {entries: readdirSync(path, {withFileTypes: true}).map((entry) => ({name: entry.name, type: typeOf(entry)}))}
  } catch (error) {
    return failureOf(error, path)
  }
}

function identity(path: string): string | null {
  try {
    const {dev, ino} = statSync(path)
    return `${dev}:${ino}`
  } catch {
    // Whatever it is, listing the folder will say so.
    return null
  }
}

function readlink(path: string): LinkResult {
  try {
    return {target: readlinkSync(path)}
  } catch (error) {
    return failureOf(error, path)
  }
}
