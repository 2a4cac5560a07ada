import {defineFact, known, unknown} from './define.js'
import type {Setting} from './services.js'
import {readConfigFile} from './systemd/conf-file.js'
import {parseBoolean} from './systemd/values.js'

/** logind.conf(5). */
export interface LoginManager {
  /** RemoveIPC=; its compiled-in default is yes, which some distributions change: `origin` says which. */
  readonly removeIpc: Setting<boolean>
}

/** manager_reset_config() of systemd's src/login/logind.c. */
const DEFAULT: Setting<boolean> = {
  value: true,
  origin: {path: 'systemd-logind', line: null, text: 'RemoveIPC=yes (compiled-in default)'},
}

export const loginManagerFact = defineFact({
  name: 'loginManager',
  inputs: ['logind-conf'],
  derive({'logind-conf': tree}) {
    if (tree.status === 'missing') {
      return tree.reason === 'absent' ? known<LoginManager>({removeIpc: DEFAULT}) : unknown(tree)
    }
    const {assignments, unread} = readConfigFile(tree, 'logind-conf', 'logind.conf')
    const settings = assignments.flatMap(({section, key, value, path, line, text}) => {
      // What is no boolean, nothing included, is ignored with a log message: config_parse_bool().
      const boolean = section === 'Login' && key === 'RemoveIPC' ? parseBoolean(value) : null
      return boolean === null ? [] : [{value: boolean, origin: {path, line, text}}]
    })
    return known<LoginManager>({removeIpc: settings.at(-1) ?? DEFAULT}, unread)
  },
})
