import type {ForkFailure} from '../../facts/fork-failures.js'
import type {PidsCgroup, PidsCgroups} from '../../facts/pids-cgroups.js'
import type {FindingDraft, Subject} from '../../model/finding.js'
import {isLow} from '../shared/room.js'
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
  const words = wording['past-failure']
  // What the counters of the controller say already is not said again.
  const told = failures.filter(({cgroup}) => cgroup === null || !refusedAnywhere(cgroup, cgroups))
  const gone = told.filter(({cgroup}) => cgroup !== null && !cgroups?.byPath.has(cgroup))
  const goneFrom = [...new Set(gone.map(({cgroup}) => cgroup ?? ''))]
  if (gone.length > 0) {
    const summary = words.gone(goneFrom.length, goneFrom.at(-1) ?? '')
    yield draft(gone, {kind: 'host', name: 'pids cgroups'}, 'pids-cgroup', summary)
  }
  for (const group of grouped(told.filter((failure) => !gone.includes(failure)))) {
    const [first] = group
    if (!first) continue
    const {step, unit, cgroup} = first
    const subject = cgroup === null ? {kind: 'service', name: unit ?? 'a program'} : nameOf(cgroup)
    if (step === 'pids-controller') {
      const name = subject.kind === 'cgroup' ? `cgroup ${subject.name}` : subject.name
      yield draft(group, subject, 'pids-cgroup', words.cgroup(name, group.length))
    } else {
      yield draft(group, subject, suspects(subject.name), words.log(subject.name, step, group.length))
    }
  }
}

function draft(
  group: readonly ForkFailure[],
  subject: Subject,
  cause: Cause,
  summary: string,
): FindingDraft<'past-failure'> {
  return {
    rule: 'past-failure',
    subject,
    summary,
    ...causeWords[cause],
    evidence: group.slice(-3).map(({from, at, message}) => ({
      source: `${from === 'journal' ? 'journal' : 'kernel log'}${at === null ? '' : `, ${at}`}`,
      excerpt: message,
    })),
    remediation: [],
  }
}

function grouped(failures: readonly ForkFailure[]): ForkFailure[][] {
  const groups = new Map<string, ForkFailure[]>()
  for (const failure of failures) {
    const key = `${failure.cgroup ?? ''}\0${failure.unit ?? ''}\0${failure.step}`
    const group = groups.get(key)
    if (group) group.push(failure)
    else groups.set(key, [failure])
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
