import type {HostAccounts} from '../../facts/accounts.js'
import type {Container, Containers} from '../../facts/containers.js'
import type {LoginManager} from '../../facts/login-manager.js'
import type {ProcessTable} from '../../facts/processes.js'
import type {Hazard, Unseen} from './hazard.js'
import type {SharedId, Sharing} from './shared-ids.js'
import {wording} from './wording.js'

const words = wording['shared-ipc-removal']

/** systemd-logind is up, in no container: without it nobody removes anything at logout. */
export function loginManagerRuns(table: ProcessTable, containers: Containers): boolean {
  const contained = new Set(containers.containers.flatMap(({processes}) => processes.map(({pid}) => pid)))
  return table.processes.some(
    ({pid, comm, realUid}) => comm === 'systemd-logind' && realUid === 0 && !contained.has(pid),
  )
}

/** user_finalize() of systemd's src/login/logind-user.c; call it only where logind runs. */
export function ipcRemovalHazards(
  {container, ids}: Sharing,
  {hostNs}: Containers,
  {removeIpc}: LoginManager,
  {sysUidMax}: HostAccounts,
): (Hazard | Unseen)[] {
  // uid_is_system() exempts system users, and only a user with an account has sessions.
  const regular = ids.filter(({kuid, accounts}) => kuid > sysUidMax && accounts.length > 0)
  if (!removeIpc.value || regular.length === 0) return []
  if (container.ns.ipc === undefined || hostNs.ipc === undefined) {
    return [{container, unseen: 'IPC namespace', input: 'processes', reason: 'denied'}]
  }
  return regular.flatMap((id) => {
    const what = sharedObjects(container, id, container.ns.ipc === hostNs.ipc)
    const [account] = id.accounts
    if (what === null || !account) return []
    return [
      {
        rule: 'shared-ipc-removal',
        container,
        severity: 'warning',
        // An account without a login shell rarely has a session; PAM can still give it one.
        confidence: /\/(nologin|false)$/.test(account.shell) ? 'possible' : 'likely',
        summary: words.summary(container.name, account.name, id.kuid, what.text),
        why: words.why(sysUidMax),
        evidence: [
          {source: removeIpc.origin.path, excerpt: removeIpc.origin.text},
          {source: '/etc/passwd', excerpt: `${account.name}: UID ${account.uid}, shell ${account.shell}`},
          ...what.evidence,
        ],
        remediation: [
          {
            title: `Keep the user manager of ${account.name} running, so that no logout is the last one`,
            kind: 'command',
            argv: ['loginctl', 'enable-linger', account.name],
            safety: 'safe',
            persistent: true,
          },
          {
            title: 'Or let logind leave IPC objects alone, for all users',
            kind: 'edit',
            path: '/etc/systemd/logind.conf.d/50-keep-ipc.conf',
            patch: '+[Login]\n+RemoveIPC=no\n',
            safety: 'safe',
            persistent: true,
          },
        ],
      } satisfies Hazard,
    ]
  })
}

function sharedObjects(
  container: Container,
  {kuid}: SharedId,
  sharesIpc: boolean,
): {readonly text: string; readonly evidence: Hazard['evidence']} | null {
  // clean_posix_shm_internal() enters a folder of /dev/shm only if it belongs to the user.
  const shm = container.mounts.find(
    ({source, readWrite, ownerUid}) =>
      readWrite && (/^\/dev\/shm\/*$/.test(source) || (source.startsWith('/dev/shm/') && ownerUid === kuid)),
  )
  if (!sharesIpc && !shm) return null
  return {
    text: sharesIpc ? 'shared memory, semaphores and message queues' : 'files in /dev/shm',
    evidence: [
      ...(sharesIpc
        ? [
            {
              source: `/proc/${container.initPid}/ns/ipc`,
              excerpt: `ipc:[${container.ns.ipc}], the IPC namespace of the host`,
            },
          ]
        : []),
      ...(shm ? [{source: `mounts of ${container.name}`, excerpt: `${shm.source} -> ${shm.destination} (rw)`}] : []),
    ],
  }
}
