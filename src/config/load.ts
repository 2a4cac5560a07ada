import {resolve} from 'node:path'
import {UserError} from '../model/user-error.js'
import type {AcceptedEntry, Config} from './schema.js'

export const CONFIG_PATH = '/etc/netdoctor/config.yaml'

/** The configuration and where it was read; without `--config` its absence is no error. */
export async function loadConfig(explicitPath?: string): Promise<{path: string; config: Config}> {
  const path = resolve(explicitPath ?? CONFIG_PATH)
  if (!(await exists(path))) {
    if (explicitPath === undefined) return {path, config: {plugins: []}}
    throw new UserError(`There is no configuration ${path}.`)
  }
  const {requireTrusted} = await import('../plugins/trust.js')
  // The file names code that will run as the caller, so it is held to the same test as the code.
  requireTrusted(path, 'configuration')
  const config = await (await import('./read-yaml.js')).readYaml(path, (await import('./schema.js')).configSchema)
  return {path, config: config ?? {plugins: []}}
}

/** Entries of an `--accepted` file. */
export async function loadAccepted(path: string | undefined): Promise<readonly AcceptedEntry[]> {
  if (path === undefined) return []
  const [{readYaml}, {acceptedSchema}] = await Promise.all([import('./read-yaml.js'), import('./schema.js')])
  const accepted = await readYaml(resolve(path), acceptedSchema)
  if (!accepted) throw new UserError(`There is no file ${path}.`)
  return accepted.map(({subject, ...entry}) => ({...entry, ...(subject === undefined ? {} : {subject})}))
}

async function exists(path: string): Promise<boolean> {
  const {lstat} = await import('node:fs/promises')
  return lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return false
      throw new UserError(`Cannot look at ${path}: ${error.message}`, {cause: error})
    },
  )
}
