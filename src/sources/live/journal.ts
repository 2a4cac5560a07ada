import {accessSync, constants} from 'node:fs'
import {type Missing, missing} from '../../model/missing.js'
import {errorCode, readRegular} from '../read-regular.js'
import type {ForkFailureRecord} from '../records.js'
import {isForkFailure, journalPattern, shorten} from './fork-failure-text.js'
import type {ProbeContext} from './probe.js'
import {runCommand} from './run-command.js'

const MAX_ENTRIES = 200
/** SD_MESSAGE_SPAWN_FAILED, systemd's src/systemd/sd-messages.h. */
const SPAWN_FAILED = '641257651c1b4ec9a8624d7a40a9e1e7'
const FIELDS = 'MESSAGE,UNIT,_SYSTEMD_UNIT,SYSLOG_IDENTIFIER,_TRANSPORT'

/**
 * Refused forks in the journal of this boot. The search is narrowed by indexed fields first (graver
 * than notice, or from the kernel, or systemd's own message), as reading every text of a big
 * journal takes minutes.
 */
export async function readJournal(
  input: string,
  context: Pick<ProbeContext, 'timeoutMs'>,
): Promise<ForkFailureRecord[] | Missing> {
  const machineId = readRegular('/etc/machine-id', 1024)
  const bootId = readRegular('/proc/sys/kernel/random/boot_id', 1024)
  if (!('text' in machineId) || !('text' in bootId)) return missing(input, 'absent', 'no journal: no machine ID')
  const access = journalAccess(machineId.text.trim())
  if (access === 'absent')
    return missing(input, 'absent', 'no system journal below /var/log/journal and /run/log/journal')
  if (access !== 'readable')
    return missing(input, 'denied', `${access}: only root and members of adm and systemd-journal may read it`)

  const boot = `_BOOT_ID=${bootId.text.trim().replaceAll('-', '')}`
  const answer = await runCommand(
    // biome-ignore format: options and matches read better apart
    ['journalctl', '--no-pager', '--quiet', '--output=json', `--output-fields=${FIELDS}`, `--lines=${MAX_ENTRIES}`,
      `--grep=${journalPattern}`,
      boot, ...[0, 1, 2, 3, 4].map((priority) => `PRIORITY=${priority}`),
      '+', boot, '_TRANSPORT=kernel',
      '+', boot, `MESSAGE_ID=${SPAWN_FAILED}`],
    {input, timeoutMs: context.timeoutMs},
  )
  if (answer.status === 'raw') return parse(answer.text)
  // Since systemd 246 journalctl ends with 1 and without a word when --grep finds nothing.
  if (answer.detail.endsWith(': exit code 1')) return []
  return {
    ...answer,
    detail: `journalctl: ${answer.detail.slice(answer.detail.lastIndexOf(SPAWN_FAILED) + SPAWN_FAILED.length + 2)}`,
  }
}

function journalAccess(machineId: string): 'readable' | 'absent' | string {
  let denied: string | undefined
  for (const folder of ['/var/log/journal', '/run/log/journal']) {
    const path = `${folder}/${machineId}/system.journal`
    try {
      accessSync(path, constants.R_OK)
      return 'readable'
    } catch (error) {
      const code = errorCode(error)
      if (code === undefined) throw error
      if (code !== 'ENOENT' && code !== 'ENOTDIR') denied = path
    }
  }
  return denied ?? 'absent'
}

function parse(text: string): ForkFailureRecord[] {
  const records: ForkFailureRecord[] = []
  for (const line of text.split('\n')) {
    if (line === '') continue
    const entry: Record<string, unknown> = JSON.parse(line)
    const message = textOf(entry.MESSAGE)
    if (message === null || !isForkFailure(message)) continue
    const fromKernel = entry._TRANSPORT === 'kernel'
    records.push({
      from: fromKernel ? 'kernel-log' : 'journal',
      at: timeOf(entry.__REALTIME_TIMESTAMP),
      unit: fromKernel ? null : (textOf(entry.UNIT) ?? textOf(entry._SYSTEMD_UNIT) ?? textOf(entry.SYSLOG_IDENTIFIER)),
      message: shorten(message),
    })
  }
  return records
}

/** A field is a string, an array of bytes if it is not UTF-8, null if it is very large. */
function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value
  if (!Array.isArray(value)) return null
  return Buffer.from(value.filter((byte) => typeof byte === 'number')).toString('utf8')
}

function timeOf(micros: unknown): string | null {
  const ms = typeof micros === 'string' ? Number(micros) / 1000 : Number.NaN
  return Number.isFinite(ms) ? new Date(ms).toISOString() : null
}
