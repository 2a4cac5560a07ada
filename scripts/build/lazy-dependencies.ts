import {createRequire} from 'node:module'
import {dirname} from 'node:path'
import type {Plugin} from 'esbuild'

/** What @oclif/core requires at once and needs only for help, errors and commands without a manifest. */
const lazy =
  /^(ansis|clean-stack|cli-spinners|ejs|indent-string|lilconfig|minimatch|string-width|tinyglobby|widest-line|wrap-ansi|wsl-utils)$/

/**
 * Makes @oclif/core load those packages when they are first used: together they cost a third of the
 * start. `debug` is loaded only if DEBUG is set.
 */
export const lazyDependencies: Plugin = {
  name: 'lazy-dependencies',
  setup(build) {
    const inOclif = (importer: string): boolean => importer.includes('/node_modules/@oclif/core/')
    build.onResolve({filter: /^[a-z]/}, ({path, importer, namespace}) => {
      if (namespace !== 'file' || !inOclif(importer)) return undefined
      if (path !== 'debug' && !lazy.test(path)) return undefined
      return {path: `${path}?${importer}`, namespace: 'lazy', pluginData: {name: path, importer}}
    })
    build.onLoad({filter: /.*/, namespace: 'lazy'}, ({pluginData}) => {
      const {name, importer}: {name: string; importer: string} = pluginData
      const target = JSON.stringify(createRequire(importer).resolve(name))
      const contents = name === 'debug' ? debugModule(target) : lazyModule(target, isTranspiled(importer, name))
      return {contents, loader: 'js', resolveDir: dirname(importer)}
    })
  },
}

/** TypeScript's and Babel's mark of a module whose default export is a property. */
function isTranspiled(importer: string, name: string): boolean {
  const loaded: unknown = createRequire(importer)(name)
  return (typeof loaded === 'object' || typeof loaded === 'function') && loaded !== null && '__esModule' in loaded
}

function lazyModule(target: string, transpiled: boolean): string {
  return `let loaded
const load = () => (loaded ??= require(${target}))
module.exports = new Proxy(function () {}, {
  get: (_, key) => (key === '__esModule' ? ${transpiled} : load()[key]),
  apply: (_, self, args) => load().apply(self, args),
})`
}

function debugModule(target: string): string {
  return `module.exports = process.env.DEBUG ? require(${target}) : () => Object.assign(() => {}, {enabled: false})`
}
