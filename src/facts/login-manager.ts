import type {Setting} from './services.js'

/** logind.conf(5). */
export interface LoginManager {
  /** RemoveIPC=; its compiled-in default is yes, which some distributions change: `origin` says which. */
  readonly removeIpc: Setting<boolean>
}
