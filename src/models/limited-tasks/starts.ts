import type {Account, HostAccounts} from '../../facts/accounts.js'
import type {AvahiConfig} from '../../facts/avahi.js'
import type {Container, Containers} from '../../facts/containers.js'
import {type PamNprocLimit, pamNproc} from '../../facts/pam-limits.js'
import type {Process, ProcessTable} from '../../facts/processes.js'
import type {Origin, Service, Services, Setting} from '../../facts/services.js'
import {INITIAL_USERNS} from '../../facts/user-namespaces.js'
import {type Missing, missing} from '../../model/missing.js'
import type {Start} from '../task-limits/start.js'
import type {OwnerOf} from './owners.js'

/** Something that, when it is started, gets a finite task limit under a UID other than root's. */
export interface LimitedStart {
  readonly kind: 'service' | 'container' | 'login'
  /** Unit, container or account. */
  readonly name: string
  /** Account it runs under; null where the host has none of that UID. */
  readonly account: Account | null
  readonly kuid: number
  readonly start: Start
  /** Who sets the limit. */
  readonly by: 'systemd' | 'avahi' | 'runtime' | 'pam'
  readonly origin: Origin
  /** Its processes now: they are gone before it starts again. */
  readonly running: readonly Process[]
  /** The container it is, if it is one. */
  readonly container: Container | null
}

export interface StartInputs {
  readonly processes: ProcessTable
  readonly containers: Containers
  readonly hostAccounts: HostAccounts
  readonly services: Services
  readonly avahi: AvahiConfig | null
  readonly pamLimits: readonly PamNprocLimit[]
}

export interface LimitedStarts {
  readonly starts: readonly LimitedStart[]
  readonly unknowns: readonly Missing[]
}

/** All starts with a finite limit that the host's configuration and its running containers tell of. */
export function limitedStarts(inputs: StartInputs, ownerOf: OwnerOf): LimitedStarts {
  const running = runningServices(inputs.processes, ownerOf)
  const unknowns: Missing[] = []
  const starts: LimitedStart[] = []
  for (const service of inputs.services.services) {
    const found = serviceStart(inputs, service, running.get(service.name) ?? [])
    if (found && 'status' in found) unknowns.push(found)
    else if (found) starts.push(found)
  }
  const avahi = avahiStart(inputs, ownerOf)
  if (avahi) starts.push(avahi)
  for (const container of inputs.containers.containers) {
    const start = containerStart(inputs, container)
    if (start) starts.push(start)
  }
  for (const account of inputs.hostAccounts.accounts) {
    const login = loginStart(inputs, account)
    if (login) starts.push(login)
  }
  return {starts, unknowns}
}

/** systemd sets LimitNPROC= before it changes to User=. */
function serviceStart(
  inputs: StartInputs,
  service: Service,
  running: readonly Process[],
): LimitedStart | Missing | null {
  if (service.masked || service.user === null || service.ignoresUser) return null
  const limit = service.limitNproc ?? inputs.services.defaultLimitNproc ?? managerLimit(inputs.processes)
  if (limit === null || limit.value.soft === Number.POSITIVE_INFINITY) return null
  const account = accountOf(inputs.hostAccounts, service.user.value)
  if (account === null) {
    // A dynamic user gets a UID that nobody has; without one the start fails for another reason (217/USER).
    if (service.dynamicUser || inputs.hostAccounts.otherServices.length === 0 || !service.limitNproc) return null
    return missing('passwd', 'unsupported', `${service.name}: account ${service.user.value} is not in /etc/passwd`)
  }
  if (account.uid === 0) return null
  return {
    kind: 'service',
    name: service.name,
    account,
    kuid: account.uid,
    start: {
      kuid: account.uid,
      ...(service.privateUsers ? {userns: 'new' as const} : {}),
      limit: limit.value.soft,
      limitSet: 'before-setuid',
      needs: 1,
      leaving: tasksOf(running, account.uid, INITIAL_USERNS),
      companions: service.pamName ? 1 : 0,
    },
    by: 'systemd',
    origin: limit.origin,
    running,
    container: null,
  }
}

/** Without any setting a service inherits what PID 1 has, if that is systemd. */
function managerLimit({byPid}: ProcessTable): Setting<{readonly soft: number}> | null {
  const manager = byPid.get(1)
  if (manager?.comm !== 'systemd' || manager.nproc === null) return null
  const {soft} = manager.nproc
  return {value: {soft}, origin: {path: '/proc/1/limits', line: null, text: `Max processes ${soft}`}}
}

/** avahi-daemon changes to its account, then sets rlimit-nproc, then forks its chroot helper (avahi-daemon/main.c). */
function avahiStart(inputs: StartInputs, ownerOf: OwnerOf): LimitedStart | null {
  const {avahi, hostAccounts} = inputs
  const account = hostAccounts.byName.get('avahi')
  if (!account || !avahi || avahi.rlimitNproc === null || avahi.rlimitNproc === Number.POSITIVE_INFINITY) return null
  const service = inputs.services.byName.get('avahi-daemon.service')
  if (service?.masked) return null
  const options = service?.execStart.join(' ').split(/\s+/) ?? []
  if (options.includes('--no-rlimits') || options.includes('--no-drop-root')) return null
  const running = inputs.processes.processes.filter(
    (process) =>
      process.comm === 'avahi-daemon' && process.realUid === account.uid && ownerOf(process).kind !== 'container',
  )
  return {
    kind: 'service',
    name: 'avahi-daemon.service',
    account,
    kuid: account.uid,
    start: {
      kuid: account.uid,
      limit: avahi.rlimitNproc,
      limitSet: 'after-setuid',
      // The daemon and its chroot helper.
      needs: options.includes('--no-chroot') ? 1 : 2,
      leaving: tasksOf(running, account.uid, INITIAL_USERNS),
    },
    by: 'avahi',
    origin: {path: avahi.path, line: avahi.line, text: avahi.text},
    running,
    container: null,
  }
}

/** runc sets `--ulimit nproc` before it changes to the container's user. */
function containerStart({hostAccounts, processes}: StartInputs, container: Container): LimitedStart | null {
  const soft = container.nprocUlimit?.soft
  const first = processes.byPid.get(container.initPid)
  if (soft === undefined || soft < 0 || soft === Number.POSITIVE_INFINITY || !first || first.realUid === 0) return null
  // Its counter is not known, which is a gap of the containers themselves.
  if (container.usernsOfItsOwn === null) return null
  const userns = container.usernsOfItsOwn ? 'new' : (first.userns ?? INITIAL_USERNS)
  return {
    kind: 'container',
    name: container.name,
    account: hostAccounts.byUid.get(first.realUid)?.[0] ?? null,
    kuid: first.realUid,
    start: {
      kuid: first.realUid,
      userns,
      limit: soft,
      limitSet: 'before-setuid',
      needs: 1,
      leaving: tasksOf(container.processes, first.realUid, userns),
    },
    by: 'runtime',
    origin: {path: container.endpoint ?? container.runtime, line: null, text: `--ulimit nproc=${soft}`},
    running: container.processes,
    container,
  }
}

/** pam_limits sets nproc as root, before the session changes to the user. */
function loginStart({hostAccounts, pamLimits}: StartInputs, account: Account): LimitedStart | null {
  if (account.uid === 0 || /\/(nologin|false|sync|halt|shutdown)$/.test(account.shell)) return null
  const groups = hostAccounts.groups.filter(({gid, members}) => gid === account.gid || members.includes(account.name))
  const {soft, hard} = pamNproc(pamLimits, {name: account.name, uid: account.uid, groups})
  // A hard limit alone pulls the soft one down to it: setup_limits() of pam_limits.c.
  const decides = soft ?? hard
  if (decides === null || decides.value === Number.POSITIVE_INFINITY) return null
  const {path, line, text} = decides.from
  return {
    kind: 'login',
    name: account.name,
    account,
    kuid: account.uid,
    // A shell that cannot run one command is of no use.
    start: {kuid: account.uid, limit: decides.value, limitSet: 'before-setuid', needs: 2},
    by: 'pam',
    origin: {path, line, text},
    running: [],
    container: null,
  }
}

/** User= is a name, or a number. */
function accountOf({byName, byUid}: HostAccounts, user: string): Account | null {
  return byName.get(user) ?? (/^\d+$/.test(user) ? (byUid.get(Number(user))?.[0] ?? numbered(Number(user))) : null)
}

function numbered(uid: number): Account {
  return {name: String(uid), uid, gid: uid, home: '/', shell: ''}
}

function runningServices({processes}: ProcessTable, ownerOf: OwnerOf): Map<string, Process[]> {
  const running = new Map<string, Process[]>()
  for (const process of processes) {
    if (process.kernelThread) continue
    const owner = ownerOf(process)
    if (owner.kind !== 'service') continue
    const list = running.get(owner.name)
    if (list) list.push(process)
    else running.set(owner.name, [process])
  }
  return running
}

function tasksOf(processes: readonly Process[], kuid: number, userns: string): number {
  return processes
    .filter((process) => process.userns === userns)
    .reduce((sum, process) => sum + (process.tasksByUid.get(kuid) ?? 0), 0)
}
