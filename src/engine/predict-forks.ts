import type {Fact} from '../facts/define.js'
import type {FactName, FactValues} from '../facts/registry.js'
import {facts} from '../facts/registry.js'
import {INITIAL_USERNS, type UserNamespaces} from '../facts/user-namespaces.js'
import type {Missing} from '../model/missing.js'
import {countTasks} from '../models/task-limits/counts.js'
import {admitFork} from '../models/task-limits/fork.js'
import {admitTask, cgroupLimits, type OtherLimit, pidsCgroupOf, systemLimits} from '../models/task-limits/task.js'
import type {Source} from '../sources/source.js'
import {exitCodes} from './exit-code.js'
import {FactResolver} from './fact-resolver.js'
import {answerOf, startLimits} from './predict-forks/answer.js'
import {amount, type ForkAnswer, type ForkQuestion} from './predict-forks/question.js'
import {NEW_USERNS, type Subject, subjectOf} from './predict-forks/subject.js'

/**
 * How many more tasks a UID, a process or a service may create on a host, and what decides.
 * Throws a UserError for a process or a unit that the host does not have.
 */
export async function predictForks(source: Source, question: ForkQuestion): Promise<ForkAnswer> {
  const resolver = new FactResolver(source)
  const get = <Name extends FactName>(name: Name) => resolver.get(facts[name]) as Promise<Fact<FactValues[Name]>>
  const [processes, namespaces, kernel, containers, accounts, pamLimits, services, cgroups, system, avahi] =
    await Promise.all([
      get('processes'),
      get('userNamespaces'),
      get('kernel'),
      get('containers'),
      get('hostAccounts'),
      get('pamLimits'),
      get('services'),
      get('pidsCgroups'),
      get('systemTaskLimits'),
      get('avahi'),
    ])
  if (!processes.known || !namespaces.known || !kernel.known) {
    return nothingKnown(question, [processes, namespaces, kernel].flatMap(missingOf))
  }
  const table = processes.value
  const subject = subjectOf(question, {table, accounts, services, pamLimits, avahi, containers})
  const counts = countTasks(table, withNew(namespaces.value), kernel.value)
  const unknowns: Missing[] = [...subject.unknowns, ...processes.gaps, ...namespaces.gaps.filter(isOwnership)]
  const others: OtherLimit[] = []
  if (question.uid === undefined) {
    const found = otherLimits(subject, {services, cgroups, system})
    others.push(...found.limits)
    unknowns.push(...found.unknowns)
  }
  const admission = admitTask(admitFork(counts, subject.forker), others)
  return answerOf({subject, counts, admission, containers: containers.known ? containers.value : null, unknowns})
}

/** An ID map that is not known changes no count: kernel UIDs are read as they are. */
function isOwnership({detail}: Missing): boolean {
  return !detail.startsWith('ID maps')
}

function withNew(namespaces: UserNamespaces): UserNamespaces {
  const made = {ino: NEW_USERNS, uidMap: null, gidMap: null, parent: INITIAL_USERNS, ownerUid: 0, pid: 0}
  return new Map([...namespaces, [NEW_USERNS, {...made, ownership: 'known'}]])
}

interface LimitFacts {
  readonly services: Fact<FactValues['services']>
  readonly cgroups: Fact<FactValues['pidsCgroups']>
  readonly system: Fact<FactValues['systemTaskLimits']>
}

function otherLimits(
  subject: Subject,
  {services, cgroups, system}: LimitFacts,
): {readonly limits: readonly OtherLimit[]; readonly unknowns: readonly Missing[]} {
  const limits: OtherLimit[] = system.known ? systemLimits(system.value) : []
  const unknowns = [system, cgroups].flatMap(missingOf)
  if (cgroups.known && subject.process) {
    const path = pidsCgroupOf(subject.process, cgroups.value)
    const found = path === null ? null : cgroupLimits(cgroups.value, path)
    limits.push(...(found?.limits ?? []))
    unknowns.push(...(found?.unknowns ?? []))
  }
  limits.push(...startLimits(subject, services.known ? services.value : null, cgroups.known ? cgroups.value : null))
  return {limits, unknowns}
}

function missingOf(fact: Fact<unknown>): readonly Missing[] {
  return fact.known ? fact.gaps : fact.missing
}

function nothingKnown(question: ForkQuestion, unknowns: readonly Missing[]): ForkAnswer {
  return {
    subject: question.unit ?? (question.pid === undefined ? `UID ${question.uid}` : `PID ${question.pid}`),
    allowed: null,
    count: null,
    limit: amount(question.limit ?? null),
    limitSource: question.limit === undefined ? null : '--limit',
    counter: {userns: null, kuid: question.uid ?? null},
    exempt: false,
    decidedBy: 'unknown',
    why: 'The processes of this host could not be read.',
    charged: [],
    start: null,
    certain: false,
    atLeast: 0,
    atMost: 'unlimited',
    others: [],
    unknowns: unknowns.map(({input, reason, detail}) => ({input, reason, detail})),
    exitCode: exitCodes.unknown,
  }
}
