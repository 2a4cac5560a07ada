import {readdirSync, readlinkSync} from 'node:fs'
import {errorCode} from '../read-regular.js'
import type {NamespaceKind, ProcessRecord} from '../records.js'
import type {ProcReader} from './proc-reader.js'

/** include/linux/sched.h */
const PF_KTHREAD = 0x00200000

/** `user` comes first: the same permission check guards all of them. */
const namespaceKinds: readonly NamespaceKind[] = ['user', 'pid', 'mnt', 'net', 'ipc', 'uts', 'cgroup']

export type ProcessReading = ProcessRecord | 'vanished' | {readonly code: string}

interface Stat {
  readonly comm: string
  readonly state: string
  readonly ppid: number
  readonly kthread: boolean
  readonly start: string
}

/**
 * Reads one process of /proc. Touches none of the files that wait for the process's memory map
 * (cmdline, environ, maps, exe) or that show its secrets.
 *
 * The files of one record are read one after another; a PID that was reused in between is noticed
 * by its start time and read again.
 */
export async function readProcess(
  pid: number,
  reader: ProcReader,
  pause: () => Promise<void> | undefined,
): Promise<ProcessReading> {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const record = await attemptProcess(pid, reader, pause)
      if (record) return record
    } catch (error) {
      const code = errorCode(error)
      if (code === undefined) throw error
      if (code === 'ENOENT' || code === 'ESRCH') return 'vanished'
      return {code}
    }
  }
  return 'vanished'
}

async function attemptProcess(
  pid: number,
  reader: ProcReader,
  pause: () => Promise<void> | undefined,
): Promise<ProcessRecord | undefined> {
  const base = `/proc/${pid}`
  const stat = parseStat(reader.read(`${base}/stat`))
  const status = reader.read(`${base}/status`)
  const threads = Number(field(status, 'Threads'))
  const known = {
    t: 'process' as const,
    pid,
    ppid: stat.ppid,
    comm: stat.comm,
    state: stat.state,
    uid: fourIds(field(status, 'Uid')),
    gid: fourIds(field(status, 'Gid')),
    threads,
    // NSpid is there since Linux 4.1, in kernels with namespaces.
    nspid: status.includes('\nNSpid:') ? field(status, 'NSpid').split('\t').map(Number) : [pid],
    capEff: field(status, 'CapEff'),
    start: stat.start,
  }
  // Already released, only not yet gone from /proc: no longer a task.
  if (threads === 0) return undefined
  if (stat.kthread) return {...known, ns: {}, cgroup: '', nproc: null, kthread: true}

  const tasks = threads > 1 ? await readTasks(base, reader, pause) : undefined
  // A leader that has ended has left its namespaces, its threads have not.
  const liveThread = stat.state === 'Z' ? tasks?.tids.find((tid) => tid !== String(pid)) : undefined
  const ns = readNamespaces(liveThread === undefined ? base : `${base}/task/${liveThread}`)
  const record: ProcessRecord = {
    ...known,
    ...(tasks === undefined ? {} : {threads: tasks.counted}),
    ...(tasks?.uids && {taskUids: tasks.uids}),
    ns,
    cgroup: optional(() => reader.read(`${base}/cgroup`, 'utf8')) ?? '',
    nproc: optional(() => parseNproc(reader.read(`${base}/limits`))) ?? null,
    ...(ns.user === undefined ? withUidMap(base, reader) : {}),
  }
  return parseStat(reader.read(`${base}/stat`)).start === stat.start ? record : undefined
}

/** proc_pid_stat(5). The name may hold blanks and parentheses; the last `)` ends it. */
function parseStat(text: string): Stat {
  const open = text.indexOf('(')
  const close = text.lastIndexOf(')')
  const fields = text.slice(close + 2).split(' ', 20)
  return {
    comm: Buffer.from(text.slice(open + 1, close), 'latin1').toString('utf8'),
    state: fields[0] ?? '?',
    ppid: Number(fields[1]),
    kthread: (Number(fields[6]) & PF_KTHREAD) !== 0,
    start: fields[19] ?? '0',
  }
}

function field(status: string, name: string): string {
  const start = status.indexOf(`\n${name}:\t`)
  if (start < 0) return ''
  const from = start + name.length + 3
  return status.slice(from, status.indexOf('\n', from))
}

function fourIds(text: string): [number, number, number, number] {
  const [real, effective, saved, fileSystem] = text.split('\t').map(Number)
  if (real === undefined || effective === undefined || saved === undefined || fileSystem === undefined) {
    throw new Error(`not a Uid or Gid line of /proc/PID/status: ${text}`)
  }
  return [real, effective, saved, fileSystem]
}

interface Tasks {
  readonly tids: readonly string[]
  readonly counted: number
  /** Only when they differ. */
  readonly uids: Record<string, number> | undefined
}

// setuid(2) of the C library changes all threads, but the system call changes one.
async function readTasks(
  base: string,
  reader: ProcReader,
  pause: () => Promise<void> | undefined,
): Promise<Tasks | undefined> {
  const tids = optional(() => readdirSync(`${base}/task`))
  if (!tids) return undefined
  const uids: Record<string, number> = {}
  let counted = 0
  for (const tid of tids) {
    await pause()
    const status = optional(() => reader.read(`${base}/task/${tid}/status`))
    if (status === undefined) continue
    const line = field(status, 'Uid')
    const real = line.slice(0, line.indexOf('\t'))
    uids[real] = (uids[real] ?? 0) + 1
    counted += 1
  }
  return {tids, counted, uids: Object.keys(uids).length > 1 ? uids : undefined}
}

function readNamespaces(base: string): Partial<Record<NamespaceKind, string>> {
  const ns: Partial<Record<NamespaceKind, string>> = {}
  for (const kind of namespaceKinds) {
    const target = optional(() => readlinkSync(`${base}/ns/${kind}`))
    // `user:[4026531837]`
    if (target !== undefined) ns[kind] = target.slice(target.indexOf('[') + 1, -1)
    else if (kind === 'user') return ns
  }
  return ns
}

function withUidMap(base: string, reader: ProcReader): {uidMap?: string} {
  const uidMap = optional(() => reader.read(`${base}/uid_map`))
  return uidMap === undefined ? {} : {uidMap}
}

/** proc_pid_limits(5): `Max processes             96365                96365                processes` */
function parseNproc(limits: string): [string, string] | null {
  const start = limits.indexOf('Max processes')
  if (start < 0) return null
  const [, , soft, hard] = limits.slice(start, limits.indexOf('\n', start)).split(/ +/)
  return soft !== undefined && hard !== undefined ? [soft, hard] : null
}

/** undefined for what the kernel does not show us, or what is gone; the facts decide what that means. */
function optional<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (errorCode(error) === undefined) throw error
    return undefined
  }
}
