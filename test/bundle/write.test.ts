import {lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync} from 'node:fs'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {writeUnpacked} from '../../src/bundle/write.js'
import {type Missing, missing, missingReasons} from '../../src/model/missing.js'
import type {Collected, TreeEntry} from '../../src/sources/collected.js'
import {openDirectory} from '../../src/sources/directory/index.js'
import type {NamedFilesSpec, Spec, TreeSpec} from '../../src/sources/spec-types.js'
import {type InputName, inputNames, specs} from '../../src/sources/specs.js'
import {memorySource} from '../support/memory-source.js'
import {temporaryFolder} from '../support/temporary-folder.js'

const tool = {name: 'netdoctor', version: '1.2.3'}

async function record(inputs: Partial<Record<InputName, string | Collected>>, folder = `${temporaryFolder()}/bundle`) {
  await writeUnpacked(folder, memorySource(inputs), inputNames, tool)
  return {folder, source: await openDirectory(folder)}
}

const text = fc.oneof(
  fc.string({unit: 'grapheme', maxLength: 50}),
  fc.string({unit: 'binary', maxLength: 20}),
  fc.constantFrom('', '\0', '\ufeffx', '\ud800', 'a\r\nb\u001b[31m', '\u2028'),
)

function missingOf(input: string): fc.Arbitrary<Missing> {
  return fc.tuple(fc.constantFrom(...missingReasons), text).map(([reason, detail]) => missing(input, reason, detail))
}

/** Paths that the spec asks for, and that a file system may or may not be able to hold. */
function pathOf(spec: TreeSpec): fc.Arbitrary<string> {
  const name = fc.oneof(
    fc.constantFrom('a', 'b', '..', '~', '-rf', '\u001b[2J', 'a b', '"', '\ud800', 'x'.repeat(300)),
    fc.string({unit: 'grapheme', minLength: 1, maxLength: 8}).filter((part) => !part.includes('/')),
  )
  // One that this spec asks for must be among them, or none is ever found.
  const shapes = [
    (part: string) => `limits.d/${part}.conf`,
    (part: string) => `system.conf.d/${part}.conf`,
    (part: string) => `logind.conf.d/${part}.conf`,
    (part: string) => `${part}.service`,
    (part: string) => `${part}.rules`,
    (part: string) => `${part}.conf`,
    (part: string) => `interfaces.d/${part}`,
    (part: string) => `S01${part}`,
    (part: string) => `${part}.service.dsh-also`,
    (part: string) => part,
    (part: string) => `a.service.d/${part}`,
  ].filter((shape) => spec.match.test(shape('a')))
  return fc
    .tuple(fc.constantFrom(...spec.roots), name, fc.constantFrom(...shapes))
    .map(([root, part, shape]) => ({path: `${root}/${shape(part)}`, relative: shape(part)}))
    .filter(({relative}) => spec.match.test(relative))
    .map(({path}) => path)
}

/** Of files that were asked for by name: below folders that no other input reads. */
const namedPath = fc
  .tuple(fc.constantFrom('/srv', '/srv/a', '/srv/a/b'), fc.oneof(text, fc.constantFrom('a', 'b', '*.conf')))
  .map(([folder, name]) => `${folder}/${name.replaceAll('/', '')}`)

function entryOf(name: InputName, spec: TreeSpec | NamedFilesSpec): fc.Arbitrary<TreeEntry> {
  const path = spec.kind === 'tree' ? pathOf(spec) : namedPath
  const file = fc.oneof(
    fc.record({type: fc.constant('file' as const), path, text}),
    fc.record({type: fc.constant('file' as const), path, text, invalidUtf8: fc.constant(true as const)}),
  )
  const present = fc.record({type: fc.constant('present' as const), path})
  const common = [
    fc.record({type: fc.constant('symlink' as const), path, target: text}),
    fc.record({type: fc.constant('unread' as const), path, missing: missingOf(name)}),
  ]
  if (spec.kind === 'tree') return fc.oneof(spec.content === 'names' ? present : file, ...common)
  const absent = fc.record({type: fc.constant('absent' as const), path})
  const glob = fc.record({type: fc.constant('glob' as const), path, matches: fc.array(namedPath, {maxLength: 3})})
  return fc.oneof(file, present, absent, glob, ...common)
}

function collectedOf(name: InputName, spec: Spec): fc.Arbitrary<Collected> {
  if (spec.kind === 'tree' || spec.kind === 'named-files') {
    const entry = entryOf(name, spec)
    const entries = fc
      .uniqueArray(entry, {selector: ({path}) => path, maxLength: 6})
      .map((all) => all.sort((a, b) => (a.path < b.path ? -1 : 1)))
    return fc.record({status: fc.constant('tree' as const), origin: text, entries})
  }
  const raw = fc.record(
    {
      status: fc.constant('raw' as const),
      origin: text,
      text,
      exitCode: fc.nat(),
      gaps: fc.array(missingOf(name), {minLength: 1, maxLength: 2}),
    },
    {requiredKeys: ['status', 'origin', 'text']},
  )
  return raw
}

const anything = fc.record(
  Object.fromEntries(
    inputNames.map((name) => [name, fc.oneof(collectedOf(name, specs[name]), missingOf(name))] as const),
  ),
)

describe('a recorded host', () => {
  test('property: is read back as it was collected', async () => {
    const folder = temporaryFolder()
    let count = 0
    await fc.assert(
      fc.asyncProperty(anything, async (inputs) => {
        count += 1
        const at = `${folder}/${count}`
        const {source} = await record(inputs, at)
        for (const name of inputNames) expect(await source.collect(name), name).toEqual(inputs[name])
        expect(source.collectedAt).toBe('2026-01-02T03:04:05.000Z')
        rmSync(at, {recursive: true})
      }),
      {
        numRuns: 100,
        endOnFailure: true,
        ...(process.env.NETDOCTOR_SEED === undefined ? {} : {seed: Number(process.env.NETDOCTOR_SEED)}),
      },
    )
  }, 60_000)

  test('is for nobody else to read', async () => {
    const {folder} = await record({passwd: 'root:x:0:0\n', processes: '{}\n'})
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(statSync(`${folder}/root/etc`).mode & 0o777).toBe(0o700)
    for (const file of ['manifest.json', 'root/etc/passwd', 'inputs/processes.ndjson']) {
      expect(statSync(`${folder}/${file}`).mode & 0o777, file).toBe(0o600)
    }
  })

  test('keeps files where the host has them, and links as links', async () => {
    const {folder} = await record({
      passwd: 'root:x:0:0\n',
      'limits-conf': {
        status: 'tree',
        origin: '/etc/security',
        entries: [
          {type: 'file', path: '/etc/security/limits.conf', text: '# none\n'},
          {type: 'symlink', path: '/etc/security/limits.d/a.conf', target: '/dev/null'},
        ],
      },
    })
    expect(readFileSync(`${folder}/root/etc/passwd`, 'utf8')).toBe('root:x:0:0\n')
    expect(lstatSync(`${folder}/root/etc/security/limits.d/a.conf`).isSymbolicLink()).toBe(true)
    expect(JSON.parse(readFileSync(`${folder}/manifest.json`, 'utf8'))).toMatchObject({
      format: 'netdoctor-bundle',
      version: 1,
      tool,
      collectedAt: '2026-01-02T03:04:05.000Z',
      inputs: {passwd: {status: 'ok', bytes: 11}, group: {status: 'missing', reason: 'not-collected'}},
    })
  })

  test('is not written through a link of its own', async () => {
    const outside = temporaryFolder()
    await record({
      'systemd-units': {
        status: 'tree',
        origin: 'x',
        entries: [
          {type: 'symlink', path: '/etc/systemd/system/a.service', target: outside},
          {type: 'file', path: '/etc/systemd/system/a.service/x', text: 'x'},
        ],
      },
    })
    expect(readdirSync(outside)).toEqual([])
  })
})

describe('the folder', () => {
  test('may exist, but not hold anything', async () => {
    const folder = temporaryFolder()
    await record({}, folder)
    await expect(record({}, folder)).rejects.toThrow(`${folder} is not empty`)
    writeFileSync(`${folder}-file`, '')
    await expect(record({}, `${folder}-file`)).rejects.toThrow(`Cannot make the folder ${folder}-file: ENOTDIR`)
    rmSync(`${folder}-file`)
  })

  test('that cannot be written is for the user to put right', async () => {
    await expect(record({}, '/proc/netdoctor')).rejects.toMatchObject({name: 'UserError'})
  })
})

describe('a bundle that was tampered with', () => {
  test('is noticed', async () => {
    const {folder, source} = await record({
      passwd: 'root:x:0:0\n',
      group: 'root:x:0\n',
      'limits-conf': {
        status: 'tree',
        origin: '/etc/security',
        entries: [{type: 'file', path: '/etc/security/limits.conf', text: '# none\n'}],
      },
    })
    writeFileSync(`${folder}/root/etc/passwd`, 'root:x:0:0:\n')
    rmSync(`${folder}/root/etc/group`)
    mkdirSync(`${folder}/root/etc/security/limits.d`)
    writeFileSync(`${folder}/root/etc/security/limits.d/more.conf`, '* - nproc 1\n')
    for (const name of ['passwd', 'group', 'limits-conf'] as const) {
      expect(await source.collect(name), name).toMatchObject({status: 'missing', input: name, reason: 'invalid'})
    }
  })

  test('cannot make us read a file outside', async () => {
    const {folder, source} = await record({})
    const canary = `${temporaryFolder()}/canary`
    writeFileSync(canary, 'outside')
    mkdirSync(`${folder}/root/etc`, {recursive: true})
    writeFileSync(
      `${folder}/manifest.json`,
      '{"format":"netdoctor-bundle","version":1,"collectedAt":"2026-01-02T03:04:05Z"}',
    )
    symlinkSync(canary, `${folder}/root/etc/passwd`)
    symlinkSync('../../../canary', `${folder}/root/etc/group`)
    expect(await source.collect('passwd')).toMatchObject({status: 'missing', reason: 'not-collected'})
    expect(await (await openDirectory(folder)).collect('passwd')).toMatchObject({reason: 'not-collected'})
    expect(await (await openDirectory(folder)).collect('group')).toMatchObject({reason: 'not-collected'})
    rmSync(`${folder}/root`, {recursive: true})
    symlinkSync('/', `${folder}/root`)
    await expect(openDirectory(folder)).rejects.toThrow('root is not a directory')
  })
})
