import type {InputName} from '../specs.js'
import {probeAccounts} from './containers/accounts.js'
import {probeEngines} from './containers/engines.js'
import {probeContainerMounts} from './containers/mounts.js'
import {probeFirewallRules} from './firewall.js'
import {probeForkFailures} from './fork-failures.js'
import {probeNetwork, probeNetworkNamespaces} from './network.js'
import {probePidsCgroups} from './pids-cgroups.js'
import type {Probe} from './probe.js'
import {probeProcesses} from './processes.js'
import {probeSystemdManager} from './systemd-manager.js'
import {probeTrafficControl} from './traffic-control.js'
import {probeUserNamespaces} from './user-namespaces.js'

/** The collector of each `probe` input. Each is small: what is large, it loads when it needs it. */
export const probes: {readonly [Name in InputName]?: Probe} = {
  processes: probeProcesses,
  'user-namespaces': probeUserNamespaces,
  network: probeNetwork,
  'network-namespaces': probeNetworkNamespaces,
  'traffic-control': probeTrafficControl,
  'pids-cgroups': probePidsCgroups,
  'firewall-rules': probeFirewallRules,
  'fork-failures': probeForkFailures,
  'systemd-manager': probeSystemdManager,
  'container-engines': probeEngines,
  'container-accounts': probeAccounts,
  'container-mounts': probeContainerMounts,
}
