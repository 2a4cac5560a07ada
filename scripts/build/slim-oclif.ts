import {readFile} from 'node:fs/promises'
import {createRequire} from 'node:module'
import {dirname} from 'node:path'
import type {Plugin} from 'esbuild'

/**
 * What @oclif/core requires at once and needs only for help and errors. Its spinner is never turned, but asks for
 * its frames as soon as it is made, which on a terminal is whenever a command ends with another exit code than 0.
 */
const lazy = /^(ansis|clean-stack|cli-spinners|ejs|indent-string|lilconfig|string-width|widest-line|wrap-ansi)$/

/** Finds commands without a manifest, matches names of plugins: the built netdoctor does none of it. */
const unused = /^(minimatch|tinyglobby)$/

/** Puts six commands in order, for which V8 would set up a collation of the caller's language: 9 ms. */
const collated = 'a.id.localeCompare(b.id)'

/**
 * Makes @oclif/core start with less: some packages are loaded when they are first used, some not at
 * all, `debug` only if DEBUG is set, and nobody looks whether this is Windows.
 */
export const slimOclif: Plugin = {
  name: 'slim-oclif',
  setup(build) {
    build.onResolve({filter: /^[a-z]/}, ({path, importer, namespace}) => {
      if (namespace !== 'file' || !importer.includes('/node_modules/@oclif/core/')) return undefined
      if (![lazy, unused, /^(debug|wsl-utils)$/].some((list) => list.test(path))) return undefined
      return {path: `${path}?${importer}`, namespace: 'slim', pluginData: {name: path, importer}}
    })
    build.onLoad({filter: /.*/, namespace: 'slim'}, ({pluginData}) => {
      const {name, importer}: {name: string; importer: string} = pluginData
      return {contents: contentsOf(name, importer), loader: 'js', resolveDir: dirname(importer)}
    })
    build.onLoad({filter: /\/@oclif\/core\/lib\/config\/plugin\.js$/}, async ({path}) => {
      const text = await readFile(path, 'utf8')
      if (!text.includes(collated)) throw new Error(`${path} does not have ${collated} any more`)
      return {contents: text.replace(collated, '(a.id < b.id ? -1 : 1)'), loader: 'js'}
    })
  },
}

function contentsOf(name: string, importer: string): string {
  if (name === 'wsl-utils') return 'export const isWsl = false'
  if (unused.test(name)) return lazyModule(`(() => { throw new Error('${name} is not part of the build') })()`, false)
  const target = `require(${JSON.stringify(createRequire(importer).resolve(name))})`
  if (name === 'debug') {
    return `module.exports = process.env.DEBUG ? ${target} : () => Object.assign(() => {}, {enabled: false})`
  }
  return lazyModule(target, isTranspiled(importer, name))
}

/** TypeScript's and Babel's mark of a module whose default export is a property. */
function isTranspiled(importer: string, name: string): boolean {
  const loaded: unknown = createRequire(importer)(name)
  return (typeof loaded === 'object' || typeof loaded === 'function') && loaded !== null && '__esModule' in loaded
}

function lazyModule(load: string, transpiled: boolean): string {
  return `let loaded
const load = () => (loaded ??= ${load})
module.exports = new Proxy(function () {}, {
  get: (_, key) => (key === '__esModule' ? ${transpiled} : load()[key]),
  apply: (_, self, args) => load().apply(self, args),
})`
}
