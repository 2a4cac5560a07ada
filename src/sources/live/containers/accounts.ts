import {readFileSync, readlinkSync} from 'node:fs'
import {errorCode, type ReadFailure, type ReadResult} from '../../read-regular.js'
import type {AccountFile, ContainerAccountsRecord, ProcessesRecord, ProcessRecord} from '../../records.js'
import {readInChild} from '../expendable-reader.js'
import type {Probe} from '../probe.js'

const MAX_BYTES = 1 << 20
const FILES = ['/etc/passwd', '/etc/group'] as const

/**
 * Reads passwd and group of every root directory that is not the host's own: one answer for each mount
 * namespace, through its oldest process. What lies there belongs to someone else: it is read in a child
 * process that cannot be led out of that root, and that is given up on when it hangs.
 */
export const probeAccounts: Probe = async (context) => {
  const started = performance.now()
  const processes = await context.collect('processes')
  if (processes.status === 'missing') return {...processes, input: 'container-accounts'}
  const text = processes.status === 'raw' ? processes.text : ''
  const origin = FILES.map((file) => `/proc/PID/root${file}`).join(', ')
  const roots = rootsOf(text)
  if (roots.length === 0) return {status: 'raw', origin, text: ''}

  const requests = roots.flatMap(({pid}) =>
    FILES.map((path) => ({root: `/proc/${pid}/root`, path, maxBytes: MAX_BYTES})),
  )
  const timeoutMs = Math.max(1, context.timeoutMs - (performance.now() - started))
  const results = await readInChild(requests, {timeoutMs})
  const records = roots.flatMap((process, index): ContainerAccountsRecord[] => {
    const [passwd, group] = results.slice(index * FILES.length, (index + 1) * FILES.length)
    if (passwd === undefined || group === undefined) throw new Error('fewer answers than questions')
    // Its PID may be another process by now, and what was read then the host's own.
    const mnt = namespaceOf(process.pid)
    if (mnt !== process.ns.mnt && mnt !== null) return []
    const gone = mnt === null ? ({reason: 'absent', detail: `process ${process.pid} ended`} as const) : null
    return [
      {
        mnt: process.ns.mnt ?? '',
        pid: process.pid,
        passwd: gone ?? accountFile(passwd),
        group: gone ?? accountFile(group),
      },
    ]
  })
  return {status: 'raw', origin, text: records.map((record) => `${JSON.stringify(record)}\n`).join('')}
}

/** A process of each mount namespace that has a root which is not ours. */
function rootsOf(text: string): ProcessRecord[] {
  const members = new Map<string, Oldest>()
  let own: string | undefined
  for (const line of text.split('\n')) {
    if (line === '') continue
    const record: ProcessesRecord = JSON.parse(line)
    if (record.t === 'observer') own = record.ns.mnt
    if (record.t !== 'process' || record.kthread || record.state === 'Z' || record.ns.mnt === undefined) continue
    const oldest: Oldest = members.get(record.ns.mnt) ?? {inside: undefined, all: record}
    if (isOlder(record, oldest.all)) oldest.all = record
    if (record.nspid.length > 1 && (!oldest.inside || isOlder(record, oldest.inside))) oldest.inside = record
    members.set(record.ns.mnt, oldest)
  }
  if (own !== undefined) members.delete(own)
  const hostRoot = rootOf('self')
  return [...members.values()].flatMap(({inside, all}) => {
    // systemd gives services mount namespaces whose root is the host's (ProtectSystem=, PrivateTmp=).
    const found = [inside, all].find((process) => process && (rootOf(process.pid) ?? '') !== hostRoot)
    return found ? [found] : []
  })
}

/** Who starts a container can share its mount namespace, with the host's root: who is in a PID namespace, too, goes first. */
interface Oldest {
  inside: ProcessRecord | undefined
  all: ProcessRecord
}

function isOlder(a: ProcessRecord, b: ProcessRecord): boolean {
  const difference = BigInt(a.start) - BigInt(b.start)
  return difference < 0n || (difference === 0n && a.pid < b.pid)
}

/**
 * Device and folder that a process has at `/`, from its mountinfo: the kernel's own tables, which can be
 * read although the file system itself hangs. null: it cannot be read, or `/` is no mount point (chroot).
 */
function rootOf(pid: number | 'self'): string | null {
  const mounts = readOrNull(() => readFileSync(`/proc/${pid}/mountinfo`, 'utf8'))?.split('\n') ?? []
  // Of several mounts at one place the last one is on top.
  const root = mounts.map((line) => line.split(' ')).findLast((fields) => fields[4] === '/')
  return root ? `${root[2]} ${root[3]}` : null
}

/** Mount namespace of a process; null: it is gone. */
function namespaceOf(pid: number): string | null {
  return readOrNull(() => readlinkSync(`/proc/${pid}/ns/mnt`))?.replace(/^mnt:\[(\d+)\]$/, '$1') ?? null
}

function readOrNull(read: () => string): string | null {
  try {
    return read()
  } catch (error) {
    if (errorCode(error) === undefined) throw error
    return null
  }
}

function accountFile(result: ReadResult): AccountFile {
  return 'text' in result ? result : {reason: reasonOf(result), detail: result.detail}
}

function reasonOf({reason}: ReadFailure): Exclude<AccountFile, {text: string}>['reason'] {
  return reason === 'not-collected' ? 'unsupported' : reason
}
