import type {Finding} from '../../src/model/finding.js'
import type {Report} from '../../src/model/report.js'

/** A finding with everything that is not given filled in. */
export function finding(given: Partial<Finding> & Pick<Finding, 'id' | 'severity' | 'summary'>): Finding {
  const [checker = '', rule = ''] = given.id.split('/')
  return {
    checker,
    rule,
    confidence: 'certain',
    subject: {kind: 'host', name: 'host'},
    why: 'The kernel counts the tasks of a real UID, whoever started them.',
    evidence: [],
    remediation: [],
    docs: `netdoctor explain ${given.id}`,
    ...given,
  }
}

/** A report of some findings; its counts and exit code are derived. */
export function report(findings: readonly Finding[], given: Partial<Report> = {}): Report {
  const count = (severity: Finding['severity']) =>
    findings.filter((item) => item.severity === severity && !item.accepted).length
  return {
    schemaVersion: 1,
    tool: {name: 'netdoctor', version: '0.1.0'},
    host: {
      hostname: 'web1',
      os: 'Debian GNU/Linux 12 (bookworm)',
      kernel: '6.1.0-30-amd64',
      source: 'live',
      collectedAt: '2026-11-23T10:00:00.000Z',
    },
    checkers: [
      {
        id: 'fork-limit',
        status: findings.some((item) => item.checker === 'fork-limit') ? 'findings' : 'ok',
        durationMs: 2,
      },
      {
        id: 'uid-collision',
        status: findings.some((item) => item.checker === 'uid-collision') ? 'findings' : 'ok',
        durationMs: 1,
      },
    ],
    findings,
    summary: {
      error: count('error'),
      warning: count('warning'),
      notice: count('notice'),
      accepted: findings.filter((item) => item.accepted).length,
    },
    exitCode: count('error') > 0 ? 1 : 0,
    ...given,
  }
}

const container = {kind: 'container', name: 'es'}

/** The story netdoctor was written for: a container's threads use up the limit of a daemon of the host. */
export const sharedLimit = report([
  finding({
    id: 'uid-collision/shared-task-limit',
    severity: 'error',
    subject: container,
    summary:
      'Container es runs as kernel UID 105, which is avahi on this host: its 61 tasks use up the task limit of avahi-daemon (3)',
    why: 'RLIMIT_NPROC counts every task of a real UID in its user namespace, in containers too. Container es has no user namespace of its own, so its UID 105 is the same as the UID 105 of the host (kernel: is_rlimit_overlimit, copy_process).',
    evidence: [
      {source: '/etc/avahi/avahi-daemon.conf:61', excerpt: 'rlimit-nproc=3'},
      {source: '/etc/passwd', excerpt: 'avahi:x:105:113:Avahi mDNS daemon,,,:/run/avahi-daemon:/usr/sbin/nologin'},
      {source: '/proc/2417/status', excerpt: 'Uid:\t105\t105\t105\t105\nThreads:\t61'},
      {source: 'Docker API /containers/json', excerpt: 'es  elasticsearch:8.15.0'},
    ],
    remediation: [
      {
        title: 'Remove the limit: one that counts the tasks of others protects nothing',
        kind: 'edit',
        path: '/etc/avahi/avahi-daemon.conf',
        patch: '-rlimit-nproc=3\n+#rlimit-nproc=3',
        safety: 'safe',
        persistent: true,
      },
      {
        title: 'Give the container a UID that no account of the host has',
        kind: 'manual',
        safety: 'disruptive',
        persistent: true,
      },
      {
        title: 'Stop the container while the package is upgraded',
        kind: 'command',
        argv: ['docker', 'stop', 'es'],
        safety: 'disruptive',
        persistent: false,
      },
    ],
  }),
  finding({
    id: 'fork-limit/start-blocked',
    severity: 'error',
    subject: {kind: 'service', name: 'avahi-daemon.service'},
    summary: 'The next start of avahi-daemon.service fails: fork() gets EAGAIN',
    causedBy: {id: 'uid-collision/shared-task-limit', subject: container},
  }),
  finding({
    id: 'uid-collision/container-root',
    severity: 'notice',
    subject: {kind: 'host', name: 'containers'},
    summary: '2 containers run as real root, without a user namespace: proxy, backup',
  }),
])
