import type {ReadFailure, ReadResult} from '../../read-regular.js'
import type {AccountFile, ContainerAccountsRecord} from '../../records.js'
import {readInChild} from '../expendable-reader.js'
import type {Probe} from '../probe.js'
import {mountNamespaceOf, processesWithOwnRoot} from './own-roots.js'

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
  const roots = processesWithOwnRoot(text)
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
    const mnt = mountNamespaceOf(process.pid)
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

function accountFile(result: ReadResult): AccountFile {
  return 'text' in result ? result : {reason: reasonOf(result), detail: result.detail}
}

function reasonOf({reason}: ReadFailure): Exclude<AccountFile, {text: string}>['reason'] {
  return reason === 'not-collected' ? 'unsupported' : reason
}
