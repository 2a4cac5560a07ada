import {chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {examineTrust, requireTrusted} from '../../src/plugins/trust.js'
import {trustedFolder} from '../support/trusted-folder.js'

const isRoot = process.geteuid?.() === 0
let folder: string

beforeEach(() => {
  folder = trustedFolder()
})
afterEach(() => {
  rmSync(folder, {recursive: true, force: true})
})

function file(path: string, mode = 0o644): string {
  const whole = join(folder, path)
  mkdirSync(dirname(whole), {recursive: true, mode: 0o755})
  writeFileSync(whole, '')
  chmodSync(whole, mode)
  return whole
}

async function reason(path: string): Promise<string | undefined> {
  const trust = examineTrust(path)
  return trust.trusted ? undefined : trust.reason
}

describe('a file is trusted', () => {
  it('if only its owner may write to it and to the folders above', async () => {
    expect(examineTrust(file('a/b.js'))).toEqual({trusted: true, realPath: join(folder, 'a/b.js')})
  })

  it('through links and dots, by its real path', async () => {
    file('real/b.js')
    symlinkSync('real', join(folder, 'link'))
    symlinkSync('../link/./b.js', join(folder, 'real/again.js'))
    expect(examineTrust(join(folder, 'link/../real/again.js'))).toEqual({
      trusted: true,
      realPath: join(folder, 'real/b.js'),
    })
  })
})

describe('a file is refused', () => {
  it.each([
    [0o646, 'everybody'],
    [0o664, 'the group'],
  ])('with mode %o', async (mode, who) => {
    const path = file('b.js', mode)
    expect(await reason(path)).toMatch(new RegExp(`^the file ${path} is writable by ${who}`))
  })

  it.each([
    [0o777, 'everybody'],
    [0o775, 'the group'],
    [0o1777, 'everybody'],
  ])('below a folder with mode %o', async (mode, who) => {
    const path = file('a/b/c.js')
    chmodSync(join(folder, 'a'), mode)
    expect(await reason(path)).toMatch(new RegExp(`^the folder ${join(folder, 'a')} is writable by ${who}`))
  })

  it('where a link leads through such a folder', async () => {
    const path = file('open/b.js')
    chmodSync(join(folder, 'open'), 0o777)
    symlinkSync('open/b.js', join(folder, 'link.js'))
    expect(await reason(join(folder, 'link.js'))).toContain(`${dirname(path)} is writable by everybody`)
  })

  it('where a link itself lies in such a folder, although its target does not', async () => {
    const path = file('closed/b.js')
    mkdirSync(join(folder, 'open'))
    symlinkSync(path, join(folder, 'open/link.js'))
    chmodSync(join(folder, 'open'), 0o777)
    expect(await reason(join(folder, 'open/link.js'))).toContain(`${join(folder, 'open')} is writable by everybody`)
  })

  it('where dots lead out of a link into such a folder', async () => {
    file('open/inner/x.js')
    file('open/b.js')
    symlinkSync('open/inner', join(folder, 'link'))
    file('b.js')
    chmodSync(join(folder, 'open'), 0o777)
    // By its letters this is <folder>/b.js; the kernel opens <folder>/open/b.js.
    expect(await reason(`${folder}/link/../b.js`)).toContain(`${join(folder, 'open')} is writable by everybody`)
  })

  it('below /tmp, however it is guarded', async () => {
    const below = mkdtempSync('/tmp/netdoctor-trust-')
    try {
      writeFileSync(join(below, 'b.js'), '')
      expect(await reason(join(below, 'b.js'))).toBe('the folder /tmp is writable by everybody (mode 1777)')
    } finally {
      rmSync(below, {recursive: true})
    }
  })

  it('if it does not exist, is no file, or its links go in circles', async () => {
    symlinkSync('loop', join(folder, 'loop'))
    expect(await reason(join(folder, 'none.js'))).toBe(`${folder}/none.js does not exist`)
    expect(await reason(folder)).toBe(`${folder} is not a regular file`)
    expect(await reason(join(folder, 'loop'))).toContain('more than 40 links')
    expect(await reason(join(file('b.js'), 'c.js'))).toContain('is not a folder')
  })

  it.runIf(isRoot)('if someone else owns it or a folder above', async () => {
    const path = file('a/b.js')
    chownSync(path, 4711, 0)
    expect(await reason(path)).toBe(`the file ${path} belongs to UID 4711, not to root or you`)
    chownSync(path, 0, 0)
    chownSync(join(folder, 'a'), 4711, 0)
    expect(await reason(path)).toBe(`the folder ${join(folder, 'a')} belongs to UID 4711, not to root or you`)
    expect(examineTrust(path, 4711).trusted).toBe(true)
  })

  it('in words that say what to do', async () => {
    await expect((async () => requireTrusted(file('b.js', 0o666), 'plugin'))()).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(/^Refused to load the plugin .* is writable by everybody \(mode 0666\)\.$/),
      suggestions: [expect.stringContaining('chmod go-w')],
    })
  })
})
