import {lstatSync, mkdirSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type {TreeEntry} from '../sources/collected.js'
import {readConfined, readlinkConfined} from '../sources/confined.js'
import {ROOT_FOLDER} from '../sources/directory/layout.js'
import {errorCode} from '../sources/read-regular.js'

/** NAME_MAX and, with room for the bundle's own path, PATH_MAX. */
const MAX_NAME = 255
const MAX_PATH = 3000

/**
 * Errors that say that this name or this place cannot hold it. Then it goes into the manifest.
 * ENOSPC, EROFS and the like end the recording instead.
 */
const UNFIT = new Set(['EEXIST', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ENAMETOOLONG', 'EINVAL', 'EILSEQ', 'ENOENT'])

/** Writes `text` to `path` below `dir`. False: it cannot be a file there. */
export function layDownFile(dir: string, path: string, text: string): boolean {
  if (!isPlain(path) || !isWellFormed(text)) return false
  return attempt(
    dir,
    path,
    (full) => writeFileSync(full, text, {mode: 0o600, flag: 'wx'}),
    () => {
      const there = readConfined(dir, path, {maxBytes: Buffer.byteLength(text)})
      return 'text' in there && there.text === text
    },
  )
}

/** The same for one entry of a tree, below the bundle's image of the host. */
export function layDownEntry(dir: string, entry: TreeEntry): boolean {
  const path = `${ROOT_FOLDER}${entry.path}`
  if ((entry.type !== 'file' && entry.type !== 'symlink') || !entry.path.startsWith('/')) return false
  // Its bytes are lost: as a file it would be valid.
  if (entry.type === 'file') return entry.invalidUtf8 ? false : layDownFile(dir, path, entry.text)
  const {target} = entry
  if (!isPlain(path) || !isWellFormed(target) || target.includes('\0') || target.length > MAX_PATH) return false
  return attempt(
    dir,
    path,
    (full) => symlinkSync(target, full),
    () => {
      const there = readlinkConfined(dir, path)
      return 'target' in there && there.target === target
    },
  )
}

function attempt(dir: string, path: string, write: (full: string) => void, isThere: () => boolean): boolean {
  try {
    const full = inFolder(dir, path)
    if (full === undefined) return false
    write(full)
    return true
  } catch (error) {
    const code = errorCode(error)
    if (code === undefined || !UNFIT.has(code)) throw error
    return code === 'EEXIST' && isThere()
  }
}

/** Makes the folders on the way. Each must be a folder: through a link that was laid down we would write outside. */
function inFolder(dir: string, path: string): string | undefined {
  const names = path.split('/')
  let at = dir
  for (const name of names.slice(0, -1)) {
    at = join(at, name)
    const stats = lstatSync(at, {throwIfNoEntry: false})
    if (!stats) mkdirSync(at, {mode: 0o700})
    else if (!stats.isDirectory()) return undefined
  }
  return join(dir, path)
}

/** A lone surrogate has no UTF-8. */
function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text)
}

/** No `..`, no empty component, nothing that a file system would turn down or change. */
function isPlain(path: string): boolean {
  return (
    isWellFormed(path) &&
    !path.includes('\0') &&
    path.length <= MAX_PATH &&
    path.split('/').every((name) => name !== '' && name !== '.' && name !== '..' && Buffer.byteLength(name) <= MAX_NAME)
  )
}
