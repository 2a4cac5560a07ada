import type {HostAccounts} from '../../facts/accounts.js'
import type {Evidence, FindingDraft} from '../../model/finding.js'
import type {Missing} from '../../model/missing.js'
import {accountName} from '../../models/limited-tasks/owners.js'
import type {ForkVerdict} from '../../models/limited-tasks/verdicts.js'
import type {Level} from '../../models/task-limits/fork.js'
import {moveContainers} from '../shared/container-remedies.js'
import {manual} from '../shared/limit-remedies.js'
import {forbidsForks, isLow, roomOf} from '../shared/room.js'
import {causeOf, chargeEvidence} from './evidence.js'
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

function limitOf({processes}: ForkVerdict, level: Level): Evidence {
  const pid = processes[0]?.pid ?? 0
  return level.limitOf === 'process'
    ? {source: `/proc/${pid}/limits`, excerpt: `Max processes ${level.limit} (soft)`}
    : {source: `user namespace ${level.limitOf.creatorOf}`, excerpt: `limit of its creator, guessed: ${level.limit}`}
}
