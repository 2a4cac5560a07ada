import {writeFile} from 'node:fs/promises'
import {build} from 'esbuild'

/**
 * Bundles a program of the lab as the package is bundled, so that plain Node runs it: under tsx a
 * trace would be one of tsx. Returns its path below `folder`.
 */
export async function buildForLab(entry: string, folder: string): Promise<string> {
  await build({
    entryPoints: {
      program: entry,
      'src/sources/live/expendable-child': 'src/sources/live/expendable-child.ts',
    },
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['dockerode', 'systeminformation'],
    logLevel: 'warning',
  })
  await writeFile(`${folder}/package.json`, '{"type":"module"}')
  return `${folder}/program.js`
}
