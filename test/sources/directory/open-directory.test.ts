import {execFileSync} from 'node:child_process'
import {mkdirSync, symlinkSync, truncateSync, writeFileSync} from 'node:fs'
import {dirname} from 'node:path'
import {describe, expect, test} from 'vitest'
import {openDirectory} from '../../../src/sources/directory/index.js'
import {temporaryFolder} from '../../support/temporary-folder.js'

const written = {format: 'netdoctor-bundle', version: 1, collectedAt: '2026-01-02T03:04:05Z'}

/** A bundle written by hand. */
function bundle(manifest: unknown, files: Readonly<Record<string, string>> = {}): string {
  const folder = temporaryFolder()
  writeFileSync(`${folder}/manifest.json`, typeof manifest === 'string' ? manifest : JSON.stringify(manifest))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(`${folder}/${path}`), {recursive: true})
    writeFileSync(`${folder}/${path}`, text)
  }
  return folder
}

describe('a bundle written by hand', () => {
  test('needs only a short manifest and the files', async () => {
    const source = await openDirectory(
      bundle(
        {...written, unlisted: 'absent', future: {unknown: 1}},
        {
          'root/etc/passwd': 'root:x:0:0\n',
          'inputs/processes.ndjson': '{}\n',
          'inputs/container-engines.json': '[]',
          'root/etc/systemd/system/a.service': '[Service]\n',
          'root/etc/systemd/system/a.service.d/b.conf': '[Service]\n',
          'root/etc/systemd/system/README': 'not asked for',
        },
      ),
    )
    expect(source.collectedAt).toBe('2026-01-02T03:04:05Z')
    expect(await source.collect('passwd')).toEqual({status: 'raw', origin: '/etc/passwd', text: 'root:x:0:0\n'})
    expect(await source.collect('processes')).toMatchObject({text: '{}\n'})
    expect(await source.collect('container-engines')).toMatchObject({text: '[]'})
    expect(await source.collect('group')).toMatchObject({status: 'missing', input: 'group', reason: 'absent'})
    expect(await source.collect('systemd-units')).toMatchObject({
      entries: [
        {type: 'file', path: '/etc/systemd/system/a.service', text: '[Service]\n'},
        {type: 'file', path: '/etc/systemd/system/a.service.d/b.conf', text: '[Service]\n'},
      ],
    })
    expect(await source.collect('limits-conf')).toMatchObject({status: 'tree', entries: []})
  })

  test('does not know what nobody looked for', async () => {
    const source = await openDirectory(bundle(written))
    expect(await source.collect('group')).toMatchObject({reason: 'not-collected'})
    expect(await source.collect('limits-conf')).toMatchObject({reason: 'not-collected'})
  })

  test('says of an input why it is missing', async () => {
    const inputs = {group: {status: 'missing', reason: 'denied', detail: 'EACCES'}, passwd: {status: 'ok'}}
    const source = await openDirectory(bundle({...written, inputs}, {'root/etc/group': 'root:x:0\n'}))
    expect(await source.collect('group')).toEqual({
      status: 'missing',
      input: 'group',
      reason: 'denied',
      detail: 'EACCES',
    })
    expect(await source.collect('passwd')).toMatchObject({reason: 'invalid'})
  })

  test('may have links within the host: they start at its root', async () => {
    const folder = bundle(written, {
      'root/usr/lib/os-release': 'ID=debian\n',
      'root/usr/lib/systemd/system/a.service': '',
    })
    mkdirSync(`${folder}/root/etc`)
    symlinkSync('/usr/lib/os-release', `${folder}/root/etc/os-release`)
    symlinkSync('usr/lib', `${folder}/root/lib`)
    const source = await openDirectory(folder)
    expect(await source.collect('os-release')).toMatchObject({text: 'ID=debian\n'})
    expect(await source.collect('systemd-units')).toMatchObject({
      entries: [{path: '/lib/systemd/system/a.service'}, {path: '/usr/lib/systemd/system/a.service'}],
    })
  })

  test('cannot hold us up with a FIFO or a huge file', async () => {
    const folder = bundle(written, {'root/etc/subuid': '', 'root/etc/security/limits.conf': ''})
    execFileSync('mkfifo', [`${folder}/root/etc/passwd`, `${folder}/root/etc/security/limits.d.conf`])
    mkdirSync(`${folder}/root/etc/security/limits.d`)
    execFileSync('mkfifo', [`${folder}/root/etc/security/limits.d/x.conf`])
    truncateSync(`${folder}/root/etc/subuid`, 1 << 30)
    const source = await openDirectory(folder)
    expect(await source.collect('passwd')).toMatchObject({reason: 'invalid', detail: expect.stringContaining('a FIFO')})
    expect(await source.collect('subuid')).toMatchObject({reason: 'truncated'})
    expect(await source.collect('limits-conf')).toMatchObject({
      entries: [{type: 'file'}, {type: 'unread', missing: {reason: 'invalid'}}],
    })
  })
})

describe('what is no bundle', () => {
  test.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['another format', {...written, format: 'sosreport'}],
    ['a version to come', {...written, version: 2}],
    ['no time', {...written, collectedAt: 'yesterday'}],
    ['an unknown reason', {...written, inputs: {passwd: {status: 'missing', reason: 'lost'}}}],
  ])('%s is refused', async (_, manifest) => {
    await expect(openDirectory(bundle(manifest))).rejects.toMatchObject({name: 'UserError'})
  })

  test('a folder that is missing, a file, a folder without a manifest', async () => {
    const folder = temporaryFolder()
    for (const path of ['/nowhere', '/etc/passwd', folder]) {
      await expect(openDirectory(path), path).rejects.toMatchObject({name: 'UserError'})
    }
  })

  test('names that mean something elsewhere mean nothing here', async () => {
    const inputs = {__proto__: {status: 'missing'}, constructor: {status: 'missing', reason: 'absent'}}
    const source = await openDirectory(
      bundle(
        JSON.stringify({...written, inputs}).replace(
          '"inputs":{',
          '"inputs":{"__proto__":{"status":"missing","reason":"denied"},',
        ),
      ),
    )
    expect(await source.collect('passwd')).toMatchObject({reason: 'not-collected'})
  })
})
