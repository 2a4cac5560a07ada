import {readFileSync, readlinkSync} from 'node:fs'
import {missing} from '../../../model/missing.js'
import {createHostMounts} from '../../host-mounts.js'
import {parseMountTable, withoutDevices} from '../../mount-table.js'
import {errorCode, type ReadFailure, readRegular} from '../../read-regular.js'
import type {AccountFile, ContainerMountsRecord, ProcessRecord} from '../../records.js'
import {ExpendableReader} from '../expendable-reader.js'
import {createPause} from '../pause.js'
import type {Probe} from '../probe.js'
import {firstProcessesUnseen, mountNamespaceOf, processesWithOwnRoot} from './own-roots.js'
import {PathPinner} from './pinned-path.js'

const INPUT = 'container-mounts'
const ORIGIN = '/proc/PID/mountinfo'
const HOST_BYTES = 16 << 20
/** A user namespace may make 100,000 mounts (fs.mount-max), of which each is a line. */
const MAX_BYTES = 2 << 20
const MAX_BYTES_IN_ALL = 32 << 20
const MAX_PATHS = 20_000
/** A file system that answers does so at once. */
const FRAGILE_MS = 2000
/** Left for what comes after the last owner was asked for. */
const RESERVE_MS = 50

/**
 * Reads the mounts of every root directory that is not the host's own, and who owns what of the host is
 * mounted there. No runtime is asked: the kernel says what is mounted now. Reading mountinfo takes no lock
 * that a container could hold, and only a child process asks for an owner where that may never be answered.
 */
export const probeContainerMounts: Probe = async (context) => {
  const deadline = performance.now() + context.timeoutMs - RESERVE_MS
  const collected = await context.collect('processes')
  if (collected.status === 'missing') return {...collected, input: INPUT}
  const text = collected.status === 'raw' ? collected.text : ''
  const processes = [...processesWithOwnRoot(text), ...firstProcessesUnseen(text)]
  if (processes.length === 0) return {status: 'raw', origin: ORIGIN, text: ''}

  const host = readRegular('/proc/self/mountinfo', HOST_BYTES)
  if ('reason' in host) return missing(INPUT, host.reason, host.detail)
  const records: ContainerMountsRecord[] = [{t: 'host', mountinfo: withoutDevices(host.text)}]
  const pause = createPause()
  const hostMounts = createHostMounts(parseMountTable(host.text))
  const paths = new Set<string>()
  let left = MAX_BYTES_IN_ALL
  for (const process of processes) {
    await pause()
    const mountinfo = performance.now() < deadline ? read(process, Math.min(left, MAX_BYTES)) : late(ORIGIN)
    if (mountinfo === null) continue
    records.push({t: 'mounts', mnt: process.ns.mnt ?? null, pid: process.pid, mountinfo})
    if (!('text' in mountinfo)) continue
    left -= mountinfo.text.length
    for (const {path, own} of hostMounts(parseMountTable(mountinfo.text))) if (path !== null && !own) paths.add(path)
  }

  const pinner = new PathPinner(host.text)
  const fragile: string[] = []
  let asked = 0
  for (const path of paths) {
    await pause()
    asked += 1
    const owner = asked > MAX_PATHS ? tooMany : performance.now() < deadline ? ownerOf(pinner, path) : late(path)
    if ('reason' in owner && owner.reason === 'unsupported') fragile.push(path)
    else records.push({t: 'owner', path, owner})
  }
  records.push(...(await ownersOfFragile(fragile, Math.min(FRAGILE_MS, deadline - performance.now()))))
  return {status: 'raw', origin: ORIGIN, text: records.map((record) => `${JSON.stringify(record)}\n`).join('')}
}

type Failure = Exclude<AccountFile, {text: string}>

const tooMany: Failure = {reason: 'truncated', detail: `more than ${MAX_PATHS} host paths are mounted into containers`}

/** null: it ended, or its PID is another process by now. */
function read({pid, ns, start}: ProcessRecord, maxBytes: number): AccountFile | null {
  const result = readRegular(`/proc/${pid}/mountinfo`, maxBytes)
  if (mountNamespaceOf(pid) !== (ns.mnt ?? null) || !isSame(pid, start)) return null
  if ('reason' in result) return failureOf(result)
  const text = withoutDevices(result.text)
  // Its namespace was taken from it with the last of its mounts (umount -l), or its root was.
  return text === '' ? {reason: 'invalid', detail: `/proc/${pid}/mountinfo is empty`} : {text}
}

function isSame(pid: number, start: string): boolean {
  try {
    // What comes after the name, which can hold anything: field 3 on, proc_pid_stat(5). Field 22 is the start.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ')
    return fields?.[19] === start
  } catch (error) {
    if (errorCode(error) === undefined) throw error
    return false
  }
}

function ownerOf(pinner: PathPinner, path: string): {uid: number; gid: number} | Failure {
  const pinned = pinner.pin(path)
  if ('reason' in pinned) return failureOf(pinned)
  try {
    // A path of mountinfo leads through no link; where one does now, it is another path.
    const found = readlinkSync(pinned.path)
    if (found !== path) return {reason: 'invalid', detail: `${path} is ${found} by now`}
    return {uid: pinned.stats.uid, gid: pinned.stats.gid}
  } finally {
    pinned.close()
  }
}

/** On a network or FUSE mount: asked in a child process, which is given up on when it hangs. */
async function ownersOfFragile(paths: readonly string[], timeoutMs: number): Promise<ContainerMountsRecord[]> {
  const reader = new ExpendableReader(Math.max(1, timeoutMs))
  const records = await Promise.all(
    paths.map(async (path): Promise<ContainerMountsRecord> => {
      const owner = await reader.owner({root: '/', path})
      return {t: 'owner', path, owner: 'reason' in owner ? failureOf(owner) : owner}
    }),
  )
  reader.close()
  return records
}

function late(what: string): Failure {
  return {reason: 'timeout', detail: `${what}: the deadline had passed`}
}

function failureOf({reason, detail}: ReadFailure): Failure {
  return {reason: reason === 'not-collected' ? 'unsupported' : reason, detail}
}
