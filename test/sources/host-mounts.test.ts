import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {createHostMounts} from '../../src/sources/host-mounts.js'
import {type MountEntry, parseMountTable} from '../../src/sources/mount-table.js'
import {holdsForAll} from '../support/property.js'

/** Mount point in the container -> path on the host, of what both have. */
function pathsOf(host: string, container: string): Record<string, string | null> {
  const found = createHostMounts(parseMountTable(host))(parseMountTable(container))
  return Object.fromEntries(found.map(({mount, path, own}) => [mount.point, own ? 'own' : path]))
}

const ext4 = '27 1 254:0 / / rw - ext4 /dev/vda rw\n'
const overlay = '100 99 0:50 / / rw - overlay overlay rw\n'
const line = (id: number, device: string, root: string, point: string, type = 'ext4', parent = 100) =>
  `${id} ${parent} ${device} ${root} ${point} rw - ${type} none rw\n`

describe('what a container has of the host', () => {
  it.each<[string, string, string, Record<string, string | null>]>([
    ['a folder', ext4, line(101, '254:0', '/srv/data', '/data'), {'/data': '/srv/data'}],
    ['the root of the host', ext4, line(101, '254:0', '/', '/host'), {'/host': '/'}],
    ['a file, with a blank', ext4, line(101, '254:0', '/srv/a\\040b', '/etc/x'), {'/etc/x': '/srv/a b'}],
    ['what was deleted', ext4, line(101, '254:0', '/srv/data//deleted', '/data'), {'/data': null}],
    ['a file system of its own', ext4, line(101, '0:77', '/', '/tmp', 'tmpfs'), {}],
    [
      'another file system that got the number of one of the host',
      ext4 + line(28, '0:77', '/', '/t', 'tmpfs', 27),
      line(101, '0:77', '/', '/data', 'overlay'),
      {},
    ],
    [
      '/dev/shm of the host',
      ext4 + line(28, '0:27', '/', '/dev/shm', 'tmpfs', 27),
      line(101, '0:27', '/', '/dev/shm', 'tmpfs'),
      {'/dev/shm': '/dev/shm'},
    ],
    [
      'what the kernel itself shows',
      ext4 +
        line(28, '0:4', 'net:[4026532000]', '/run/netns/a', 'nsfs', 27) +
        line(29, '0:5', '/', '/proc', 'proc', 27),
      line(101, '0:4', 'net:[4026532000]', '/n', 'nsfs') + line(102, '0:5', '/', '/proc', 'proc'),
      {},
    ],
    [
      'its root, and what it mounted again of it',
      ext4,
      `100 99 254:0 /var/lib/lxc/box / rw - ext4 none rw\n${line(101, '254:0', '/var/lib/lxc/box/srv', '/x')}${line(102, '254:0', '/var/lib/lxc/boxes', '/y')}`,
      {'/': 'own', '/x': 'own', '/y': '/var/lib/lxc/boxes'},
    ],
    [
      'its root, which the host has mounted too',
      ext4 + line(28, '0:50', '/', '/var/lib/docker/merged', 'overlay', 27),
      '',
      {'/': 'own'},
    ],
    [
      'a subvolume of btrfs',
      `27 1 0:30 /@ / rw - btrfs none rw\n${line(28, '0:30', '/@home', '/home', 'btrfs', 27)}`,
      line(101, '0:30', '/@home/rose', '/a', 'btrfs') + line(102, '0:30', '/@homes', '/b', 'btrfs'),
      {'/a': '/home/rose', '/b': null},
    ],
    [
      'what the host has mounted again',
      ext4 + line(28, '254:0', '/srv/data', '/export', 'ext4', 27),
      line(101, '254:0', '/srv/data/x', '/data'),
      {'/data': '/export/x'},
    ],
    [
      'what something hides on the host',
      ext4 + line(28, '0:77', '/', '/srv', 'tmpfs', 27),
      line(101, '254:0', '/srv/data', '/data'),
      {'/data': null},
    ],
    [
      'what is hidden on the host, and mounted elsewhere',
      ext4 + line(28, '254:0', '/srv', '/mnt', 'ext4', 27) + line(29, '0:77', '/', '/mnt', 'tmpfs', 28),
      line(101, '254:0', '/srv/data', '/data'),
      {'/data': '/srv/data'},
    ],
    [
      'what something hides in the container',
      ext4,
      line(101, '254:0', '/srv/a', '/data') + line(102, '254:0', '/srv/b', '/data', 'ext4', 101),
      {'/data': '/srv/b'},
    ],
  ])('%s', (_, host, container, expected) => {
    expect(pathsOf(host, container.startsWith('100 ') ? container : overlay + container)).toEqual(expected)
  })
})

/** A folder of some file system, as a path of that file system. */
interface Place {
  readonly device: string
  readonly path: string
}

const folder = fc
  .array(fc.constantFrom('a', 'b', 'a b'), {minLength: 1, maxLength: 3})
  .map((names) => names.map((name) => `/${name}`).join(''))
const anywhere = fc.oneof(folder, fc.constant('/'))

/** Mounts of a host: each a new file system, or a bind of a path that it has by then. */
const hostMade = fc.array(fc.record({to: folder, from: fc.option(anywhere)}), {maxLength: 8})
const containerMade = fc.array(fc.record({to: folder, from: anywhere}), {minLength: 1, maxLength: 6})

/** Mounts as they are made, one after the other. */
class Mounts {
  readonly all: MountEntry[] = []
  /** Those that a path leads to: whatever is mounted at or below a folder is hidden by a mount on it. */
  visible: readonly MountEntry[] = []

  add(id: number, {device, path}: Place, point: string): void {
    const parent = this.visible.length === 0 ? '0' : this.at(point).id
    const mount = {
      device,
      root: path || '/',
      point,
      parent,
      id: `${id}`,
      readOnly: false,
      idmapped: false,
      fsType: 'ext4',
    }
    this.all.push(mount)
    this.visible = [...this.visible.filter((other) => `${other.point}/`.indexOf(`${point}/`) !== 0), mount]
  }

  at(path: string): MountEntry {
    const around = this.visible.filter(({point}) => point === '/' || `${path}/`.indexOf(`${point}/`) === 0)
    return around.reduce((best, one) => (one.point.length > best.point.length ? one : best))
  }

  place(path: string): Place {
    const {device, root, point} = this.at(path)
    const rest = point === '/' ? path.replace(/^\/$/, '') : path.slice(point.length)
    return {device, path: `${root === '/' ? '' : root}${rest}`}
  }

  toString(): string {
    const mangled = (text: string) => text.replaceAll(' ', '\\040')
    return this.all
      .map(
        ({id, parent, device, root, point}) =>
          `${id} ${parent} ${device} ${mangled(root)} ${mangled(point)} rw - ext4 none rw\n`,
      )
      .join('')
  }
}

describe('property', () => {
  it('a path that is said to be a mount’s leads to that mount’s folder, and no path is kept back', () => {
    holdsForAll(
      fc.property(hostMade, containerMade, (ofHost, ofContainer) => {
        const host = new Mounts()
        host.add(1, {device: '8:1', path: ''}, '/')
        for (const [index, {to, from}] of ofHost.entries()) {
          host.add(index + 2, from === null ? {device: `0:${index}`, path: ''} : host.place(from), to)
        }
        // Binds are made of the host as it is, into a container with a root of its own.
        const inside = new Mounts()
        inside.add(100, {device: '0:999', path: ''}, '/')
        for (const [index, {to, from}] of ofContainer.entries()) inside.add(index + 101, host.place(from), to)

        const said = createHostMounts(parseMountTable(`${host}`))(parseMountTable(`${inside}`))
        const visible = inside.visible.filter(({point}) => point !== '/')
        expect(said.map(({mount}) => mount).sort(byId)).toEqual([...visible].sort(byId))
        for (const {mount, path} of said) {
          const {device, path: root} = host.place(path ?? '')
          expect([device, root || '/']).toEqual([mount.device, mount.root])
        }
      }),
      1000,
    )
  })
})

function byId(a: MountEntry, b: MountEntry): number {
  return Number(a.id) - Number(b.id)
}
