import {execFileSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import type {Report} from '../../src/model/report.js'
import {type Ended, InstalledPackage} from '../support/cli.js'

const CANARY = 'canary-5d0c1e'
const EVIL = '\u001b]0;title\u0007\u001b[2Jred\u0000\u009b31m\r\u202e'
const manifest = {format: 'netdoctor-bundle', version: 1, collectedAt: '2026-01-02T03:04:05.000Z', unlisted: 'absent'}

let netdoctor: InstalledPackage
let folder: string
let bundle: string

beforeAll(() => {
  netdoctor = new InstalledPackage()
})
afterAll(() => {
  netdoctor?.remove()
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nd-e2e-'))
  bundle = join(folder, 'bundle')
  mkdirSync(bundle)
  writeFileSync(join(folder, 'canary'), `${CANARY}:x:0:0::/:/bin/sh\n`)
})
afterEach(() => {
  rmSync(folder, {recursive: true, force: true})
})

function put(path: string, content: string | object): void {
  mkdirSync(dirname(join(bundle, path)), {recursive: true})
  writeFileSync(join(bundle, path), typeof content === 'string' ? content : JSON.stringify(content))
}

/** Runs `check --from`, and sees to it that nothing leaked, nothing was raw, and nothing was called clean. */
function check(...args: readonly string[]): Ended {
  const ended = netdoctor.run(['check', '--from', bundle, ...args])
  const said = ended.stdout + ended.stderr
  expect(said).not.toContain(CANARY)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none may get through
  expect(said).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
  expect(said).not.toContain('    at ')
  expect([1, 2, 3]).toContain(ended.exitCode)
  return ended
}

function missingOf(): string[] {
  const {checkers}: Report = JSON.parse(check('--json').stdout)
  return checkers.flatMap(({missing}) => missing ?? []).map(({input, reason}) => `${input}: ${reason}`)
}

describe('a manifest', () => {
  it.each([
    ['a FIFO', () => execFileSync('mkfifo', [join(bundle, 'manifest.json')]), 'is a FIFO, not a regular file'],
    ['a folder', () => mkdirSync(join(bundle, 'manifest.json')), 'is a directory, not a regular file'],
    ['a link out', () => symlinkSync(join(folder, 'canary'), join(bundle, 'manifest.json')), 'ENOENT'],
    [
      '1 GiB long',
      () => {
        put('manifest.json', '')
        truncateSync(join(bundle, 'manifest.json'), 2 ** 30)
      },
      'larger than',
    ],
    ['cut off', () => put('manifest.json', JSON.stringify(manifest).slice(0, -5)), 'is not JSON'],
    ['nested without end', () => put('manifest.json', '['.repeat(1_000_000)), 'is not JSON'],
    [
      'full of escapes',
      () => put('manifest.json', {...manifest, inputs: {[EVIL]: {status: EVIL}}}),
      'manifest: inputs',
    ],
  ])('that is %s is refused', (_, make, message) => {
    make()
    const {exitCode, stdout, stderr} = check()
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toContain(message)
  })
})

describe('a bundle', () => {
  it.each(['root', 'inputs'])('whose folder %s is a link out is refused', (name) => {
    put('manifest.json', manifest)
    symlinkSync(folder, join(bundle, name))
    expect(check()).toMatchObject({exitCode: 2, stderr: expect.stringContaining('is not a directory')})
  })

  it('whose files are links out, FIFOs, huge or changed is unknown, and says which', () => {
    const changed = {status: 'ok', sha256: '0'.repeat(64)}
    put('manifest.json', {...manifest, inputs: {passwd: {status: 'ok'}, 'user-namespaces': changed}})
    put('inputs/user-namespaces.ndjson', '')
    put('root/proc/sys/kernel/osrelease', '6.1.0\n')
    truncateSync(join(bundle, 'root/proc/sys/kernel/osrelease'), 2 ** 30)
    mkdirSync(join(bundle, 'root/etc'))
    symlinkSync('../../../canary', join(bundle, 'root/etc/passwd'))
    execFileSync('mkfifo', [join(bundle, 'inputs/processes.ndjson')])
    expect(missingOf()).toEqual(
      expect.arrayContaining([
        'passwd: invalid',
        'kernel-release: truncated',
        'user-namespaces: invalid',
        'processes: invalid',
      ]),
    )
    expect(check('--verbose').exitCode).toBe(3)
  })

  it('with records that are cut off, nested without end or of other types is unknown', () => {
    put('manifest.json', manifest)
    put('root/proc/sys/kernel/osrelease', '6.1.0\n')
    put('inputs/processes.ndjson', '{"pid": 1, "comm": "ini')
    put('inputs/user-namespaces.ndjson', `${'['.repeat(500_000)}\n`)
    put('inputs/container-engines.json', [{endpoint: EVIL, answered: true, containers: [{id: 5}]}])
    expect(missingOf()).toEqual(expect.arrayContaining([expect.stringMatching(/^processes: /)]))
  })

  it('with folders below folders is not followed for ever', () => {
    put('manifest.json', manifest)
    // One folder at a time: the whole path is longer than a path can be.
    const script = 'chdir shift; for (@ARGV, ("a.service.d") x 5000) { mkdir $_; chdir $_ or die $! }'
    execFileSync('perl', ['-e', script, bundle, 'root', 'etc', 'systemd', 'system'])
    try {
      expect(check().exitCode).toBe(3)
    } finally {
      // Deeper than a path can be.
      execFileSync('rm', ['-rf', bundle])
    }
  })

  it('with escape sequences in reasons, origins and names shows them as text', () => {
    const denied = {status: 'missing', reason: 'denied', detail: EVIL}
    put('manifest.json', {...manifest, inputs: {processes: denied, passwd: {status: 'ok', origin: EVIL}}})
    put('root/etc/passwd', `${EVIL}:x:1:1::/:\n`)
    put('root/proc/sys/kernel/hostname', EVIL)
    put('root/etc/os-release', `PRETTY_NAME="${EVIL}"\n`)
    put(`root/etc/systemd/system/${EVIL.replaceAll('\u0000', '')}.service`, `[Service]\nUser=${EVIL}\nLimitNPROC=1\n`)
    expect(check('--verbose').stdout).toContain('\\x1b]0;title\\x07')
    check('--json')
  })
})
