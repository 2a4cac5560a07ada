import type {Account, HostAccounts} from '../../facts/accounts.js'
import type {AvahiConfig} from '../../facts/avahi.js'
import type {Container, Containers} from '../../facts/containers.js'
import {type PamNprocLimit, pamNproc} from '../../facts/pam-limits.js'
import type {Process, ProcessTable} from '../../facts/processes.js'
import type {Origin, Service, Services} from '../../facts/services.js'
import type {Start} from '../task-limits/start.js'

/** Something that starts, or starts again, under a finite RLIMIT_NPROC. */
export interface LimitedStart {
  /** A unit (`avahi-daemon.service`), a container by its name, or an account that logs in. */
  readonly party: {readonly kind: 'service' | 'container' | 'account'; readonly name: string}
  /** Name of the host account it runs under; null where passwd(5) has none. */
  readonly account: string | null
  /** Where the limit is set. */
  readonly origin: Origin
  /** For `admitStart`. */
  readonly start: Start
  /** PIDs of its running instance, which are gone when it starts again. */
  readonly own: ReadonlySet<number>
}

export interface LimitedStartFacts {
  readonly processes: ProcessTable
  readonly containers: Containers
  readonly accounts: HostAccounts
  readonly services: Services
  /** null: avahi-daemon is not configured on this host. */
  readonly avahi: AvahiConfig | null
  readonly pamLimits: readonly PamNprocLimit[]
}

/**
 * Every start that a finite RLIMIT_NPROC applies to and that real root is not exempt from: services
 * (LimitNPROC=, DefaultLimitNPROC=), avahi-daemon (`rlimit-nproc`), containers (`--ulimit nproc`) and
 * logins (limits.conf). What they all run under is not the start's own business: ask `admitStart`.
 */
export function limitedStarts(facts: LimitedStartFacts): LimitedStart[] {
  const contained = new Set(facts.containers.containers.flatMap(({processes}) => processes.map(({pid}) => pid)))
  const onHost = facts.processes.processes.filter(({pid, kernelThread}) => !kernelThread && !contained.has(pid))
  return [
    ...facts.services.services.flatMap((service) => serviceStart(service, facts, onHost)),
    ...avahiStart(facts, onHost),
    ...facts.containers.containers.flatMap((container) => containerStart(container, facts.accounts)),
    ...facts.accounts.accounts.flatMap((account) => loginStart(account, facts)),
  ]
}

function serviceStart(service: Service, {accounts, services}: LimitedStartFacts, onHost: readonly Process[]) {
  const limit = service.limitNproc ?? services.defaultLimitNproc
  if (!limit || !Number.isFinite(limit.value.soft) || service.masked) return []
  // A user namespace of its own is a counter of its own; a dynamic user has its UID only while it runs.
  if (!service.user || service.dynamicUser || service.privateUsers || service.ignoresUser) return []
  const account = accountOf(service.user.value, accounts)
  const kuid = account?.uid ?? numeric(service.user.value)
  if (kuid === null || kuid === 0) return []
  const running = onHost.filter((process) => isOf(process, service.name))
  return [
    {
      party: {kind: 'service', name: service.name},
      account: account?.name ?? null,
      origin: limit.origin,
      start: {kuid, limit: limit.value.soft, limitSet: 'before-setuid', needs: 1, leaving: tasksOf(running, kuid)},
      own: pidsOf(running),
    } satisfies LimitedStart,
  ]
}

const AVAHI = 'avahi-daemon.service'

/**
 * avahi-daemon drops to its user, then sets its limits, then forks its chroot helper: start with
 * main() of avahi-daemon/main.c. It needs two tasks, itself included.
 */
function avahiStart({avahi, accounts, services}: LimitedStartFacts, onHost: readonly Process[]) {
  const account = accounts.byName.get('avahi')
  if (avahi === null || avahi.rlimitNproc === null || !Number.isFinite(avahi.rlimitNproc) || !account) return []
  const service = services.byName.get(AVAHI)
  const line = service?.execStart.join(' ') ?? ''
  if (service?.masked || /\s--no-(rlimits|drop-root)\b/.test(line)) return []
  const running = onHost.filter((process) => process.comm === 'avahi-daemon' || isOf(process, AVAHI))
  return [
    {
      party: {kind: 'service', name: AVAHI},
      account: account.name,
      origin: {path: avahi.path, line: avahi.line, text: avahi.text},
      start: {
        kuid: account.uid,
        limit: avahi.rlimitNproc,
        limitSet: 'after-setuid',
        needs: /\s--no-chroot\b/.test(line) ? 1 : 2,
        leaving: tasksOf(running, account.uid),
      },
      own: pidsOf(running),
    } satisfies LimitedStart,
  ]
}

function containerStart(container: Container, accounts: HostAccounts) {
  const first = container.processes.find(({pid}) => pid === container.initPid) ?? container.processes[0]
  const soft = container.nprocUlimit?.soft
  if (soft === undefined || soft < 0 || !Number.isFinite(soft) || !first || first.realUid === 0) return []
  if (container.usernsOfItsOwn === null) return []
  const kuid = first.realUid
  return [
    {
      party: {kind: 'container', name: container.name},
      account: accounts.byUid.get(kuid)?.[0]?.name ?? null,
      origin: {path: `container ${container.name}`, line: null, text: `ulimit nproc=${soft}`},
      start: {
        kuid,
        limit: soft,
        limitSet: 'before-setuid',
        needs: 1,
        leaving: tasksOf(container.processes, kuid),
        ...(container.usernsOfItsOwn ? {userns: 'new' as const} : {}),
      },
      own: pidsOf(container.processes),
    } satisfies LimitedStart,
  ]
}

function loginStart(account: Account, {pamLimits, accounts}: LimitedStartFacts) {
  if (account.uid === 0 || /\/(nologin|false|sync|halt|shutdown)$/.test(account.shell)) return []
  const groups = accounts.groups.filter(({gid, members}) => gid === account.gid || members.includes(account.name))
  const {soft, hard} = pamNproc(pamLimits, {name: account.name, uid: account.uid, groups})
  // A hard limit below the soft one pulls it down: setup_limits() of pam_limits.c.
  const decides = soft ?? hard
  if (!decides || !Number.isFinite(decides.value)) return []
  const {path, line, text} = decides.from
  return [
    {
      party: {kind: 'account', name: account.name},
      account: account.name,
      origin: {path, line, text},
      start: {kuid: account.uid, limit: decides.value, limitSet: 'before-setuid', needs: 1},
      own: new Set<number>(),
    } satisfies LimitedStart,
  ]
}

function accountOf(user: string, accounts: HostAccounts): Account | undefined {
  return accounts.byName.get(user) ?? accounts.byUid.get(numeric(user) ?? -1)?.[0]
}

function numeric(user: string): number | null {
  return /^\d+$/.test(user) ? Number(user) : null
}

/** A unit's cgroup lies below slices only; one of that name inside a container lies below the container's. */
function isOf({cgroups}: Process, unit: string): boolean {
  return cgroups.some(({path}) => {
    const parts = path.split('/').slice(1)
    const at = parts.indexOf(unit)
    return at >= 0 && parts.slice(0, at).every((part) => part.endsWith('.slice'))
  })
}

function tasksOf(processes: readonly Process[], kuid: number): number {
  return processes.reduce((sum, {tasksByUid}) => sum + (tasksByUid.get(kuid) ?? 0), 0)
}

function pidsOf(processes: readonly Process[]): Set<number> {
  return new Set(processes.map(({pid}) => pid))
}
