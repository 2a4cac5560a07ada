import {type Missing, missing} from '../../model/missing.js'
import type {Raw} from '../../sources/collected.js'
import type {AccountFile, ContainerAccountsRecord} from '../../sources/records.js'
import {parseGroup, parsePasswd} from '../account-files.js'
import type {Account, Group} from '../accounts.js'
import {isCount, isObject, parseLines} from '../ndjson.js'

export interface ContainerAccounts {
  /** Mount namespaces whose root directory is not the host's; null where nobody looked. */
  readonly ownRoots: ReadonlySet<string> | null
  readonly gaps: readonly Missing[]
  accountsOf(mnt: string | undefined): readonly Account[] | Missing
  groupsOf(mnt: string | undefined): readonly Group[] | Missing
}

const reasons = ['absent', 'denied', 'timeout', 'truncated', 'invalid', 'unsupported'] as const

/** Reads the input `container-accounts`. */
export function parseAccountRecords(input: Raw | Missing): ContainerAccounts {
  const {records, invalid} = input.status === 'raw' ? parseLines(input.text, accept) : {records: [], invalid: 0}
  const byMnt = new Map(records.map((record) => [record.mnt, record]))
  const why = (mnt: string | undefined): Missing => {
    if (input.status === 'missing') return input
    return mnt === undefined
      ? missing('container-accounts', 'denied', 'its mount namespace could not be seen')
      : missing('container-accounts', 'not-collected', 'its accounts were not read')
  }
  const read = <T>(mnt: string | undefined, kind: 'passwd' | 'group', parse: (text: string) => T): T | Missing => {
    const file = byMnt.get(mnt ?? '')?.[kind]
    if (file === undefined) return why(mnt)
    return 'text' in file ? parse(file.text) : missing('container-accounts', file.reason, file.detail)
  }
  return {
    ownRoots: input.status === 'raw' ? new Set(byMnt.keys()) : null,
    gaps: [
      ...(input.status === 'raw' ? (input.gaps ?? []) : input.reason === 'absent' ? [] : [input]),
      ...(invalid > 0 ? [missing('container-accounts', 'invalid', `${invalid} lines are no records`)] : []),
    ],
    accountsOf: (mnt) => read(mnt, 'passwd', parsePasswd),
    groupsOf: (mnt) => read(mnt, 'group', parseGroup),
  }
}

function accept(value: unknown): ContainerAccountsRecord | undefined {
  if (!isObject(value)) return undefined
  const {mnt, pid} = value
  const passwd = acceptFile(value.passwd)
  const group = acceptFile(value.group)
  return typeof mnt === 'string' && isCount(pid) && passwd && group ? {mnt, pid, passwd, group} : undefined
}

export function acceptFile(value: unknown): AccountFile | undefined {
  if (!isObject(value)) return undefined
  const {text, detail} = value
  if (typeof text === 'string') return {text}
  const reason = reasons.find((known) => known === value.reason)
  return reason !== undefined && typeof detail === 'string' ? {reason, detail} : undefined
}
