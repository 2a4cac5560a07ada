import {execFileSync} from 'node:child_process'
import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs'
import {describe, expect, test} from 'vitest'
import {automounts, createHostFiles} from '../../../src/sources/live/files.js'
import {FragilePaths} from '../../../src/sources/live/fragile-paths.js'
import {fragileMountPoints, parseMountInfo} from '../../../src/sources/live/mounts.js'
import {temporaryFolder} from '../../support/temporary-folder.js'

const files = createHostFiles(10_000)

describe('a file of the host', () => {
  test('is read through links, up to its cap', async () => {
    const folder = temporaryFolder()
    writeFileSync(`${folder}/file`, 'text\n')
    symlinkSync('file', `${folder}/link`)
    expect(await files.file('it', `${folder}/link`, 5)).toEqual({
      status: 'raw',
      origin: `${folder}/link`,
      text: 'text\n',
    })
    expect(await files.file('it', `${folder}/file`, 4)).toMatchObject({reason: 'truncated'})
    expect(await files.file('it', `${folder}/nothing`, 4)).toMatchObject({reason: 'absent'})
    expect(await files.file('it', `${folder}/file/x`, 4)).toMatchObject({reason: 'absent'})
    expect(await files.file('it', folder, 4)).toMatchObject({reason: 'invalid'})
  })

  test('of /proc is read to its end', async () => {
    expect(await files.file('it', '/proc/sys/kernel/threads-max', 100)).toMatchObject({
      text: expect.stringMatching(/^\d+\n$/),
    })
  })

  test('that is a FIFO is not opened: its writer goes on waiting', async () => {
    const folder = temporaryFolder()
    execFileSync('mkfifo', [`${folder}/fifo`])
    expect(await files.file('it', `${folder}/fifo`, 4)).toMatchObject({
      reason: 'invalid',
      detail: `${folder}/fifo is a FIFO, not a regular file`,
    })
  })
})

test('a tree holds what is asked for, links as links, and why something could not be read', async () => {
  const folder = temporaryFolder()
  for (const name of ['a', 'b', 'deep/deeper']) mkdirSync(`${folder}/${name}.d`, {recursive: true})
  writeFileSync(`${folder}/x.conf`, 'x')
  writeFileSync(`${folder}/x.txt`, 'x')
  writeFileSync(`${folder}/b.d/y.conf`, 'y')
  writeFileSync(`${folder}/deep/deeper.d/z.conf`, 'too deep')
  writeFileSync(`${folder}/large.conf`, 'x'.repeat(100))
  symlinkSync('/dev/null', `${folder}/masked.conf`)
  symlinkSync('b.d', `${folder}/linked.d`)
  symlinkSync('nowhere', `${folder}/dangling.d`)
  execFileSync('mkfifo', [`${folder}/fifo.conf`])
  const roots = [folder, `${folder}/nothing`]
  const tree = await files.tree('it', {
    kind: 'tree',
    roots,
    match: /^[^/]+(\.d\/[^/]+)?\.conf$/,
    depth: 1,
    maxBytes: 50,
  })
  expect(tree).toEqual({
    status: 'tree',
    origin: roots.join(':'),
    entries: [
      {type: 'file', path: `${folder}/b.d/y.conf`, text: 'y'},
      {
        type: 'unread',
        path: `${folder}/fifo.conf`,
        missing: expect.objectContaining({input: 'it', reason: 'invalid'}),
      },
      {
        type: 'unread',
        path: `${folder}/large.conf`,
        missing: expect.objectContaining({input: 'it', reason: 'truncated'}),
      },
      {type: 'file', path: `${folder}/linked.d/y.conf`, text: 'y'},
      {type: 'symlink', path: `${folder}/masked.conf`, target: '/dev/null'},
      {type: 'file', path: `${folder}/x.conf`, text: 'x'},
    ],
  })
})

describe('a tree', () => {
  test('of names opens nothing', async () => {
    const folder = temporaryFolder()
    writeFileSync(`${folder}/S01a`, 'text')
    execFileSync('mkfifo', [`${folder}/S02b`])
    symlinkSync('../init.d/c', `${folder}/K01c`)
    const tree = await files.tree('it', {kind: 'tree', roots: [folder], match: /^[SK]/, depth: 0, content: 'names'})
    expect(tree.entries).toEqual([
      {type: 'symlink', path: `${folder}/K01c`, target: '../init.d/c'},
      {type: 'present', path: `${folder}/S01a`},
      {type: 'present', path: `${folder}/S02b`},
    ])
  })

  test('may list links to folders beside what is in them, dangling ones too', async () => {
    const folder = temporaryFolder()
    mkdirSync(`${folder}/real.d`)
    writeFileSync(`${folder}/real.d/x.conf`, 'x')
    symlinkSync('real.d', `${folder}/linked.d`)
    symlinkSync('nowhere', `${folder}/dangling.d`)
    const spec = {kind: 'tree', roots: [folder], match: /\.conf$/, depth: 1, folderLinks: true} as const
    expect((await files.tree('it', spec)).entries).toEqual([
      {type: 'symlink', path: `${folder}/dangling.d`, target: 'nowhere'},
      {type: 'symlink', path: `${folder}/linked.d`, target: 'real.d'},
      {type: 'file', path: `${folder}/linked.d/x.conf`, text: 'x'},
      {type: 'file', path: `${folder}/real.d/x.conf`, text: 'x'},
    ])
  })

  test('of a folder with two names holds it under both', async () => {
    const folder = temporaryFolder()
    mkdirSync(`${folder}/usr/lib`, {recursive: true})
    symlinkSync('usr/lib', `${folder}/lib`)
    writeFileSync(`${folder}/usr/lib/a`, 'a')
    writeFileSync(`${folder}/usr/lib/bad`, Buffer.from([0xff]))
    symlinkSync('a', `${folder}/usr/lib/b`)
    const tree = await files.tree('it', {
      kind: 'tree',
      roots: [`${folder}/none`, `${folder}/lib`, `${folder}/usr/lib`],
      match: /./,
      depth: 0,
    })
    const below = (root: string) => [
      {type: 'file', path: `${root}/a`, text: 'a'},
      {type: 'symlink', path: `${root}/b`, target: 'a'},
      {type: 'file', path: `${root}/bad`, text: '\ufffd', invalidUtf8: true},
    ]
    expect(tree.entries).toEqual([...below(`${folder}/lib`), ...below(`${folder}/usr/lib`)])
  })
})

describe('mounts that may never answer', () => {
  const text = [
    '22 27 0:21 / /proc rw,relatime shared:5 - proc proc rw,hidepid=2',
    '27 1 254:0 / / rw - ext4 /dev/vda rw',
    '40 27 0:50 / /srv/a\\040b rw - nfs4 server:/x rw,addr=1.2.3.4',
    '41 27 0:51 / /home/u/.cache/doc rw - fuse.portal portal rw',
    '42 22 0:52 / /proc/sys/fs/binfmt_misc rw - autofs systemd-1 rw',
    '',
  ].join('\n')

  test('are all but those of the kernel itself', () => {
    expect([...fragileMountPoints(parseMountInfo(text))]).toEqual([
      '/srv/a b',
      '/home/u/.cache/doc',
      '/proc/sys/fs/binfmt_misc',
    ])
    expect(parseMountInfo(text)[0]).toEqual({
      root: '/',
      mountPoint: '/proc',
      fsType: 'proc',
      superOptions: ['rw', 'hidepid=2'],
    })
  })

  test('that are not mounted yet stay so', () => {
    const waits = automounts(`${text}43 27 0:53 / /home rw - autofs auto rw
44 43 0:54 / /home/u rw - nfs4 server:/u rw
45 27 0:55 / /boot rw - autofs systemd-1 rw
46 45 254:1 / /boot rw - ext4 /dev/vdb rw
`)
    const paths = ['/home/v/.env', '/home', '/home/u/.env', '/boot/x', '/homes', '/etc/default/a']
    expect(paths.filter(waits)).toEqual(['/home/v/.env', '/home'])
    expect(automounts('27 1 254:0 / / rw - ext4 /dev/vda rw\n')('/etc/a')).toBe(false)
  })

  test('are recognised before they are touched, however a path leads there', () => {
    const folder = temporaryFolder()
    mkdirSync(`${folder}/mount`)
    mkdirSync(`${folder}/plain`)
    symlinkSync('mount', `${folder}/relative`)
    symlinkSync(`${folder}/plain/../relative/x`, `${folder}/absolute`)
    symlinkSync('loop', `${folder}/loop`)
    const paths = new FragilePaths(new Set([`${folder}/mount`]))
    const fragile = [
      'mount',
      'mount/x',
      'relative',
      'relative/x',
      'absolute',
      'plain/../mount',
      'plain/./../absolute/x',
    ]
    const sound = ['plain', 'mounted', 'plain/x/y', 'loop']
    for (const path of fragile) expect(paths.has(`${folder}/${path}`), path).toBe(true)
    // `mount/..` has been on the mount: to look up `..` there is to ask it.
    for (const path of sound) expect(paths.has(`${folder}/${path}`), path).toBe(false)
    expect(paths.has(`${folder}/mount/../plain`)).toBe(true)
    expect(new FragilePaths(new Set(['/'])).has('/etc/passwd')).toBe(true)
  })
})
