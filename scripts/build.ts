import {mkdir, readFile, rm, writeFile} from 'node:fs/promises'
import {fileURLToPath} from 'node:url'
import {Plugin} from '@oclif/core/config'
import {settings} from '@oclif/core/settings'
import {build} from 'esbuild'
import {noticesOf} from './build/notices.js'
import {buildProgram, cacheProgram, PROGRAM} from './build/program.js'

// npm run build: sources -> dist/, oclif.manifest.json
const root = fileURLToPath(new URL('..', import.meta.url))

await rm(`${root}dist`, {recursive: true, force: true})
const program = await buildProgram(root)
const {metafile} = await build({
  absWorkingDir: root,
  // For plugins; and what is started as a process of its own.
  entryPoints: ['src/checker.ts', 'src/sources/live/expendable-child.ts'],
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
  logLevel: 'warning',
})

await mkdir(`${root}dist`, {recursive: true})
await writeFile(`${root}dist/THIRD-PARTY-NOTICES.txt`, await noticesOf(program, root))

// What `oclif manifest` does, without its 190 packages: the commands' help, so that help need not load them.
await rm(`${root}oclif.manifest.json`, {force: true})
const pjson = JSON.parse(await readFile(`${root}package.json`, 'utf8'))
// oclif would look for ts-node or tsx by its own means; tsx is there already.
settings.enableAutoTranspile = false
const plugin = new Plugin({
  root,
  pjson,
  isRoot: true,
  ignoreManifest: true,
  errorOnManifestCreate: true,
  respectNoCacheDefault: true,
})
await plugin.load()
await writeFile(`${root}oclif.manifest.json`, `${JSON.stringify(plugin.manifest, null, 2)}\n`)
cacheProgram(root)
console.log(
  `built ${PROGRAM}, ${Object.keys(metafile.outputs).length / 2} files beside it, ${Object.keys(plugin.manifest.commands).length} commands`,
)
