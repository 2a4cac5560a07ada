import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {pathToFileURL} from 'node:url'
import type {AnyChecker} from '../checker.js'
import {UserError} from '../model/user-error.js'
import {importModule} from './import-module.js'
import {locatePlugin} from './locate.js'
import {installResolveHook} from './resolve-hook.js'
import {checkersOf} from './validate.js'

/**
 * The checkers of some plugins. `names` are absolute paths or packages, `taken` the ids of netdoctor's
 * own checkers. Throws a UserError that names the plugin for everything wrong with one.
 */
export async function loadPlugins(
  names: readonly string[],
  taken: readonly string[],
  netdoctorRoot: string,
): Promise<readonly AnyChecker[]> {
  if (names.length === 0) return []
  // All are examined before the first one runs.
  const entries: string[] = []
  for (const name of names) entries.push(await locatePlugin(name, netdoctorRoot))
  installResolveHook(netdoctorRoot, checkerModuleUrl(netdoctorRoot))

  const owners = new Map(taken.map((id) => [id, 'netdoctor itself']))
  const loaded: AnyChecker[] = []
  for (const entry of entries) {
    const checkers = checkersOf(await importDefault(entry))
    if (typeof checkers === 'string') throw new UserError(`The plugin ${entry} cannot be used: ${checkers}.`)
    for (const checker of checkers) {
      const owner = owners.get(checker.id)
      if (owner)
        throw new UserError(`The plugin ${entry} brings a checker "${checker.id}", which ${owner} has already.`)
      owners.set(checker.id, entry)
      loaded.push(checker)
    }
  }
  return loaded
}

async function importDefault(entry: string): Promise<unknown> {
  try {
    return (await importModule(pathToFileURL(entry).href)).default
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new UserError(`The plugin ${entry} cannot be loaded: ${message}`, {cause: error})
  }
}

/** What `import 'netdoctor/checker'` means: this very installation, or its sources in development. */
function checkerModuleUrl(netdoctorRoot: string): string {
  const built = join(netdoctorRoot, 'dist/src/checker.js')
  const fromSources = import.meta.url.endsWith('.ts') || !existsSync(built)
  return pathToFileURL(fromSources ? join(netdoctorRoot, 'src/checker.ts') : built).href
}
