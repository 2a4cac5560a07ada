import type {AnyChecker} from '../checker.js'
import {checkers as ownCheckers} from '../checkers/index.js'
import {loadConfig} from '../config/load.js'

/**
 * Every checker there is: netdoctor's own and those of the configured plugins.
 * @param root folder of netdoctor's package.json
 */
export async function loadCheckers(root: string, configPath?: string): Promise<readonly AnyChecker[]> {
  const {config} = await loadConfig(configPath)
  if (config.plugins.length === 0) return ownCheckers
  const {loadPlugins} = await import('../plugins/load.js')
  const plugins = await loadPlugins(
    config.plugins,
    ownCheckers.map((checker) => checker.id),
    root,
  )
  return [...ownCheckers, ...plugins]
}
