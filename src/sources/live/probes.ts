import {missing} from '../../model/missing.js'
import type {InputName} from '../specs.js'
import type {Probe} from './probe.js'

/** The collector of each `probe` input, loaded when it is asked for. */
export const probes: {readonly [Name in InputName]?: Probe} = {
  processes: async (context) => (await import('./processes.js')).probeProcesses(context),
  'user-namespaces': async (context) => (await import('./user-namespaces.js')).probeUserNamespaces(context),
  'pids-cgroups': async (context) => (await import('./pids-cgroups.js')).probePidsCgroups(context),
  'fork-failures': async (context) => (await import('./fork-failures.js')).probeForkFailures(context),
  'container-engines': async () => missing('container-engines', 'unsupported', 'not written yet'),
  'container-accounts': async () => missing('container-accounts', 'unsupported', 'not written yet'),
}
