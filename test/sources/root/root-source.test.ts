import {execFileSync} from 'node:child_process'
import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs'
import {dirname} from 'node:path'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {writeUnpacked} from '../../../src/bundle/write.js'
import type {Collected} from '../../../src/sources/collected.js'
import {openDirectory} from '../../../src/sources/directory/index.js'
import {createRootSource} from '../../../src/sources/root/index.js'
import {type InputName, inputNames} from '../../../src/sources/specs.js'
import {temporaryFolder} from '../../support/temporary-folder.js'

const options = {timeoutMs: 20_000}

/** A root with some files and, by `link -> target`, links. */
function rootOf(files: Readonly<Record<string, string>>, root = temporaryFolder()): string {
  mkdirSync(`${root}/etc`, {recursive: true})
  for (const [path, text] of Object.entries(files)) {
    const [link, target] = path.split(' -> ')
    mkdirSync(dirname(`${root}${link}`), {recursive: true})
    if (target !== undefined) symlinkSync(target, `${root}${link}`)
    else writeFileSync(`${root}${path}`, text)
  }
  return root
}

async function entriesOf(root: string, name: InputName) {
  const collected = await (await createRootSource(root, options)).collect(name)
  return collected.status === 'tree' ? collected.entries : collected
}

describe('a mounted root', () => {
  test('is read as its own processes would read it', async () => {
    const root = rootOf({
      '/etc/hostname': 'rescued\n',
      '/usr/lib/os-release': 'ID=debian\n',
      '/etc/os-release -> /usr/lib/os-release': '',
      '/lib -> usr/lib': '',
      '/usr/lib/systemd/system/a.service': '[Service]\nEnvironmentFile=/etc/default/a\nExecStart=/usr/bin/a\n',
      '/etc/default/a -> /opt/../etc/real': '',
      '/etc/real': 'X=1\n',
      '/usr/bin/a': '#!/bin/sh\n',
    })
    const source = await createRootSource(root, options)
    expect(source.label).toBe(root)
    expect(await source.collect('hostname')).toMatchObject({text: 'rescued\n', origin: '/etc/hostname'})
    expect(await source.collect('os-release')).toMatchObject({text: 'ID=debian\n'})
    expect(await entriesOf(root, 'systemd-units')).toMatchObject([
      {type: 'file', path: '/lib/systemd/system/a.service'},
      {type: 'file', path: '/usr/lib/systemd/system/a.service'},
    ])
    expect(await entriesOf(root, 'environment-files')).toEqual([
      {type: 'symlink', path: '/etc/default/a', target: '/opt/../etc/real'},
      {type: 'file', path: '/etc/real', text: 'X=1\n'},
    ])
    expect(await entriesOf(root, 'unit-programs')).toEqual([{type: 'file', path: '/usr/bin/a', text: '#!/bin/sh\n'}])
  })

  test('does not lead out of itself', async () => {
    const root = rootOf({
      '/etc/systemd/system/a.service':
        '[Service]\nEnvironmentFile=/etc/out\nEnvironmentFile=/etc/../../../etc/passwd\n',
      '/etc/out -> ../../../../../../../../etc/passwd': '',
      '/etc/systemd/system/linked.service -> /etc/passwd': '',
      '/etc/group -> /etc/group-of-the-root': '',
    })
    expect(await entriesOf(root, 'environment-files')).toEqual([
      {type: 'absent', path: '/etc/../../../etc/passwd'},
      {type: 'symlink', path: '/etc/out', target: '../../../../../../../../etc/passwd'},
      {type: 'absent', path: '/etc/passwd'},
    ])
    expect(await entriesOf(root, 'linked-units')).toEqual([
      {type: 'absent', path: '/etc/passwd'},
      {type: 'symlink', path: '/etc/systemd/system/linked.service', target: '/etc/passwd'},
    ])
    expect(await entriesOf(root, 'group')).toMatchObject({reason: 'absent'})
  })

  test('does not know what only a running system has, except that no daemon runs', async () => {
    const root = rootOf({'/etc/systemd/system/a.service': '[Service]\nEnvironmentFile=/run/a.env\n'})
    const source = await createRootSource(root, options)
    const reasons: Record<string, string> = {}
    for (const name of inputNames) {
      const collected = await source.collect(name)
      if (collected.status === 'missing') reasons[name] = collected.reason
    }
    for (const name of ['systemd-manager', 'container-engines', 'passwd']) expect(reasons[name], name).toBe('absent')
    const running = `processes user-namespaces container-mounts pids-cgroups fork-failures kernel-release threads-max
      boot-id init-environ kernel-command-line`
    for (const name of running.split(/\s+/)) expect(reasons[name], name).toBe('not-collected')
    // /run is filled when the system runs: that it is empty now says nothing.
    expect(await entriesOf(root, 'environment-files')).toMatchObject([
      {type: 'unread', path: '/run/a.env', missing: {reason: 'not-collected'}},
    ])
  })

  test.runIf(process.getuid?.() === 0)('of a container is read with what its processes have in /proc', async () => {
    const source = await createRootSource('/proc/self/root', options)
    expect(await source.collect('kernel-release')).toMatchObject({status: 'raw'})
    expect(await source.collect('systemd-manager')).toMatchObject({reason: 'not-collected'})
  })

  test('must be one', async () => {
    const open = (dir: string) => createRootSource(dir, options)
    const folder = temporaryFolder()
    await expect(open(folder)).rejects.toMatchObject({name: 'UserError', message: expect.stringContaining('neither')})
    await expect(open(`${folder}/none`)).rejects.toThrow(`Cannot open ${folder}/none: ENOENT`)
    await expect(open('/etc/passwd')).rejects.toThrow('Cannot open /etc/passwd: ENOTDIR')
  })
})

describe('recorded and read back', () => {
  const folders = ['/etc', '/etc/default', '/opt', '/srv/x', '/etc/systemd/system', '/usr/lib/systemd/system']
  const names = ['a', 'b', 'c.conf', 'a.service', 'b.service', 'x@1.service', 'x@.service']
  const path = fc
    .tuple(fc.constantFrom(...folders), fc.constantFrom(...names, 'a.service.d/x.conf', 'a.service.d'))
    .map((parts) => parts.join('/'))
  const target = fc.oneof(
    path,
    path.map((to) => `..${to}`),
    fc.constantFrom('/dev/null', '.', 'a', '../../x', '/'),
  )
  const pattern = fc.oneof(path, fc.constantFrom('/etc/default/*', '/opt/%i', '/srv/*/[ab]', '/*/a', '/etc/none'))
  const unit = fc
    .array(
      fc.oneof(
        pattern.map((to) => `EnvironmentFile=-${to}`),
        path.map((to) => `ExecStart=${to} x`),
      ),
      {maxLength: 4},
    )
    .map((lines) => `[Service]\n${lines.join('\n')}\n`)
  const content = fc.oneof(unit, fc.constantFrom('', '#!/bin/sh\n', 'A=1\n', Buffer.from([65, 61, 255])))
  const thing = fc.oneof(
    fc.record({path, text: content}),
    fc.record({path, target}),
    fc.record({path, folder: fc.constant(true)}),
    fc.record({path, fifo: fc.constant(true)}),
  )
  const recorded: InputName[] = [
    'systemd-units',
    'linked-units',
    'environment-files',
    'unit-programs',
    'service-defaults',
  ]

  function make(
    root: string,
    things: readonly {path: string; text?: string | Buffer; target?: string; fifo?: boolean}[],
  ) {
    mkdirSync(`${root}/etc`, {recursive: true})
    for (const {path, text, target, fifo} of things) {
      const full = `${root}${path}`
      try {
        mkdirSync(dirname(full), {recursive: true})
        if (text !== undefined) writeFileSync(full, text, {flag: 'wx'})
        else if (target !== undefined) symlinkSync(target, full)
        else if (fifo) execFileSync('mkfifo', [full], {stdio: 'ignore'})
        else mkdirSync(full)
      } catch {
        // Something else lies there.
      }
    }
  }

  const collectAll = async (source: {collect(name: InputName): Promise<Collected>}) =>
    Object.fromEntries(await Promise.all(recorded.map(async (name) => [name, await source.collect(name)] as const)))

  test('property: a bundle gives what the root gave; so does the root itself, laid down by hand', async () => {
    const folder = temporaryFolder()
    let count = 0
    await fc.assert(
      fc.asyncProperty(fc.array(thing, {maxLength: 14}), async (things) => {
        count += 1
        const root = `${folder}/${count}/root`
        make(root, things)
        const source = await createRootSource(root, options)
        const expected = await collectAll(source)
        await writeUnpacked(`${folder}/${count}/bundle`, source, recorded, {name: 'netdoctor', version: '1'})
        expect(await collectAll(await openDirectory(`${folder}/${count}/bundle`))).toEqual(expected)
        const byHand = {format: 'netdoctor-bundle', version: 1, collectedAt: '2026-01-02T03:04:05Z', unlisted: 'absent'}
        writeFileSync(`${folder}/${count}/manifest.json`, JSON.stringify(byHand))
        expect(await collectAll(await openDirectory(`${folder}/${count}`))).toEqual(expected)
      }),
      {
        numRuns: 150,
        endOnFailure: true,
        ...(process.env.NETDOCTOR_SEED === undefined ? {} : {seed: Number(process.env.NETDOCTOR_SEED)}),
      },
    )
  }, 60_000)
})
