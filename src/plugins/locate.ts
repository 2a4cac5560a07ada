import {readFile, stat} from 'node:fs/promises'
import {dirname, isAbsolute, join} from 'node:path'
import {UserError} from '../model/user-error.js'
import {requireTrusted} from './trust.js'

/** Administrators install checkers of their own here: `npm install --prefix /etc/netdoctor <package>`. */
export const ADMIN_MODULES = '/etc/netdoctor/node_modules'

/** npm's rule for names, so that no name can be a path. */
const packageName = /^(@[a-z0-9][a-z0-9._~-]*\/)?[a-z0-9][a-z0-9._~-]*$/

/** Conditions of package.json "exports" that hold for a module that is imported, in Node's terms. */
const conditions = new Set(['node', 'import', 'module-sync', 'default'])

/**
 * The real path of a plugin's entry file. `name` is an absolute path, or a package beside netdoctor
 * or in /etc/netdoctor/node_modules; never anything that depends on the current folder,
 * NODE_PATH or HOME. Throws a UserError for anything not found or not to be trusted.
 */
export async function locatePlugin(name: string, netdoctorRoot: string): Promise<string> {
  if (isAbsolute(name)) {
    const entry = requireTrusted(name, 'plugin')
    await requireTrustedPackageJson(dirname(entry))
    return entry
  }
  if (!packageName.test(name)) {
    throw new UserError(`The plugin "${name}" is neither an absolute path nor the name of a package.`, {
      suggestions: ['Write the whole path: plugins are never looked for in the current folder.'],
    })
  }
  const places = modulePlaces(netdoctorRoot)
  for (const place of places) {
    const folder = join(place, name)
    if (!(await isFile(join(folder, 'package.json')))) continue
    const manifest = requireTrusted(join(folder, 'package.json'), 'plugin')
    return requireTrusted(join(dirname(manifest), await entryOf(manifest, name)), 'plugin')
  }
  throw new UserError(`There is no plugin package "${name}".`, {
    suggestions: places.map((place) => `looked in ${place}`),
  })
}

/** netdoctor's own dependencies, the packages beside it, and the administrator's. */
export function modulePlaces(netdoctorRoot: string): string[] {
  const beside = dirname(netdoctorRoot)
  const own = join(netdoctorRoot, 'node_modules')
  return [own, ...(beside.endsWith('/node_modules') ? [beside] : []), ADMIN_MODULES]
}

/** The nearest package.json decides how Node reads the file, so it is part of the plugin. */
async function requireTrustedPackageJson(folder: string): Promise<void> {
  for (let place = folder; ; place = dirname(place)) {
    const path = join(place, 'package.json')
    if (await isFile(path)) {
      requireTrusted(path, 'plugin')
      return
    }
    if (place === '/') return
  }
}

async function entryOf(manifestPath: string, name: string): Promise<string> {
  const manifest: unknown = await readFile(manifestPath, 'utf8')
    .then(JSON.parse)
    .catch((error: Error) => {
      throw new UserError(`Cannot read ${manifestPath}: ${error.message}`, {cause: error})
    })
  const fields = isRecord(manifest) ? manifest : {}
  const entry =
    'exports' in fields
      ? target(mainExport(fields.exports))
      : typeof fields.main === 'string'
        ? fields.main
        : 'index.js'
  if (entry === undefined)
    throw new UserError(`The plugin package "${name}" exports nothing to import (${manifestPath}).`)
  return entry
}

function mainExport(exports: unknown): unknown {
  return isRecord(exports) && '.' in exports ? exports['.'] : exports
}

/** PACKAGE_TARGET_RESOLVE of Node's "Modules: Packages", without subpaths and fallback lists. */
function target(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (!isRecord(value)) return undefined
  for (const [condition, inner] of Object.entries(value)) {
    const found = conditions.has(condition) ? target(inner) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (status) => status.isFile(),
    () => false,
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
