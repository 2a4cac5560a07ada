import {execFileSync} from 'node:child_process'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import {posix} from 'node:path'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {
  ConfinedRoot,
  identityConfined,
  listConfined,
  lookConfined,
  ownerConfined,
  readConfined,
  readlinkConfined,
} from '../../src/sources/confined.js'
import {holdsForAll} from '../support/property.js'
import {temporaryFolder} from '../support/temporary-folder.js'

const maxBytes = 1 << 20

/** A root with files in it, and beside it what must never be read. */
function makeRoot(): {root: string; outside: string} {
  const folder = temporaryFolder()
  const root = `${folder}/root`
  mkdirSync(`${root}/etc/deep/er`, {recursive: true})
  mkdirSync(`${root}${folder}`, {recursive: true})
  writeFileSync(`${folder}/canary`, 'outside')
  writeFileSync(`${root}/etc/passwd`, 'inside')
  return {root, outside: folder}
}

describe('links', () => {
  const targets: readonly (readonly [string, string])[] = [
    ['relative', 'passwd'],
    ['absolute', '/etc/passwd'],
    ['up and down', 'deep/../passwd'],
    ['up further than the root', '../../../../../../../../etc/passwd'],
    ['through a folder that is a link', '/lib/passwd'],
  ]
  test.each(targets)('%s lead to a file inside', (_, target) => {
    const {root} = makeRoot()
    symlinkSync('etc/deep/..', `${root}/lib`)
    symlinkSync(target, `${root}/etc/link`)
    expect(readConfined(root, '/etc/link', {maxBytes})).toEqual({text: 'inside'})
  })

  test('out of the root lead nowhere', () => {
    const {root, outside} = makeRoot()
    symlinkSync(`${outside}/canary`, `${root}/etc/absolute`)
    symlinkSync('../../canary', `${root}/etc/relative`)
    symlinkSync('/', `${root}/slash`)
    symlinkSync(outside, `${root}/folder`)
    const paths = ['/etc/absolute', '/etc/relative', '/slash/../canary', '/folder/canary', '/../canary', '../canary']
    for (const path of paths) {
      expect(readConfined(root, path, {maxBytes}), path).toEqual({reason: 'absent', detail: `${path}: ENOENT`})
    }
  })

  test('of /proc are read as text and not followed', () => {
    // The kernel would follow them out of any root.
    expect(readConfined('/proc', `/${process.pid}/exe`, {maxBytes})).toMatchObject({reason: 'absent'})
    expect(readConfined('/proc/self', '/root/etc/passwd', {maxBytes})).toMatchObject({reason: 'absent'})
  })

  test('that lead to themselves, or never end, are refused', () => {
    const {root} = makeRoot()
    symlinkSync('self', `${root}/self`)
    symlinkSync('a/a', `${root}/a`)
    expect(readConfined(root, '/self', {maxBytes})).toEqual({reason: 'invalid', detail: '/self: ELOOP'})
    expect(readConfined(root, '/a', {maxBytes})).toEqual({reason: 'invalid', detail: '/a: ELOOP'})
  })

  test('are themselves what readlink reads', () => {
    const {root} = makeRoot()
    symlinkSync('/etc/\u001b[31m', `${root}/etc/link`)
    expect(readlinkConfined(root, '/etc/link')).toEqual({target: '/etc/\u001b[31m'})
    expect(readlinkConfined(root, '/etc/passwd')).toMatchObject({reason: 'invalid'})
  })

  // chroot(2) takes root.
  test.skipIf(process.getuid?.() !== 0)(
    'property: the file found is the one that a process with this root finds',
    () => {
      const {root} = makeRoot()
      const places = ['a', 'b', 'a/c', 'b/d', 'a/c/e']
      for (const place of places) mkdirSync(`${root}/${place}`, {recursive: true})
      for (const place of ['', ...places]) writeFileSync(posix.join(root, place, 'file'), place || '/')
      const component = fc.constantFrom('a', 'b', 'c', 'd', 'e', '..', '.', 'l0', 'l1', 'l2', 'file', '')
      const path = fc.array(component, {minLength: 1, maxLength: 6}).map((names) => names.join('/'))
      const links = fc.array(fc.tuple(fc.constantFrom('', ...places), path, fc.boolean()), {minLength: 3, maxLength: 3})
      holdsForAll(
        fc.property(links, fc.array(path, {minLength: 1, maxLength: 20}), (made, asked) => {
          const created: string[] = []
          made.forEach(([place, target, absolute], index) => {
            const at = posix.join(root, place, `l${index}`)
            symlinkSync(absolute ? `/${target}` : target || '.', at)
            created.push(at)
          })
          try {
            const chroot = execFileSync('perl', ['-e', CHROOT_CAT, root, ...asked], {encoding: 'utf8'})
            const ours = asked.map((each) => {
              const result = readConfined(root, each, {maxBytes})
              return 'text' in result ? result.text : '-'
            })
            expect(ours).toEqual(chroot.split('\n').slice(0, -1))
          } finally {
            execFileSync('rm', created)
          }
        }),
        60,
      )
    },
  )
})

// perl is Essential in Debian: it is there wherever the tests are.
const CHROOT_CAT = `
chroot shift or die $!;
chdir '/';
for my $path (@ARGV) {
  my $file;
  my $text = open($file, '<', "/$path") && -f $file ? join('', <$file>) : '-';
  print $text, "\\n";
}
`

describe('what is no regular file', () => {
  test('a FIFO, a folder, a socket, a device is named and not opened', () => {
    const {root} = makeRoot()
    execFileSync('mkfifo', [`${root}/fifo`])
    expect(readConfined(root, '/fifo', {maxBytes})).toEqual({
      reason: 'invalid',
      detail: '/fifo is a FIFO, not a regular file',
    })
    expect(readConfined(root, '/etc', {maxBytes})).toMatchObject({detail: '/etc is a directory, not a regular file'})
    expect(readConfined('/dev', '/zero', {maxBytes})).toMatchObject({detail: '/zero is a device, not a regular file'})
  })

  test('a file below a file is absent, and so is what has no name', () => {
    const {root} = makeRoot()
    expect(readConfined(root, '/etc/passwd/x', {maxBytes})).toMatchObject({reason: 'absent'})
    expect(readConfined(root, '/etc/pass\0wd', {maxBytes})).toMatchObject({reason: 'absent'})
    expect(readConfined(root, `/${'x'.repeat(300)}`, {maxBytes})).toMatchObject({reason: 'invalid'})
    expect(readConfined(root, '/x/..'.repeat(2000), {maxBytes})).toMatchObject({reason: 'absent'})
  })

  test('a root that is not there', () => {
    expect(readConfined('/nowhere', '/etc/passwd', {maxBytes})).toMatchObject({reason: 'absent'})
  })
})

describe('a large file', () => {
  test('is read up to the cap and never in part', () => {
    const {root} = makeRoot()
    writeFileSync(`${root}/exact`, 'x'.repeat(1000))
    expect(readConfined(root, '/exact', {maxBytes: 1000})).toEqual({text: 'x'.repeat(1000)})
    expect(readConfined(root, '/exact', {maxBytes: 999})).toMatchObject({reason: 'truncated'})
    writeFileSync(`${root}/sparse`, '')
    truncateSync(`${root}/sparse`, 1 << 30)
    expect(readConfined(root, '/sparse', {maxBytes})).toMatchObject({reason: 'truncated'})
  })

  test('of /proc says that it is empty, and is read to its end', () => {
    expect(readConfined('/proc', `/${process.pid}/limits`, {maxBytes})).toEqual({
      text: readFileSync('/proc/self/limits', 'utf8'),
    })
  })
})

test('lists names and types of a folder', () => {
  const {root} = makeRoot()
  symlinkSync('nowhere', `${root}/etc/link`)
  execFileSync('mkfifo', [`${root}/etc/fifo`])
  const listed = listConfined(root, 'etc')
  expect('entries' in listed && [...listed.entries].sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
    {name: 'deep', type: 'directory'},
    {name: 'fifo', type: 'other'},
    {name: 'link', type: 'symlink'},
    {name: 'passwd', type: 'file'},
  ])
  expect(listConfined(root, '/etc/passwd')).toMatchObject({reason: 'absent'})
})

describe('a root whose folders stay open', () => {
  const looked = {content: 'text', maxBytes} as const

  test('answers as one that comes to each path anew', () => {
    const {root, outside} = makeRoot()
    symlinkSync('../etc/passwd', `${root}/etc/link`)
    symlinkSync(`${outside}/canary`, `${root}/etc/absolute`)
    symlinkSync('etc/deep/..', `${root}/lib`)
    symlinkSync('self', `${root}/self`)
    const folders = [
      '',
      '/',
      '/etc',
      '/etc/',
      '/etc/deep',
      '/lib',
      '/none',
      '/etc/passwd',
      '/self',
      '/..',
      '/etc/absolute',
    ]
    const names = [
      'passwd',
      'link',
      'absolute',
      'deep',
      'er',
      'none',
      '',
      '.',
      '..',
      'x'.repeat(300),
      'a\0b',
      'lib',
      'self',
    ]
    const kept = new ConfinedRoot(root)
    for (const path of [...folders, ...folders].flatMap((folder) => names.map((name) => `${folder}/${name}`))) {
      expect(kept.read(path, {maxBytes}), path).toEqual(readConfined(root, path, {maxBytes}))
      expect(kept.look(path, looked), path).toEqual(lookConfined(root, path, looked))
      expect(kept.readlink(path), path).toEqual(readlinkConfined(root, path))
      expect(kept.list(path), path).toEqual(listConfined(root, path))
      expect(kept.owner(path), path).toEqual(ownerConfined(root, path))
      expect(kept.identity(path), path).toEqual(identityConfined(root, path))
    }
    kept.close()
  })

  test('reads what is in them now', () => {
    const {root, outside} = makeRoot()
    const kept = new ConfinedRoot(root)
    expect(kept.read('/etc/passwd', {maxBytes})).toEqual({text: 'inside'})
    rmSync(`${root}/etc/passwd`)
    symlinkSync(`${outside}/canary`, `${root}/etc/passwd`)
    expect(kept.read('/etc/passwd', {maxBytes})).toMatchObject({reason: 'absent'})
    expect(kept.look('/etc/passwd', looked)).toEqual({type: 'symlink', target: `${outside}/canary`})
    rmSync(`${root}/etc/passwd`)
    execFileSync('mkfifo', [`${root}/etc/passwd`])
    expect(kept.look('/etc/passwd', looked)).toMatchObject({detail: '/etc/passwd is a FIFO, not a regular file'})
    kept.close()
  })

  test('lets go of them when the event loop goes on', async () => {
    const {root} = makeRoot()
    const kept = new ConfinedRoot(root)
    const open = () => readdirSync('/proc/self/fd').filter((fd) => isBelow(fd, root))
    for (let at = 0; at < 100; at++) mkdirSync(`${root}/etc/${at}`)
    for (let at = 0; at < 100; at++) kept.look(`/etc/${at}/x`, looked)
    expect(open().length).toBeGreaterThan(0)
    expect(open().length).toBeLessThan(20)
    await new Promise((resolve) => setImmediate(resolve))
    expect(open()).toEqual([])
    expect(kept.read('/etc/passwd', {maxBytes})).toEqual({text: 'inside'})
    await new Promise((resolve) => setImmediate(resolve))
    expect(open()).toEqual([])
  })

  function isBelow(fd: string, root: string): boolean {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(root)
    } catch {
      return false
    }
  }
})

test('leaves no descriptor open', () => {
  const {root} = makeRoot()
  chmodSync(`${root}/etc/passwd`, 0o600)
  const open = () => execFileSync('ls', [`/proc/${process.pid}/fd`], {encoding: 'utf8'}).split('\n').length
  const before = open()
  for (let i = 0; i < 50; i++) {
    readConfined(root, '/etc/deep/../passwd', {maxBytes})
    readConfined(root, '/etc/nothing', {maxBytes})
    listConfined(root, '/etc')
    readlinkConfined(root, '/etc/passwd')
  }
  expect(open()).toBeLessThan(before + 10)
})

test('tells the owner of what is there, of a link itself', () => {
  const {root} = makeRoot()
  symlinkSync('nowhere', `${root}/etc/dangling`)
  symlinkSync('/etc', `${root}/folder`)
  const {uid, gid} = lstatSync(`${root}/etc/passwd`)
  for (const path of ['/', '/etc', '/folder/passwd', '/etc/dangling', '/../etc/passwd']) {
    expect(ownerConfined(root, path), path).toEqual({uid, gid})
  }
  expect(ownerConfined(root, '/etc/dangling/x')).toMatchObject({reason: 'absent'})
  expect(ownerConfined(root, '/none')).toMatchObject({reason: 'absent'})
})
