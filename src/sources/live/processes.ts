import {readdirSync} from 'node:fs'
import {type Missing, missing} from '../../model/missing.js'
import type {Raw} from '../collected.js'
import {errorCode} from '../read-regular.js'
import type {ObserverRecord, WalkEndRecord} from '../records.js'
import {parseMountInfo} from './mounts.js'
import {createPause} from './pause.js'
import type {ProbeContext} from './probe.js'
import {ProcReader} from './proc-reader.js'
import {readProcess} from './read-process.js'

const MAX_UNREAD = 20

/**
 * The one walk over /proc, which serves everything that asks about processes. At its deadline it
 * stops and leaves the closing record out, so that nobody takes a part for the whole.
 */
export async function probeProcesses(context: Pick<ProbeContext, 'timeoutMs'>): Promise<Raw | Missing> {
  const deadline = performance.now() + context.timeoutMs
  const reader = new ProcReader()
  const pause = createPause()
  let pids: string[]
  const lines: string[] = []
  try {
    lines.push(JSON.stringify(await readObserver(reader, pause)))
    pids = readdirSync('/proc')
  } catch (error) {
    return missing('processes', 'unsupported', `/proc: ${errorCode(error) ?? String(error)}`)
  }

  const unread: {pid: number; code: string}[] = []
  let processes = 0
  let vanished = 0
  for (const name of pids) {
    const pid = Number(name)
    if (!Number.isInteger(pid)) continue
    await pause()
    if (performance.now() > deadline) return raw(lines)
    const reading = await readProcess(pid, reader, pause)
    if (reading === 'vanished') vanished += 1
    else if ('code' in reading) unread.push({pid, code: reading.code})
    else {
      processes += 1
      lines.push(JSON.stringify(reading))
    }
  }
  const end: WalkEndRecord = {t: 'end', processes, vanished, unread: unread.slice(0, MAX_UNREAD)}
  lines.push(JSON.stringify(end))
  return raw(lines)
}

function raw(lines: readonly string[]): Raw {
  return {status: 'raw', origin: '/proc', text: `${lines.join('\n')}\n`}
}

async function readObserver(reader: ProcReader, pause: () => Promise<void> | undefined): Promise<ObserverRecord> {
  const self = await readProcess(process.pid, reader, pause)
  if (self === 'vanished' || 'code' in self) throw new Error('/proc/self cannot be read')
  const proc = parseMountInfo(reader.read('/proc/self/mountinfo', 'utf8')).findLast(
    ({fsType, mountPoint}) => fsType === 'proc' && mountPoint === '/proc',
  )
  const hidepid = proc?.superOptions.find((option) => option.startsWith('hidepid='))
  return {
    t: 'observer',
    pid: process.pid,
    ns: self.ns,
    uid: self.uid[1],
    capEff: self.capEff,
    hidepid: hidepid?.slice('hidepid='.length) ?? '0',
  }
}
