import {lstatSync, realpathSync} from 'node:fs'
import {resolve} from 'node:path'
import {UserError} from '../../model/user-error.js'
import {ConfinedRoot, type LinkResult, type ListResult, listConfined} from '../confined.js'
import {ExpendableReader} from '../live/expendable-reader.js'
import {FragilePaths} from '../live/fragile-paths.js'
import {fragileMountPoints, parseMountInfo, readMountInfo} from '../live/mounts.js'
import type {LookOptions, LookResult} from '../look.js'
import {below} from '../mount-table.js'
import type {NamedFilesReader} from '../named-files.js'
import type {ReadFailure, ReadResult} from '../read-regular.js'
import type {TreeReader} from '../tree-walk.js'

/** Filled anew at each boot. */
const RUNTIME = ['/proc', '/sys', '/run']

export interface RootFiles {
  /** It is the root of processes that run: what they have in /proc and /run is theirs. */
  readonly live: boolean
  read(path: string, maxBytes: number): Promise<ReadResult>
  tree(pause: () => Promise<void> | undefined): TreeReader
  readonly named: NamedFilesReader
  /** Is it of what each boot fills anew? */
  isRuntime(path: string): boolean
}

/**
 * Opens a folder as a root. What lies on a network, FUSE or autofs mount in it, or all of it where its mounts
 * cannot be seen from here, is read in a child process that can be abandoned.
 */
export async function openRoot(dir: string, timeoutMs: number): Promise<RootFiles> {
  const root = resolve(dir)
  const expendable = new ExpendableReader(timeoutMs, root)
  const mounts = parseMountInfo(readMountInfo())
  const fragile = fragileMountPoints(mounts)
  // Through /proc/PID/root one comes to the mounts of others. Whichever is first on the way is not gone past.
  const processes = new Set(mounts.filter(({fsType}) => fsType === 'proc').map(({mountPoint}) => mountPoint))
  const through = new FragilePaths(new Set([...processes, ...fragile])).mountPointOf(root)
  const live = through !== null && processes.has(through)
  const unsafe = through !== null
  await check(dir, root, unsafe ? expendable : null)

  const real = unsafe ? root : realpathSync(root)
  const foreign = live ? new Set<string>() : foreignFolders(real)
  const inside = new ConfinedRoot(real)
  const fragileInside = [...fragile].flatMap((point) => below(point, real) || [])
  const paths = new FragilePaths(new Set(unsafe ? ['/', ...fragileInside] : [...foreign, ...fragileInside]), real)

  const at = <T>(path: string, here: () => T, child: () => Promise<T>): T | Promise<T> | ReadFailure => {
    const point = paths.mountPointOf(path)
    if (point === null) return here()
    if (foreign.has(point)) return {reason: 'absent', detail: `${path}: of the system that runs now`}
    return child()
  }
  const list = (path: string): ListResult | Promise<ListResult> =>
    at(
      path,
      () => inside.list(path),
      () => expendable.list({root, path}),
    )
  const read = (path: string, maxBytes: number): ReadResult | Promise<ReadResult> =>
    at(
      path,
      () => inside.read(path, {maxBytes}),
      () => expendable.read({root, path, maxBytes}),
    )
  const readlink = (path: string): LinkResult | Promise<LinkResult> =>
    at(
      path,
      () => inside.readlink(path),
      () => expendable.readlink({root, path}),
    )
  const look = (path: string, options: LookOptions): LookResult | Promise<LookResult> =>
    at<LookResult>(
      path,
      () => inside.look(path, options),
      () => expendable.look({root, path, ...options}),
    )
  const isRuntime = (path: string) => RUNTIME.some((folder) => below(path, folder) !== null)

  return {
    live,
    isRuntime,
    async read(path, maxBytes) {
      return read(path, maxBytes)
    },
    tree: (pause) => ({
      async list(path) {
        await pause()
        return list(path)
      },
      async read(path, maxBytes) {
        await pause()
        return read(path, maxBytes)
      },
      readlink,
      identity: (path) => (paths.mountPointOf(path) === null ? inside.identity(path) : null),
    }),
    named: {
      list,
      async look(path, options) {
        const found = await look(path, options)
        if (live || !('reason' in found) || found.reason !== 'absent' || !isRuntime(path)) return found
        return {reason: 'not-collected', detail: `${path}: made when the system runs`}
      },
    },
  }
}

/** Folders of the system that runs now, mounted into the root to work in it: chroot(8) of a rescue system. */
function foreignFolders(root: string): Set<string> {
  const device = deviceOf(root)
  return new Set(RUNTIME.filter((folder) => ![null, device].includes(deviceOf(`${root}${folder}`))))
}

function deviceOf(path: string): number | null {
  try {
    return lstatSync(path).dev
  } catch {
    return null
  }
}

/** @param expendable asked instead of the file system itself, where that may never answer */
async function check(dir: string, root: string, expendable: ExpendableReader | null): Promise<void> {
  const listed = await (expendable ? expendable.list({root, path: '/'}) : listConfined(root, '/'))
  if ('reason' in listed) throw new UserError(`Cannot open ${dir}: ${listed.detail.replace(/^\/: /, '')}`)
  const names = new Set(listed.entries.map(({name}) => name))
  if (names.has('etc') || names.has('usr')) return
  throw new UserError(`${dir} is no root file system: it has neither etc nor usr`, {
    suggestions: ['Name the folder at which the root file system is mounted'],
  })
}
