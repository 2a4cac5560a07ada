import type {FindingDraft, Remediation} from '../../model/finding.js'
import type {Missing} from '../../model/missing.js'
import type {StartVerdict} from '../../models/limited-tasks/verdicts.js'
import {moveContainers} from '../shared/container-remedies.js'
import {liftLimit} from '../shared/limit-remedies.js'
import {causeOf, chargeEvidence, limitEvidence} from './evidence.js'
import type {Rule} from './rules.js'
import {holders, uidName, wording} from './wording.js'

/** Starts that would fail, and those that leave no room. */
export function* judgeStart(verdict: StartVerdict): Generator<FindingDraft<Rule> | {unknown: Missing}> {
  const {limited, admission, others} = verdict
  if (admission.possible.includes('starts')) {
    if (admission.outcome === null) {
      for (const unknown of admission.unknowns) yield {unknown}
    } else if (leavesNoRoom(verdict)) {
      yield {
        ...common(verdict),
        rule: 'headroom-low',
        summary: wording['headroom-low'].start(limited.name, limited.start.limit, uidName(limited), holders(others)),
      }
    }
    return
  }
  const {name, start} = limited
  const {alone, because: dueTo} = wording['start-blocked']
  const because =
    others.length === 0
      ? alone(start.limit, start.needs)
      : dueTo(start.limit, uidName(limited), holders(others), onlyCharged(verdict))
  // Fails whatever is not known; the graver step is named, since it comes first.
  const atExec = admission.possible[0] === 'fails-at-exec'
  yield {
    ...common(verdict),
    rule: 'start-blocked',
    summary: wording['start-blocked'][styleOf(verdict, atExec)](name, because),
  }
}

/** Tasks of a user namespace that the UID created count for it although they run under others. */
function onlyCharged({limited, others}: StartVerdict): boolean {
  return others.some(({processes}) => processes.some(({tasksByUid}) => !tasksByUid.has(limited.kuid)))
}

function styleOf({limited}: StartVerdict, atExec: boolean): 'exec' | 'systemd' | 'fork' | 'login' {
  if (limited.kind === 'login') return 'login'
  if (!atExec) return 'fork'
  return limited.by === 'systemd' ? 'systemd' : 'exec'
}

/** It starts, but others have used up what it would need next. */
function leavesNoRoom({limited: {start, kind}, admission}: StartVerdict): boolean {
  return kind !== 'login' && admission.others.least > 0 && admission.tasks.most <= start.needs
}

function common({limited, admission, others}: StartVerdict): Omit<FindingDraft<Rule>, 'rule' | 'summary'> {
  const atExec = limited.start.limitSet === 'before-setuid'
  return {
    subject: {kind: limited.kind === 'login' ? 'account' : limited.kind, name: limited.name},
    // That pam_limits is in the stack of the session is usual, but not known.
    confidence: limited.by === 'pam' ? 'likely' : 'certain',
    why:
      atExec && admission.possible.includes('fails-at-exec')
        ? wording['start-blocked'].whyExec
        : wording['start-blocked'].whyFork,
    evidence: [limitEvidence(limited.origin), ...chargeEvidence(others)],
    remediation: remedies(limited, others),
    ...causeOf(others, 0),
  }
}

function remedies(limited: StartVerdict['limited'], others: StartVerdict['others']): Remediation[] {
  return [...liftLimit(limited), ...moveContainers(others, limited.kuid)]
}
