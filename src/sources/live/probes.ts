import type {InputName} from '../specs.js'
import type {Probe} from './probe.js'

/** The collector of each `probe` input, loaded when it is asked for. */
export const probes: {readonly [Name in InputName]?: Probe} = {
  processes: async (context) => (await import('./processes.js')).probeProcesses(context),
  'user-namespaces': async (context) => (await import('./user-namespaces.js')).probeUserNamespaces(context),
  'pids-cgroups': async (context) => (await import('./pids-cgroups.js')).probePidsCgroups(context),
  'fork-failures': async (context) => (await import('./fork-failures.js')).probeForkFailures(context),
  'container-engines': async (context) => (await import('./containers/engines.js')).probeEngines(context),
  'container-accounts': async (context) => (await import('./containers/accounts.js')).probeAccounts(context),
}
