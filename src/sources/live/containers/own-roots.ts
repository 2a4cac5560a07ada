import {readFileSync, readlinkSync} from 'node:fs'
import {parseMountTable} from '../../mount-table.js'
import {errorCode} from '../../read-regular.js'
import type {ProcessesRecord, ProcessRecord} from '../../records.js'

/**
 * A process of each mount namespace that has a root which is not ours: whoever lives in a container of any
 * kind, and then some.
 *
 * @param text the input `processes`
 */
export function processesWithOwnRoot(text: string): ProcessRecord[] {
  const {own, processes} = parse(text)
  const members = new Map<string, Oldest>()
  for (const process of processes) {
    if (process.ns.mnt === undefined || process.ns.mnt === own) continue
    const oldest: Oldest = members.get(process.ns.mnt) ?? {inside: undefined, all: process}
    if (isOlder(process, oldest.all)) oldest.all = process
    if (process.nspid.length > 1 && (!oldest.inside || isOlder(process, oldest.inside))) oldest.inside = process
    members.set(process.ns.mnt, oldest)
  }
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

/** First processes of PID namespaces whose mount namespace could not be seen. */
export function firstProcessesUnseen(text: string): ProcessRecord[] {
  return parse(text).processes.filter(({ns, nspid}) => ns.mnt === undefined && nspid.length > 1 && nspid.at(-1) === 1)
}

/** Mount namespace of a process; null: it is gone, or not ours to see. */
export function mountNamespaceOf(pid: number): string | null {
  return readOrNull(() => readlinkSync(`/proc/${pid}/ns/mnt`))?.replace(/^mnt:\[(\d+)\]$/, '$1') ?? null
}

function parse(text: string): {own: string | undefined; processes: ProcessRecord[]} {
  let own: string | undefined
  const processes: ProcessRecord[] = []
  for (const line of text.split('\n')) {
    if (line === '') continue
    const record: ProcessesRecord = JSON.parse(line)
    if (record.t === 'observer') own = record.ns.mnt
    if (record.t === 'process' && !record.kthread && record.state !== 'Z') processes.push(record)
  }
  return {own, processes}
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
  const text = readOrNull(() => readFileSync(`/proc/${pid}/mountinfo`, 'utf8')) ?? ''
  // What is mounted elsewhere does not matter here, and can be much.
  const {root} = parseMountTable((text.match(/^\S+ \S+ \S+ \S+ \/ .*$/gm) ?? []).join('\n'))
  return root ? `${root.device} ${root.root}` : null
}

function readOrNull<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (errorCode(error) === undefined) throw error
    return null
  }
}
