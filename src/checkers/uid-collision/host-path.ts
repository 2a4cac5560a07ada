import type {Account, HostAccounts} from '../../facts/accounts.js'
import type {Mount} from '../../facts/containers.js'
import {ownIdentity} from '../shared/container-remedies.js'
import type {Hazard, Unseen} from './hazard.js'
import {groupBy} from './lists.js'
import type {Sharing} from './shared-ids.js'
import {wording} from './wording.js'

const words = wording['shared-host-path']

/** Folders in which a package or the system keeps what belongs to it; below some of them lie ordinary volumes. */
const systemTrees = [
  '/etc',
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/lib64',
  '/boot',
  '/root',
  '/proc',
  '/sys',
  '/dev',
  '/run/user',
]
const systemFolders = ['/', '/home', '/var', '/run', '/opt', '/srv', '/var/lib', '/var/log', '/var/spool', '/var/cache']

/** Host paths that the container may write as their owner. */
export function hostPathHazards({container, ids}: Sharing, accounts: HostAccounts): (Hazard | Unseen)[] {
  if (ids.length === 0) return []
  const {mountsSeenBy} = container
  if (typeof mountsSeenBy === 'object') {
    return [{container, unseen: 'mounted host paths', input: mountsSeenBy.input, reason: mountsSeenBy.reason}]
  }
  const input = mountsSeenBy === 'kernel' ? 'container-mounts' : 'container-engines'
  const writable = container.mounts.filter(({type, readWrite, source}) => type === 'bind' && readWrite && source !== '')
  const ownerless = writable.filter(({ownerUid, idmapped}) => ownerUid === null && !idmapped)
  const unseen = new Set(ownerless.map(({ownerUnseen = 'denied'}) => ownerUnseen))
  return [
    ...ids.flatMap((id) =>
      [...groupBy(writable, ({source}) => source).values()]
        .flatMap((same) => same.find(({ownerUid, idmapped}) => ownerUid === id.kuid && !idmapped) ?? [])
        .map((mount) => {
          const [account] = id.accounts
          return {
            rule: 'shared-host-path',
            container,
            severity: isSensitive(mount, accounts) ? 'warning' : 'notice',
            confidence: 'certain',
            summary: words.summary(container.name, mount.source, account?.name ?? 'without a name', id.kuid),
            why: words.why,
            evidence: [
              {source: `mounts of ${container.name}`, excerpt: `${mount.source} -> ${mount.destination} (rw)`},
              {source: mount.source, excerpt: `owner UID ${mount.ownerUid}, GID ${mount.ownerGid ?? 'not known'}`},
            ],
            remediation: [
              {
                title: `Mount ${mount.source} read-only, or give the container a folder of its own`,
                kind: 'manual',
                safety: 'disruptive',
                persistent: true,
              },
              ...ownIdentity(container, id.kuid),
            ],
          } satisfies Hazard
        }),
    ),
    ...[...unseen].map((reason) => ({container, unseen: 'owner of a mounted host path', input, reason}) as const),
    // mountinfo says that a mount has an ID map, show_mnt_opts() in fs/proc_namespace.c, but not which.
    ...(writable.some(({idmapped}) => idmapped)
      ? [{container, unseen: 'ID map of a mounted host path', input, reason: 'unsupported'} as const]
      : []),
  ]
}

/** A volume is there to be written. A home, its hidden files and the system's own folders are not. */
function isSensitive({source}: Mount, {accounts}: HostAccounts): boolean {
  const path = source.replace(/(?<=.)\/+$/, '')
  if (systemFolders.includes(path) || systemTrees.some((tree) => path === tree || path.startsWith(`${tree}/`))) {
    return !path.startsWith('/dev/shm')
  }
  return accounts.some((account) => {
    const home = homeOf(account)
    return home !== null && (path === home || path.startsWith(`${home}/.`) || home.startsWith(`${path}/`))
  })
}

/** Placeholders for "no home" are nobody's folder. */
function homeOf({home}: Account): string | null {
  const path = home.replace(/(?<=.)\/+$/, '')
  return /^\/[^/]+\/./.test(path) && !path.startsWith('/nonexistent') && !path.startsWith('/dev/') ? path : null
}
