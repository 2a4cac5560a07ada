import {mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {PathPinner} from '../../../../src/sources/live/containers/pinned-path.js'

let dir: string
let mountInfo: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'nd-pin-'))
  mountInfo = await readFile('/proc/self/mountinfo', 'utf8')
  await mkdir(join(dir, 'a/b'), {recursive: true})
  await writeFile(join(dir, 'a/b/file'), 'x')
  await symlink('b', join(dir, 'a/link'))
  await symlink(join(dir, 'a'), join(dir, 'absolute'))
  await symlink('loop', join(dir, 'loop'))
})
afterAll(() => rm(dir, {recursive: true}))

const fds = async () => (await import('node:fs')).readdirSync('/proc/self/fd').length

it.each(['a/b/file', 'a/link/file', 'absolute/link/file', 'a/../a/./b//file', 'a/b/../../absolute/b/file'])(
  'finds the same inode as the kernel at %s, and lets go of it',
  async (path) => {
    const before = await fds()
    const pinned = new PathPinner(mountInfo).pin(join(dir, path))
    if ('reason' in pinned) throw new Error(pinned.detail)
    expect(pinned.stats.ino).toBe((await stat(join(dir, path))).ino)
    expect(await readFile(pinned.path, 'utf8')).toBe('x')
    pinned.close()
    expect(await fds()).toBe(before)
  },
)

it.each([
  ['none', 'absent'],
  ['a/b/file/more', 'absent'],
  ['loop', 'invalid'],
])('says why there is nothing at %s: %s', async (path, reason) => {
  const before = await fds()
  expect(new PathPinner(mountInfo).pin(join(dir, path))).toMatchObject({reason})
  expect(await fds()).toBe(before)
})

it('does not touch a file system that may not answer, on whatever way', () => {
  const fuse = `${mountInfo}9999 1 0:99 / ${dir}/a/b rw - fuse.hung hung rw\n`
  for (const path of ['a/b/file', 'a/link/file', 'absolute/b']) {
    expect(new PathPinner(fuse).pin(join(dir, path))).toMatchObject({reason: 'unsupported'})
  }
  expect(new PathPinner(fuse).pin(join(dir, 'a'))).toHaveProperty('stats')
})

it('does not trust a mount that it did not know of', () => {
  // As if everything here had been mounted after the list of mounts was read.
  const stale = mountInfo.replaceAll(/^\d+/gm, '1000000')
  expect(new PathPinner(stale).pin(join(dir, 'a'))).toMatchObject({reason: 'unsupported'})
})
