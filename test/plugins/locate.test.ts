import {chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {locatePlugin, modulePlaces} from '../../src/plugins/locate.js'
import {trustedFolder} from '../support/trusted-folder.js'

let folder: string
let root: string

beforeEach(() => {
  folder = trustedFolder()
  root = join(folder, 'lib/node_modules/netdoctor')
  put('lib/node_modules/netdoctor/package.json', '{"name": "netdoctor"}')
})
afterEach(() => {
  rmSync(folder, {recursive: true, force: true})
})

function put(path: string, text: string): string {
  const whole = join(folder, path)
  mkdirSync(dirname(whole), {recursive: true, mode: 0o755})
  writeFileSync(whole, text, {mode: 0o644})
  return whole
}

function putPackage(name: string, manifest: object, place = 'lib/node_modules'): string {
  put(`${place}/${name}/package.json`, JSON.stringify({name, ...manifest}))
  for (const file of ['index.js', 'lib/main.js', 'esm.js']) put(`${place}/${name}/${file}`, '')
  return join(folder, place, name)
}

describe('locatePlugin', () => {
  it('takes an absolute path', async () => {
    const path = put('plugin.mjs', '')
    expect(await locatePlugin(path, root)).toBe(path)
  })

  it.each([
    [{}, 'index.js'],
    [{main: 'lib/main.js'}, 'lib/main.js'],
    [{exports: './esm.js', main: 'index.js'}, 'esm.js'],
    [{exports: {'.': {require: './index.js', import: './esm.js'}}}, 'esm.js'],
    [{exports: {browser: './index.js', node: {import: './esm.js'}, default: './index.js'}}, 'esm.js'],
  ])('finds the entry of a package with %j', async (manifest, entry) => {
    expect(await locatePlugin('my-checks', root).catch((error: Error) => error.message)).toContain(
      'There is no plugin package',
    )
    const place = putPackage('my-checks', manifest)
    expect(await locatePlugin('my-checks', root)).toBe(join(place, entry))
  })

  it('prefers what is installed inside netdoctor, and knows scopes', async () => {
    putPackage('@acme/checks', {})
    const inner = putPackage('@acme/checks', {}, 'lib/node_modules/netdoctor/node_modules')
    expect(await locatePlugin('@acme/checks', root)).toBe(join(inner, 'index.js'))
  })

  it.each(['./plugin.mjs', '../plugin.mjs', 'plugin/../x', 'a/b', '', '.', '@acme', 'file:///x.mjs', 'C'])(
    'refuses %j, which is neither a path nor a package',
    async (name) => {
      await expect(locatePlugin(name, root)).rejects.toThrow(/neither an absolute path nor the name of a package/)
    },
  )

  it('refuses a package whose folder, package.json or entry others may write to', async () => {
    const place = putPackage('my-checks', {main: 'lib/main.js'})
    for (const path of [join(place, 'package.json'), join(place, 'lib/main.js'), join(place, 'lib'), place]) {
      chmodSync(path, 0o777)
      await expect(locatePlugin('my-checks', root)).rejects.toThrow(`${path} is writable by everybody`)
      chmodSync(path, 0o755)
    }
    expect(await locatePlugin('my-checks', root)).toBe(join(place, 'lib/main.js'))
  })

  it('refuses a linked package whose real folder others may write to', async () => {
    const real = putPackage('linked', {}, 'work')
    symlinkSync(real, join(folder, 'lib/node_modules/linked'))
    expect(await locatePlugin('linked', root)).toBe(join(real, 'index.js'))
    chmodSync(join(folder, 'work'), 0o777)
    await expect(locatePlugin('linked', root)).rejects.toThrow(`${join(folder, 'work')} is writable by everybody`)
  })

  it('refuses a file whose package.json others may write to, because that says how it is read', async () => {
    const path = put('plain/deep/plugin.js', '')
    const manifest = put('plain/package.json', '{}')
    chmodSync(manifest, 0o666)
    await expect(locatePlugin(path, root)).rejects.toThrow(`${manifest} is writable by everybody`)
  })

  it('says where a package was looked for, and never in the current folder', async () => {
    await expect(locatePlugin('no-such-package', root)).rejects.toMatchObject({
      suggestions: [
        `looked in ${root}/node_modules`,
        `looked in ${join(folder, 'lib/node_modules')}`,
        'looked in /etc/netdoctor/node_modules',
      ],
    })
    expect(modulePlaces('/srv/checkout')).toEqual(['/srv/checkout/node_modules', '/etc/netdoctor/node_modules'])
  })

  it('says what is wrong with a package that cannot be imported', async () => {
    putPackage('no-entry', {exports: {'./sub': './index.js'}})
    await expect(locatePlugin('no-entry', root)).rejects.toThrow('exports nothing to import')
    put('lib/node_modules/bad-json/package.json', '{')
    await expect(locatePlugin('bad-json', root)).rejects.toThrow(/Cannot read .*bad-json\/package.json/)
  })
})
