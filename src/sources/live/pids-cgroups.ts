import {readdirSync} from 'node:fs'
import {type Missing, missing} from '../../model/missing.js'
import type {Raw} from '../collected.js'
import {errorCode, readRegular} from '../read-regular.js'
import type {PidsCgroupRecord} from '../records.js'
import {type MountInfo, parseMountInfo} from './mounts.js'
import {createPause} from './pause.js'
import type {ProbeContext} from './probe.js'
import {ProcReader} from './proc-reader.js'

const INPUT = 'pids-cgroups'
const MAX_CGROUPS = 50_000
const MOUNT_INFO_BYTES = 64 << 20

interface Hierarchy {
  readonly version: 1 | 2
  readonly mountPoint: string
  /** Cgroup that is mounted there; `/` but for a container that has no cgroup namespace. */
  readonly root: string
}

/** Every cgroup of the pids controller: what it may have, has, and how often it refused. */
export async function probePidsCgroups(context: Pick<ProbeContext, 'timeoutMs'>): Promise<Raw | Missing> {
  const mountInfo = readRegular('/proc/self/mountinfo', MOUNT_INFO_BYTES)
  if ('reason' in mountInfo) return missing(INPUT, mountInfo.reason, mountInfo.detail)
  const reader = new ProcReader()
  const hierarchy = findHierarchy(parseMountInfo(mountInfo.text), reader)
  if (!hierarchy) return missing(INPUT, 'absent', 'no hierarchy with the pids controller is mounted')

  const deadline = performance.now() + context.timeoutMs
  const pause = createPause()
  const lines: string[] = []
  const denied: Missing[] = []
  const todo = ['']
  for (let relative = todo.pop(); relative !== undefined; relative = todo.pop()) {
    await pause()
    if (performance.now() > deadline) return missing(INPUT, 'timeout', `not all read within ${context.timeoutMs} ms`)
    const folder = `${hierarchy.mountPoint}${relative}`
    const record = readCgroup(folder, join(hierarchy.root, relative), hierarchy.version, reader)
    if (record) lines.push(JSON.stringify(record))
    if (lines.length > MAX_CGROUPS) return missing(INPUT, 'truncated', `more than ${MAX_CGROUPS} cgroups`)
    const children = subfolders(folder)
    if ('code' in children) denied.push(missing(INPUT, 'denied', `${folder}: ${children.code}`))
    else for (const name of children.names) todo.push(`${relative}/${name}`)
  }
  return {
    status: 'raw',
    origin: hierarchy.mountPoint,
    text: lines.map((line) => `${line}\n`).join(''),
    ...(denied.length === 0 ? {} : {gaps: denied.slice(0, 1)}),
  }
}

/** A controller is in one hierarchy only: v1 if it is mounted there, else v2 if that has it. */
function findHierarchy(mounts: readonly MountInfo[], reader: ProcReader): Hierarchy | undefined {
  const widest = (candidates: MountInfo[]) =>
    candidates.toSorted((a, b) => a.root.length - b.root.length || a.mountPoint.length - b.mountPoint.length)[0]
  const v1 = widest(mounts.filter(({fsType, superOptions}) => fsType === 'cgroup' && superOptions.includes('pids')))
  if (v1) return {version: 1, ...v1}
  const v2 = widest(
    mounts.filter(
      ({fsType, mountPoint}) =>
        fsType === 'cgroup2' &&
        (optional(reader, `${mountPoint}/cgroup.controllers`) ?? '').split(' ').includes('pids'),
    ),
  )
  return v2 && {version: 2, ...v2}
}

/** undefined where the controller has no files: cgroup v2 below a parent that does not enable it. */
function readCgroup(folder: string, path: string, version: 1 | 2, reader: ProcReader): PidsCgroupRecord | undefined {
  const current = optional(reader, `${folder}/pids.current`)
  const max = optional(reader, `${folder}/pids.max`)
  if (current === null && max === null && path !== '/') return undefined
  return {
    version,
    path,
    max,
    current,
    events: refusals(optional(reader, `${folder}/pids.events`)),
    eventsLocal: refusals(optional(reader, `${folder}/pids.events.local`)),
  }
}

function refusals(events: string | null): string | null {
  return events === null ? null : (/^max (\d+)$/m.exec(events)?.[1] ?? null)
}

function subfolders(folder: string): {names: string[]} | {code: string} {
  try {
    const entries = readdirSync(folder, {withFileTypes: true})
    return {names: entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)}
  } catch (error) {
    const code = errorCode(error)
    if (code === undefined) throw error
    // Removed since its parent was listed: it has no tasks.
    return code === 'ENOENT' || code === 'ENODEV' ? {names: []} : {code}
  }
}

function optional(reader: ProcReader, path: string): string | null {
  try {
    return reader.read(path, 'utf8').trim()
  } catch (error) {
    if (errorCode(error) === undefined) throw error
    return null
  }
}

function join(root: string, relative: string): string {
  return root === '/' ? relative || '/' : `${root}${relative}`
}
