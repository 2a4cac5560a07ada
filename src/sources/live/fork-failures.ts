import type {Missing} from '../../model/missing.js'
import type {Raw} from '../collected.js'
import type {ForkFailureRecord} from '../records.js'
import {readJournal} from './journal.js'
import {readKernelLog} from './kernel-log.js'
import type {ProbeContext} from './probe.js'

const INPUT = 'fork-failures'

/**
 * What the journal and the kernel log say about refused forks. A host without a journal is as it
 * is; a log that exists and cannot be read is a gap.
 */
export async function probeForkFailures(context: ProbeContext): Promise<Raw | Missing> {
  // Or journalctl would be among the tasks that are counted.
  await context.collect('processes')
  const [journal, kernelLog] = await Promise.all([readJournal(INPUT, context), readKernelLog(INPUT)])
  if ('status' in journal && 'status' in kernelLog) return kernelLog
  const gaps = [journal, kernelLog]
    .filter((log) => 'status' in log)
    .filter((log) => log !== journal || log.reason !== 'absent')
  const records = [journal, kernelLog].flatMap((log) => ('status' in log ? [] : log))
  return {
    status: 'raw',
    origin: 'journalctl, /dev/kmsg',
    text: withoutRepeats(records)
      .map((record) => `${JSON.stringify(record)}\n`)
      .join(''),
    ...(gaps.length === 0 ? {} : {gaps}),
  }
}

/** The journal keeps what the kernel said as well. */
function withoutRepeats(records: readonly ForkFailureRecord[]): ForkFailureRecord[] {
  const fromKernel = new Set<string>()
  return records.filter(({from, message}) => {
    if (from !== 'kernel-log') return true
    const repeated = fromKernel.has(message)
    fromKernel.add(message)
    return !repeated
  })
}
