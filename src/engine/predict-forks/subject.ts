import type {HostAccounts} from '../../facts/accounts.js'
import type {AvahiConfig} from '../../facts/avahi.js'
import type {Containers} from '../../facts/containers.js'
import type {Fact} from '../../facts/define.js'
import {type PamNprocLimit, pamNproc} from '../../facts/pam-limits.js'
import type {Process, ProcessTable} from '../../facts/processes.js'
import type {Service, Services} from '../../facts/services.js'
import {INITIAL_USERNS} from '../../facts/user-namespaces.js'
import {type Missing, missing} from '../../model/missing.js'
import {UserError} from '../../model/user-error.js'
import {ownersOf, serviceOf} from '../../models/limited-tasks/owners.js'
import {limitedStarts} from '../../models/limited-tasks/starts.js'
import {type Forker, forkerOf} from '../../models/task-limits/fork.js'
import type {Start} from '../../models/task-limits/start.js'
import {nearest} from '../nearest.js'
import type {ForkQuestion} from './question.js'

/** Who is to create tasks, and under which limit. */
export interface Subject {
  readonly title: string
  readonly forker: Forker
  readonly limitSource: string | null
  /** The process that tries, if there is one: its cgroup counts as well. */
  readonly process: Process | null
  /** The unit that would start, if none of its processes runs. */
  readonly starting: {readonly service: Service; readonly start: Start} | null
  readonly unknowns: readonly Missing[]
}

export interface SubjectFacts {
  readonly table: ProcessTable
  readonly accounts: Fact<HostAccounts>
  readonly services: Fact<Services>
  readonly avahi: Fact<AvahiConfig | null>
  readonly containers: Fact<Containers>
  readonly pamLimits: Fact<readonly PamNprocLimit[]>
}

/** Stands for a user namespace that real root will make for a service (PrivateUsers=). */
export const NEW_USERNS = 'new'

/** Throws a UserError for a process or unit that does not exist. */
export function subjectOf(question: ForkQuestion, facts: SubjectFacts): Subject {
  const subject =
    question.uid !== undefined
      ? uidSubject(question.uid, facts)
      : question.pid !== undefined
        ? pidSubject(question.pid, facts.table)
        : unitSubject(question.unit, facts)
  if (question.limit === undefined) return subject
  const {starting} = subject
  return {
    ...subject,
    forker: {...subject.forker, limit: question.limit},
    limitSource: '--limit',
    starting: starting && {...starting, start: {...starting.start, limit: question.limit}},
    unknowns: subject.unknowns.filter(({input}) => input !== 'limit'),
  }
}

function pidSubject(pid: number, table: ProcessTable): Subject {
  const process = table.byPid.get(pid)
  if (!process) {
    throw new UserError(`There is no process with PID ${pid}${table.sees.allProcesses ? '' : ' that can be seen'}.`, {
      suggestions: ['A PID is meant as this host numbers it, not as a container does.'],
    })
  }
  return processSubject(process, `PID ${pid} (${process.comm})`)
}

function processSubject(process: Process, title: string): Subject {
  return {
    title,
    forker: forkerOf(process),
    limitSource: process.nproc ? `soft limit of /proc/${process.pid}/limits` : null,
    process,
    starting: null,
    unknowns: [],
  }
}

/** A process under that UID in the initial user namespace, with no capabilities. */
function uidSubject(uid: number, facts: SubjectFacts): Subject {
  const account = facts.accounts.known ? facts.accounts.value.byUid.get(uid)?.[0] : undefined
  const title = account ? `UID ${uid} (${account.name})` : `UID ${uid}`
  const {limit, source} = limitOfUid(uid, facts)
  return {
    title,
    forker: {userns: INITIAL_USERNS, kuid: uid, capEff: 0n, limit},
    limitSource: source,
    process: null,
    starting: null,
    unknowns: limit === null ? [missing('limit', 'not-collected', `no task limit of UID ${uid} could be found`)] : [],
  }
}

/**
 * Each process has a limit of its own. The lowest that one of this UID has is met first; without any
 * process the one of a new session counts, else what all inherit from PID 1.
 */
function limitOfUid(uid: number, facts: SubjectFacts): {limit: number | null; source: string | null} {
  let lowest: {process: Process; soft: number} | null = null
  for (const process of facts.table.processes) {
    if (process.realUid !== uid || process.nproc === null || process.userns !== INITIAL_USERNS) continue
    if (!lowest || process.nproc.soft < lowest.soft) lowest = {process, soft: process.nproc.soft}
  }
  if (lowest) {
    const {pid, comm} = lowest.process
    return {limit: lowest.soft, source: `lowest soft limit of its processes, /proc/${pid}/limits (${comm})`}
  }
  const account = facts.accounts.known ? facts.accounts.value.byUid.get(uid)?.[0] : undefined
  if (account && facts.accounts.known && facts.pamLimits.known) {
    const groups = facts.accounts.value.groups.filter(
      ({gid, members}) => gid === account.gid || members.includes(account.name),
    )
    const {soft, hard} = pamNproc(facts.pamLimits.value, {name: account.name, uid, groups})
    const decides = soft ?? hard
    if (decides) {
      const {path, line, text} = decides.from
      return {limit: decides.value, source: `a new session of ${account.name}: ${path}:${line}: ${text.trim()}`}
    }
  }
  return inherited(facts.table, 'no process of that UID, no line in limits.conf: inherited from PID 1')
}

function inherited(table: ProcessTable, why: string): {limit: number | null; source: string | null} {
  const soft = table.byPid.get(1)?.nproc?.soft ?? null
  return {limit: soft, source: soft === null ? null : `${why}, /proc/1/limits`}
}

function unitSubject(unit: string, facts: SubjectFacts): Subject {
  const name = /\.[a-z]+$/.test(unit) ? unit : `${unit}.service`
  const service = facts.services.known ? facts.services.value.byName.get(name) : undefined
  const running = mainProcess(facts.table, service?.name ?? name)
  if (running) {
    const subject = processSubject(running, `${name}, PID ${running.pid} (${running.comm})`)
    const origin = service?.limitNproc?.origin
    const setBy = origin ? `; LimitNPROC= of ${origin.path}${origin.line === null ? '' : `:${origin.line}`}` : ''
    return {...subject, limitSource: subject.limitSource && `${subject.limitSource}${setBy}`}
  }
  if (!facts.services.known) return unknownUnit(name, facts.services.missing)
  if (!service) {
    const like = nearest(name, [...facts.services.value.byName.keys()])
    throw new UserError(`There is no service ${name}.`, {suggestions: like.map((each) => `Do you mean ${each}?`)})
  }
  return avahiSubject(service, facts) ?? startingSubject(service, facts.services.value, facts)
}

/** avahi-daemon is started as root, changes its UID and only then sets the limit of its own configuration. */
function avahiSubject(service: Service, {table, avahi, accounts, services, containers}: SubjectFacts): Subject | null {
  if (!avahi.known || !accounts.known || !services.known || !containers.known) return null
  const inputs = {processes: table, avahi: avahi.value, hostAccounts: accounts.value, services: services.value}
  const ownerOf = ownersOf(containers.value, accounts.value)
  const {starts} = limitedStarts({...inputs, containers: containers.value, pamLimits: []}, ownerOf)
  const found = starts.find(({by, name}) => by === 'avahi' && name === service.name)
  if (!found) return null
  const {start, origin, kuid} = found
  return {
    title: service.name,
    forker: {userns: INITIAL_USERNS, kuid, capEff: 0n, limit: start.limit},
    limitSource: `${origin.path}${lineOf(origin)}: ${origin.text.trim()}`,
    process: null,
    starting: {service, start},
    unknowns: [],
  }
}

function startingSubject(service: Service, services: Services, facts: SubjectFacts): Subject {
  const setting = service.limitNproc ?? services.defaultLimitNproc
  const {limit, source} = setting
    ? {
        limit: setting.value.soft,
        source: `${setting.origin.path}${lineOf(setting.origin)}: ${setting.origin.text.trim()}`,
      }
    : inherited(facts.table, 'no LimitNPROC= is set: inherited from PID 1')
  const kuid = uidOf(service, facts.accounts)
  const unknowns: Missing[] = []
  if (kuid === null) {
    const detail = service.dynamicUser
      ? 'DynamicUser= picks the UID when it starts'
      : `the UID of User=${service.user?.value}`
    unknowns.push(missing('passwd', 'unsupported', detail))
  }
  if (limit === null) unknowns.push(missing('limit', 'not-collected', 'the limit that PID 1 passes on'))
  const userns = service.privateUsers ? NEW_USERNS : INITIAL_USERNS
  const start: Start = {
    kuid: kuid ?? -1,
    userns,
    limit: limit ?? 0,
    limitSet: 'before-setuid',
    needs: 1,
    companions: service.pamName ? 1 : 0,
  }
  return {
    title: service.name,
    forker: {userns, kuid: kuid ?? -1, capEff: 0n, limit},
    limitSource: source,
    process: null,
    starting: {service, start},
    unknowns,
  }
}

function unknownUnit(name: string, unknowns: readonly Missing[]): Subject {
  const forker = {userns: null, kuid: -1, capEff: 0n, limit: null}
  return {title: name, forker, limitSource: null, process: null, starting: null, unknowns}
}

/** The oldest process in the unit's cgroup. */
function mainProcess({processes}: ProcessTable, unit: string): Process | null {
  let oldest: Process | null = null
  for (const process of processes) {
    if (process.kernelThread || serviceOf(process) !== unit) continue
    if (!oldest || process.startTicks < oldest.startTicks) oldest = process
  }
  return oldest
}

function uidOf(service: Service, accounts: Fact<HostAccounts>): number | null {
  if (service.user === null || service.ignoresUser) return 0
  const name = service.user.value
  const account = accounts.known ? accounts.value.byName.get(name) : undefined
  return account?.uid ?? (/^\d+$/.test(name) ? Number(name) : null)
}

function lineOf({line}: {readonly line: number | null}): string {
  return line === null ? '' : `:${line}`
}
