import type {OwnerCharge} from '../../models/limited-tasks/owners.js'
import type {StartVerdict} from '../../models/limited-tasks/verdicts.js'

/** All wording of the checker, by rule. */
export const wording = {
  'start-blocked': {
    exec: (name: string, because: string) => `${name} will not start, its program cannot be executed: ${because}`,
    systemd: (name: string, because: string) => `${name} will not start (status=203/EXEC): ${because}`,
    fork: (name: string, because: string) => `${name} will not start, its fork fails: ${because}`,
    login: (name: string, because: string) => `${name} cannot log in: ${because}`,
    alone: (limit: number, needs: number) => `its limit is ${tasks(limit)} and it needs ${needs}`,
    because: (limit: number, uid: string, others: string, charged: boolean) =>
      `its limit is ${tasks(limit)}, and ${others} already ${charged ? 'count for' : 'run under'} its UID ${uid}`,
    whyExec:
      'set*uid() marks a process whose new UID already has more tasks than the process’s own RLIMIT_NPROC, and the next ' +
      'execve() then fails with EAGAIN, “Resource temporarily unavailable” (set_user(), do_execveat_common()). ' +
      'The kernel counts by real UID over the host and all containers without a user namespace of their own.',
    whyFork:
      'fork() fails with EAGAIN, “Resource temporarily unavailable”, when the real UID then had more tasks than the ' +
      'caller’s RLIMIT_NPROC (copy_process()). The kernel counts threads and processes of that UID over the host and all ' +
      'containers without a user namespace of their own.',
  },
  'fork-blocked': {
    summary: (name: string, uid: string, limit: number, held: string) =>
      `${name} cannot create another process or thread: its limit is ${tasks(limit)} for UID ${uid}, held by ${held}`,
    creator: (name: string, uid: string, limit: number, held: string) =>
      `${name} cannot create another process or thread: its user namespace was made with a limit of ${tasks(limit)} for UID ${uid}, held by ${held}`,
    why:
      'fork() and clone() fail with EAGAIN when the real UID then had more tasks than the caller’s soft RLIMIT_NPROC ' +
      '(copy_process(), is_rlimit_overlimit()). Threads and zombies count, and so do the tasks of every container ' +
      'without a user namespace of its own.',
    whyCreator:
      'Since Linux 5.14 each task of a user namespace also counts for the UID that created the namespace, against the ' +
      'RLIMIT_NPROC that this UID had then (inc_rlimit_ucounts(), set_userns_rlimit_max()).',
  },
  'headroom-low': {
    fork: (name: string, room: number, limit: number, uid: string, held: string) =>
      `${name} can create ${more(room)}: its limit is ${tasks(limit)} for UID ${uid}, held by ${held}`,
    start: (name: string, limit: number, uid: string, others: string) =>
      `${name} still starts, but no task more fits: its limit is ${tasks(limit)}, and ${others} run under its UID ${uid}`,
  },
  'pids-cgroup-full': {
    summary: (name: string, current: number, max: number) =>
      `${name} cannot create another process or thread: ${current} of ${tasks(max)} that its cgroup may have`,
  },
  'pids-cgroup-low': {
    summary: (name: string, current: number, max: number) =>
      `${name} can create ${more(max - current)}: ${current} of ${tasks(max)} that its cgroup may have`,
  },
  pidsWhy:
    'The pids controller fails fork() with EAGAIN in a cgroup, and in all cgroups below it, that has pids.max tasks ' +
    '(pids_can_fork()); nobody is exempt, root included.',
  'system-tasks-low': {
    full: (count: number, name: string, limit: number) =>
      `no process or thread can be created on this host: ${count} tasks exist and ${name} is ${limit}`,
    low: (room: number, count: number, name: string, limit: number) =>
      `about ${room} more tasks can exist on this host: ${count} exist and ${name} is ${limit}`,
    whyThreads: 'copy_process() fails with EAGAIN for everybody when the kernel has threads-max tasks.',
    whyPids:
      'alloc_pid() fails with EAGAIN when every number below pid_max names a task, a process group or a session.',
  },
  'past-failure': {
    cgroup: (name: string, times: number) =>
      `${name}: ${times === 1 ? 'a process or thread' : `${times} processes or threads`} could not be created, refused by the pids limit`,
    gone: (count: number, last: string) =>
      `${count} ${count === 1 ? 'cgroup that is' : 'cgroups that are'} gone by now, the last ${last}: a process or thread could not be created, refused by the pids limit`,
    log: (name: string, step: string, times: number) =>
      `${name}: ${step} failed with “Resource temporarily unavailable”${times === 1 ? '' : ` ${times} times`}`,
  },
}

export function tasks(count: number): string {
  return `${count} ${count === 1 ? 'task' : 'tasks'}`
}

function more(room: number): string {
  return room === 0 ? 'no further task' : `only ${room} more ${room === 1 ? 'task' : 'tasks'}`
}

/** `11 tasks of container es and 2 of cron.service`. */
export function holders(charges: readonly OwnerCharge[]): string {
  const [first, second, ...rest] = charges
  if (!first) return ''
  const parts = [`${tasks(first.tasks)} of ${holderName(first)}`]
  if (second) parts.push(`${second.tasks} of ${holderName(second)}`)
  const further = rest.reduce((sum, charge) => sum + charge.tasks, 0)
  if (further > 0) parts.push(`${further} of others`)
  return parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}` : parts.join('')
}

export function holderName(charge: OwnerCharge): string {
  return charge.owner.kind === 'account' ? `account ${charge.owner.name}` : ownerName(charge)
}

export function ownerName({owner}: Pick<OwnerCharge, 'owner'>): string {
  if (owner.kind === 'container') return `container ${owner.name}`
  return owner.kind === 'account' ? `processes of ${owner.name}` : owner.name
}

/** `102 (avahi)` */
export function uidName({kuid, account}: StartVerdict['limited']): string {
  return account ? `${kuid} (${account.name})` : String(kuid)
}

/** The four causes of EAGAIN from fork(), and not to know which. */
export type Cause = 'rlimit-nproc' | 'pids-cgroup' | 'threads-max' | 'pid-max' | 'unknown'

/** What the host as it is now says about why a unit or program failed then. */
export type Suspects = (name: string) => Cause

export const causeWords: Readonly<Record<Cause, {why: string; confidence: 'certain' | 'likely' | 'possible'}>> = {
  'pids-cgroup': {
    why: 'The kernel names the pids controller: pids.max of this cgroup or of one above it was reached (pids_can_fork()).',
    confidence: 'certain',
  },
  'rlimit-nproc': {
    why: 'EAGAIN has four causes. No cgroup has refused a fork and the host is far from threads-max and pid_max, while RLIMIT_NPROC is exhausted or nearly so for this one: that was it in all likelihood.',
    confidence: 'likely',
  },
  'threads-max': {
    why: 'EAGAIN has four causes. The host is near kernel.threads-max now, so that was it in all likelihood.',
    confidence: 'likely',
  },
  'pid-max': {
    why: 'EAGAIN has four causes. The host is near kernel.pid_max now, so that was it in all likelihood.',
    confidence: 'likely',
  },
  unknown: {
    why: 'EAGAIN has four causes: RLIMIT_NPROC, pids.max of a cgroup, kernel.threads-max, kernel.pid_max. None of them is near its limit now, so what it was then cannot be told.',
    confidence: 'possible',
  },
}
