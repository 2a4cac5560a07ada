import type {Evidence} from '../../model/finding.js'
import {ownIdentity} from '../shared/container-remedies.js'
import type {Hazard} from './hazard.js'
import type {SharedId, Sharing} from './shared-ids.js'
import {wording} from './wording.js'

const words = wording['shared-uid']

/** The plain fact that IDs are shared, whatever follows from it. */
export function sharedUid({container, ids}: Sharing): Hazard[] {
  const [first] = ids
  if (!first) return []
  return [
    {
      rule: 'shared-uid',
      container,
      severity: 'notice',
      confidence: 'certain',
      summary: words.summary(container.name, false, ids),
      replicas: (names) => words.summary(names, true, ids),
      why: words.why,
      evidence: ids.slice(0, 3).flatMap(evidenceOf),
      remediation: ownIdentity(container, first.kuid),
    },
  ]
}

/** UIDs that an account of a directory service may have, which no file of this host tells. */
export function undecidedUid({container, undecided}: Sharing, services: readonly string[]): Hazard[] {
  if (undecided.length === 0) return []
  return [
    {
      rule: 'shared-uid',
      container,
      severity: 'notice',
      confidence: 'possible',
      summary: words.undecided(container.name, false, undecided, services),
      replicas: (names) => words.undecided(names, true, undecided, services),
      why: words.undecidedWhy,
      evidence: [{source: '/etc/nsswitch.conf', excerpt: `passwd: files ${services.join(' ')}`}],
      remediation: [
        {
          title: 'Ask who has the UID',
          kind: 'command',
          argv: ['getent', 'passwd', ...undecided.slice(0, 4).map(String)],
          safety: 'safe',
          persistent: false,
        },
      ],
    },
  ]
}

function evidenceOf({kuid, accounts, containerProcesses, hostProcesses}: SharedId): Evidence[] {
  const [inside] = containerProcesses
  const [beside] = hostProcesses
  const [account] = accounts
  return [
    ...(inside
      ? [
          {
            source: `/proc/${inside.pid}/status`,
            excerpt: `${inside.comm}: real UID ${inside.realUid}, effective UID ${inside.effectiveUid}`,
          },
        ]
      : []),
    account
      ? {source: '/etc/passwd', excerpt: `${account.name}: UID ${kuid}, GID ${account.gid}`}
      : {source: `/proc/${beside?.pid}/status`, excerpt: `${beside?.comm} on the host: UID ${kuid}`},
  ]
}
