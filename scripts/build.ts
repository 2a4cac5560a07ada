import {mkdir, rm, writeFile} from 'node:fs/promises'
import {fileURLToPath} from 'node:url'
import {Plugin} from '@oclif/core/config'
import {build} from 'esbuild'
import {globSync} from 'tinyglobby'
import {noticesOf} from './build/notices.js'
import {slimOclif} from './build/slim-oclif.js'

// npm run build: sources -> dist/, oclif.manifest.json
const root = fileURLToPath(new URL('..', import.meta.url))

/** What is bundled as CommonJS expects these. */
const banner = `import {createRequire as __createRequire} from 'node:module'
import {fileURLToPath as __fileURLToPath} from 'node:url'
import {dirname as __dirnameOf} from 'node:path'
const require = __createRequire(import.meta.url)
const __filename = __fileURLToPath(import.meta.url)
const __dirname = __dirnameOf(__filename)`

await rm(`${root}dist`, {recursive: true, force: true})
const {metafile} = await build({
  absWorkingDir: root,
  entryPoints: [
    'src/main.ts',
    'src/checker.ts',
    // Started as a process of its own.
    'src/sources/live/expendable-child.ts',
    ...globSync('commands/**/*.ts', {cwd: root}),
  ],
  outbase: '.',
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: 'linked',
  sourcesContent: false,
  metafile: true,
  // Large, and needed on few hosts: loaded from node_modules when a container socket exists, or for --verbose.
  // The CommonJS form of yaml has no named exports once it is a chunk of its own.
  alias: {yaml: `${root}node_modules/yaml/browser/index.js`},
  plugins: [slimOclif],
  external: ['dockerode', 'systeminformation'],
  banner: {js: banner},
  logLevel: 'warning',
})

await mkdir(`${root}dist`, {recursive: true})
await writeFile(`${root}dist/THIRD-PARTY-NOTICES.txt`, await noticesOf(metafile, root))

// What `oclif manifest` does, without its 190 packages: the commands' help, so that help need not load them.
await rm(`${root}oclif.manifest.json`, {force: true})
const plugin = new Plugin({
  root,
  type: 'core',
  ignoreManifest: true,
  errorOnManifestCreate: true,
  respectNoCacheDefault: true,
})
await plugin.load()
await writeFile(`${root}oclif.manifest.json`, `${JSON.stringify(plugin.manifest, null, 2)}\n`)
console.log(
  `built ${Object.keys(metafile.outputs).length / 2} files, ${Object.keys(plugin.manifest.commands).length} commands`,
)
