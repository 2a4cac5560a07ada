import {hostAccountsFact} from './accounts.js'
import {askedDestinationsFact} from './asked-destinations.js'
import {avahiFact} from './avahi.js'
import {containersFact} from './containers.js'
import {packagedUnitsFact} from './deb-systemd-helper.js'
import type {FactValue} from './define.js'
import {deviceFamiliesFact} from './device-families.js'
import {dockerDaemonFact} from './docker-daemon.js'
import {engineContainersFact} from './engine-containers.js'
import {firewallMarksFact} from './firewall-marks.js'
import {forkFailuresFact} from './fork-failures.js'
import {gaiConfFact} from './gai-conf.js'
import {hostFact} from './host.js'
import {ipv6TranslationFact} from './ipv6-translation.js'
import {kernelFact} from './kernel.js'
import {liveTcFact} from './live-tc.js'
import {loginManagerFact} from './login-manager.js'
import {networkFact, ownNetworkFact} from './network.js'
import {pamLimitsFact} from './pam-limits.js'
import {peersFact} from './peers.js'
import {pidsCgroupsFact} from './pids-cgroups.js'
import {processesFact} from './processes.js'
import {ptraceScopeFact} from './ptrace-scope.js'
import {resolversFact} from './resolvers.js'
import {servicesFact} from './services.js'
import {subordinateIdsFact} from './subordinate-ids.js'
import {sysctlFilesFact} from './sysctl-files.js'
import {systemTaskLimitsFact} from './system-task-limits.js'
import {tcScriptTextsFact} from './tc-script-texts.js'
import {tcScriptsFact} from './tc-scripts.js'
import {unitEnvironmentFact} from './unit-environment.js'
import {unitsFact} from './units.js'
import {userNamespacesFact} from './user-namespaces.js'

/** Every fact a checker may ask for, by name. */
export const facts = {
  host: hostFact,
  kernel: kernelFact,
  processes: processesFact,
  userNamespaces: userNamespacesFact,
  containers: containersFact,
  engineContainers: engineContainersFact,
  pidsCgroups: pidsCgroupsFact,
  systemTaskLimits: systemTaskLimitsFact,
  firewallMarks: firewallMarksFact,
  deviceFamilies: deviceFamiliesFact,
  forkFailures: forkFailuresFact,
  hostAccounts: hostAccountsFact,
  subordinateIds: subordinateIdsFact,
  loginManager: loginManagerFact,
  services: servicesFact,
  pamLimits: pamLimitsFact,
  avahi: avahiFact,
  ptraceScope: ptraceScopeFact,
  tcScripts: tcScriptsFact,
  tcScriptTexts: tcScriptTextsFact,
  unitEnvironment: unitEnvironmentFact,
  units: unitsFact,
  packagedUnits: packagedUnitsFact,
  network: networkFact,
  ownNetwork: ownNetworkFact,
  liveTc: liveTcFact,
  resolvers: resolversFact,
  gaiConf: gaiConfFact,
  peers: peersFact,
  sysctlFiles: sysctlFilesFact,
  dockerDaemon: dockerDaemonFact,
  askedDestinations: askedDestinationsFact,
  ipv6Translation: ipv6TranslationFact,
} as const

export type FactName = keyof typeof facts
export type FactValues = {readonly [Name in FactName]: FactValue<(typeof facts)[Name]>}
