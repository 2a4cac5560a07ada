import type {ForkFailure} from '../../facts/fork-failures.js'
import type {PidsCgroup, PidsCgroups} from '../../facts/pids-cgroups.js'
import type {FindingDraft} from '../../model/finding.js'
import {isLow} from './headroom.js'
import type {NameCgroup} from './pids-cgroups.js'
import type {Rule} from './rules.js'
import {type Cause, causeWords, type Suspects, wording} from './wording.js'

/** Forks that the pids controller refused, by its own counters. */
export function* judgeRefusals(cgroups: PidsCgroups, nameOf: NameCgroup): Generator<FindingDraft<Rule>> {
  for (const cgroup of cgroups.byPath.values()) {
    const times = cgroup.refusedLocal ?? cgroup.refused ?? 0
    // A full one is reported as such, with this count in its evidence.
    if (times === 0 || cgroup.current >= cgroup.max) continue
    const file = cgroup.refusedLocal === null ? 'pids.events' : 'pids.events.local'
    const subject = nameOf(cgroup.path)
    const name = subject.kind === 'cgroup' ? `cgroup ${cgroup.path}` : subject.name
    yield {
      rule: 'past-failure',
      subject,
      severity: isLow(cgroup.max, cgroup.max - cgroup.current, false) ? 'warning' : 'notice',
      confidence: 'certain',
      summary: wording['past-failure'].cgroup(name, times),
      why: wording.pidsWhy,
      evidence: [
        {source: `${file} of cgroup ${cgroup.path}`, excerpt: `max ${times}`},
        ...limitsAbove(cgroup, cgroups),
      ],
      remediation: [],
    }
  }
}

/** Forks and execs that failed by what the journal and the kernel log say, one finding for each unit. */
export function* judgeLog(
  failures: readonly ForkFailure[],
  cgroups: PidsCgroups | null,
  nameOf: NameCgroup,
  suspects: Suspects,
): Generator<FindingDraft<Rule>> {
  for (const group of grouped(failures)) {
    const [first] = group
    if (!first) continue
    const {step, unit, cgroup} = first
    // The counters of the controller say it already.
    if (cgroup !== null && refusedAnywhere(cgroup, cgroups)) continue
    const subject = cgroup === null ? {kind: 'service', name: unit ?? 'a program'} : nameOf(cgroup)
    const cause: Cause = step === 'pids-controller' ? 'pids-cgroup' : suspects(subject.name)
    const {why, confidence} = causeWords[cause]
    yield {
      rule: 'past-failure',
      subject,
      confidence,
      summary: wording['past-failure'].log(subject.name, step, group.length),
      why,
      evidence: group.slice(-3).map(({from, at, message}) => ({
        source: `${from === 'journal' ? 'journal' : 'kernel log'}${at === null ? '' : `, ${at}`}`,
        excerpt: message,
      })),
      remediation: [],
    }
  }
}

function grouped(failures: readonly ForkFailure[]): ForkFailure[][] {
  const groups = new Map<string, ForkFailure[]>()
  for (const failure of failures) {
    const key = `${failure.cgroup ?? ''}\0${failure.unit ?? ''}\0${failure.step}`
    groups.set(key, [...(groups.get(key) ?? []), failure])
  }
  return [...groups.values()]
}

/** The cgroup that forked, or the one above it whose limit it was: which of them counts depends on the kernel. */
function refusedAnywhere(path: string, cgroups: PidsCgroups | null): boolean {
  for (let at = cgroups?.byPath.get(path); at; at = at.parent === null ? undefined : cgroups?.byPath.get(at.parent)) {
    if ((at.refusedLocal ?? at.refused ?? 0) > 0) return true
  }
  return false
}

/** Before Linux 6.11 and in cgroup v1 the cgroup that forked counts, and the limit may be one above it. */
function limitsAbove(cgroup: PidsCgroup, {byPath}: PidsCgroups): {source: string; excerpt: string}[] {
  for (let at: PidsCgroup | undefined = cgroup; at; at = at.parent === null ? undefined : byPath.get(at.parent)) {
    if (at.max !== Number.POSITIVE_INFINITY) {
      return [{source: `pids.max of cgroup ${at.path}`, excerpt: `${at.max}, now ${at.current}`}]
    }
  }
  return []
}
