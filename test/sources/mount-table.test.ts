import {expect, it} from 'vitest'
import {parseMountTable, withoutDevices} from '../../src/sources/mount-table.js'

const at = (text: string, path: string) => parseMountTable(text).at(path)?.id ?? null

const host = `27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard
25 24 0:23 / /dev/shm rw - tmpfs tmpfs rw,size=1k
24 27 0:6 / /dev rw - devtmpfs devtmpfs rw
30 25 0:27 / /dev/shm rw - tmpfs tmpfs rw
40 27 0:31 / /srv/a\\040b\\134c ro,noatime,idmapped - nfs server:/x rw,addr=192.0.2.1
`

it('reads a line', () => {
  expect(parseMountTable(host).entries.at(-1)).toEqual({
    id: '40',
    parent: '27',
    device: '0:31',
    root: '/',
    point: '/srv/a b\\c',
    readOnly: true,
    idmapped: true,
    fsType: 'nfs',
  })
  expect(parseMountTable('1 0 8:1 / / rw - ext4 /dev/sda1 ro').entries).toMatchObject([{readOnly: true}])
})

it.each([
  ['/', '27'],
  ['/usr/bin', '27'],
  ['/dev', '24'],
  ['/dev/null', '24'],
  ['/dev/shm', '30'],
  ['/dev/shm/x/y', '30'],
  ['/dev/shmem', '24'],
  ['/srv', '27'],
  ['/srv/a b\\c/d', '40'],
])('finds the mount of %s', (path, id) => {
  expect(at(host, path)).toBe(id)
})

it('does not go below what hides it', () => {
  const hidden = `${host}50 27 0:50 / /srv rw - tmpfs tmpfs rw\n`
  expect(at(hidden, '/srv/a b\\c')).toBe('50')
})

it('knows that a process keeps its root when something is mounted onto it', () => {
  const stacked = `${host}50 27 0:50 / / rw - tmpfs tmpfs rw\n51 50 0:51 / /srv rw - tmpfs tmpfs rw\n`
  expect(parseMountTable(stacked).root?.id).toBe('27')
  expect([at(stacked, '/'), at(stacked, '/srv')]).toEqual(['27', '27'])
})

it('takes a root that is no mount, and one that is its own parent', () => {
  const chrooted = '31 30 0:5 / /proc rw - proc proc rw\n'
  expect([at(chrooted, '/'), at(chrooted, '/etc'), at(chrooted, '/proc/1')]).toEqual([null, null, '31'])
  expect(at('1 1 0:1 / / rw - rootfs rootfs rw\n', '/etc')).toBe('1')
})

it('ends, whatever it is given', () => {
  const circle = '1 2 0:1 / /a rw - x x rw\n2 1 0:1 / /a rw - x x rw\n'
  expect(['1', '2', null]).toContain(at(circle, '/a'))
  expect(parseMountTable('no\nmountinfo - at all\n1 2 3 - 4\n\n').entries).toEqual([])
})

it('is told on without devices and options, and means the same', () => {
  const told = withoutDevices(host)
  expect(told).not.toMatch(/192\.0\.2\.1|vda|shared|discard/)
  expect(parseMountTable(told).entries).toEqual(parseMountTable(host).entries)
  expect(withoutDevices(told)).toBe(told)
})
