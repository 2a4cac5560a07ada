import {spawnSync} from 'node:child_process'
import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {build, type Metafile, type Plugin} from 'esbuild'
import {globSync} from 'tinyglobby'
import {slimOclif} from './slim-oclif.js'

/** What bin/run.js loads: everything in one script, an expression of the function that starts it. */
export const PROGRAM = 'dist/program.cjs'

const banner = `(function (require, __filename, __dirname) {
const exports = {}, module = {exports}
const __moduleUrl = require('node:url').pathToFileURL(__filename).href`
const footer = 'return module.exports.start\n})'

/**
 * One script instead of a file per command: reading and compiling files is what a start costs most,
 * and V8 can keep the compiled form of a script, as Node 20 cannot for ES modules.
 */
export async function buildProgram(root: string): Promise<Metafile> {
  const commands = globSync('commands/**/*.ts', {cwd: root}).map((path) => {
    const id = path.slice('commands/'.length, -'.ts'.length).replaceAll('/', ':')
    return `${JSON.stringify(id)}: () => import(${JSON.stringify(`./${path}`)})`
  })
  const contents = `
    import {BundledPlugin} from './src/cli/bundled-plugin.js'
    import {main} from './src/main.js'
    export async function start() {
      const plugin = new BundledPlugin(__dirname, {${commands.sort().join(', ')}})
      await plugin.load()
      await main({plugins: new Map([[plugin.name, plugin]])})
    }`
  const common = {absWorkingDir: root, platform: 'node', target: 'node20', logLevel: 'warning'} as const
  await build({
    ...common,
    entryPoints: ['src/plugins/import-module.ts'],
    outfile: `dist/${IMPORT_MODULE}`,
    format: 'cjs',
  })
  const {metafile} = await build({
    ...common,
    stdin: {contents, resolveDir: root},
    outfile: PROGRAM,
    bundle: true,
    format: 'cjs',
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: 'linked',
    sourcesContent: false,
    metafile: true,
    plugins: [slimOclif, realImport],
    // Large, and needed on few hosts: loaded from node_modules when a container socket exists, or for --verbose.
    external: ['dockerode', 'systeminformation'],
    supported: {'dynamic-import': false},
    define: {'import.meta.url': '__moduleUrl'},
    banner: {js: banner},
    footer: {js: footer},
  })
  const file = join(root, PROGRAM)
  await writeFile(file, toAscii(await readFile(file, 'utf8')))
  return metafile
}

/** A string of bytes is read faster. esbuild leaves other characters in regular expressions only. */
function toAscii(text: string): string {
  return text.replace(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

const IMPORT_MODULE = 'import-module.cjs'

const realImport: Plugin = {
  name: 'real-import',
  setup(build) {
    build.onResolve({filter: /\/import-module\.js$/}, () => ({path: `./${IMPORT_MODULE}`, external: true}))
  },
}

/**
 * Keeps what V8 made of the program, with all functions that a check and a prediction use, for the version of Node
 * that runs now; others compile it anew.
 */
export function cacheProgram(root: string): void {
  const made = spawnSync(process.execPath, ['-e', maker, 'netdoctor'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    // No container engine is asked for the sake of a build.
    env: {...process.env, NETDOCTOR_CONTAINER_SOCKETS: ''},
  })
  if (made.error) throw made.error
}

const maker = `
// It would be of the flags that the program has in the end, not of those that it is loaded with.
require('node:v8').setFlagsFromString = () => undefined
const {readFileSync, writeFileSync} = require('node:fs')
const {createRequire} = require('node:module')
const {resolve} = require('node:path')
const {Script} = require('node:vm')
const file = resolve('${PROGRAM}')
const script = new Script(readFileSync(file, 'latin1'), {filename: file})
process.on('exit', () => writeFileSync(file + '.' + process.version + '-' + process.arch + '.cache', script.createCachedData()))
const start = script.runInThisContext()(createRequire(file), file, resolve('dist'))
const {exit} = process
process.exit = () => undefined
void (async () => {
  process.argv[1] = file
  for (const words of ['predict exec --all --json', 'check --json --root /', 'check --json']) {
    process.argv.splice(2, Infinity, ...words.split(' '))
    await start()
  }
  exit()
})()`
