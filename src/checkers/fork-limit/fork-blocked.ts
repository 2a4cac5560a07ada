import type {HostAccounts} from '../../facts/accounts.js'
import type {Evidence, FindingDraft} from '../../model/finding.js'
import type {Missing} from '../../model/missing.js'
import {accountName} from '../../models/limited-tasks/owners.js'
import type {ForkVerdict} from '../../models/limited-tasks/verdicts.js'
import type {ForkAdmission, Level} from '../../models/task-limits/fork.js'
import {causeOf, chargeEvidence} from './evidence.js'
import {forbidsForks, isLow} from './headroom.js'
import {manual, moveContainers} from './remedies.js'
import type {Rule} from './rules.js'
import {holders, ownerName, wording} from './wording.js'

/** Running processes that cannot create another task, or soon cannot. */
export function* judgeFork(
  verdict: ForkVerdict,
  accounts: HostAccounts,
): Generator<FindingDraft<Rule> | {unknown: Missing}> {
  const {admission, others, owner} = verdict
  const level = admission.decidedBy
  const room = roomOf(admission)
  if (room === null) {
    for (const unknown of admission.unknowns) yield {unknown}
    return
  }
  const limit = level?.limit ?? Number.POSITIVE_INFINITY
  if (!level || room === Number.POSITIVE_INFINITY || forbidsForks(limit)) return
  const blocked = room < 1
  if (!blocked && !isLow(limit, room, others.length > 0)) return
  const {kuid} = level.count.counter
  const name = ownerName({owner})
  const uid = `${kuid} (${accountName(accounts, kuid)})`.replace(` (UID ${kuid})`, '')
  const held = holders(verdict.charges)
  const summary = blocked
    ? wording['fork-blocked'][level.limitOf === 'process' ? 'summary' : 'creator'](name, uid, limit, held)
    : wording['headroom-low'].fork(name, room, limit, uid, held)
  yield {
    rule: blocked ? 'fork-blocked' : 'headroom-low',
    subject: {kind: owner.kind, name: owner.name},
    confidence: admission.certain ? 'certain' : 'likely',
    summary,
    why: level.limitOf === 'process' ? wording['fork-blocked'].why : wording['fork-blocked'].whyCreator,
    evidence: [limitOf(verdict, level), ...chargeEvidence(verdict.charges)],
    remediation: [
      manual(
        `Raise the soft task limit (LimitNPROC=, ulimit -u, --ulimit nproc) under which ${name} runs`,
        'disruptive',
      ),
      ...moveContainers(others, kuid),
    ],
    ...causeOf(others, room),
  }
}

/**
 * Room for tasks; null: it depends on what is not known. The limit that a user namespace took from its
 * creator is shown by no kernel: there the oldest process in it stands in, or every host with a
 * rootless container would be unknown for good.
 */
export function roomOf({bounds, certain, allowed, unknowns}: ForkAdmission): number | null {
  if (certain || bounds.most < 1) return bounds.most
  const onlyCreators = unknowns.every(({input, reason}) => input === 'user-namespaces' && reason === 'unsupported')
  return onlyCreators ? allowed : null
}

function limitOf({processes}: ForkVerdict, level: Level): Evidence {
  const pid = processes[0]?.pid ?? 0
  return level.limitOf === 'process'
    ? {source: `/proc/${pid}/limits`, excerpt: `Max processes ${level.limit} (soft)`}
    : {source: `user namespace ${level.limitOf.creatorOf}`, excerpt: `limit of its creator, guessed: ${level.limit}`}
}
