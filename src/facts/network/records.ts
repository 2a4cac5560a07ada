import {type Missing, missing, missingReasons} from '../../model/missing.js'
import type {Raw} from '../../sources/collected.js'
import type {
  NetworkAnswerRecord,
  NetworkEndRecord,
  NetworkNamespaceRecord,
  NetworkRecord,
} from '../../sources/records.js'
import {isCount, isObject, parseLines} from '../ndjson.js'
import type {NamespaceIdentity} from './parse.js'

/** What was asked of one namespace, by what was asked. */
export interface NamespaceAnswers {
  readonly identity: NamespaceIdentity
  readonly answers: readonly NetworkAnswerRecord[]
}

export interface CollectedNamespaces {
  readonly namespaces: readonly NamespaceAnswers[]
  /** Namespaces that could not be looked into, and what of the recording is not as it was written. */
  readonly gaps: readonly Missing[]
}

/** The records of one of the inputs that are made by network namespace. */
export function parseNetworkRecords(input: string, raw: Raw): CollectedNamespaces {
  const {records, invalid, firstInvalid} = parseLines(raw.text, acceptRecord)
  const gaps = [...(raw.gaps ?? [])]
  if (invalid > 0)
    gaps.push(missing(input, 'invalid', `${invalid} lines are no records, the first is line ${firstInvalid}`))
  const byInode = new Map<string, {readonly identity: NamespaceIdentity; readonly answers: NetworkAnswerRecord[]}>()
  let end: NetworkEndRecord | undefined
  for (const record of records) {
    if (record.t === 'end') end = record
    else if (record.t === 'netns') byInode.set(record.inode, {identity: identityOf(record), answers: []})
    else byInode.get(record.inode)?.answers.push(record)
  }
  if (!end) gaps.push(missing(input, 'truncated', `it ended after ${byInode.size} network namespaces`))
  else {
    for (const {reason, detail} of end.unseen) gaps.push(missing(input, reason, detail))
    if (end.namespaces !== byInode.size) {
      const detail = `${end.namespaces} network namespaces were written, ${byInode.size} are there`
      gaps.push(missing(input, 'invalid', detail))
    }
  }
  return {namespaces: [...byInode.values()], gaps}
}

/** The text of an answer; else why there is none. */
export function textOf(input: string, answer: NetworkAnswerRecord): string | Missing {
  return 'text' in answer ? answer.text : missing(input, answer.reason, answer.detail)
}

function identityOf({inode, own, names, pids}: NetworkNamespaceRecord): NamespaceIdentity {
  return {inode: Number(inode), own, names, pids}
}

function acceptRecord(value: unknown): NetworkRecord | undefined {
  if (!isObject(value)) return undefined
  if (value.t === 'netns') return isNamespace(value) ? value : undefined
  if (value.t === 'answer') return isAnswer(value) ? value : undefined
  return value.t === 'end' && isEnd(value) ? value : undefined
}

type Fields = Readonly<Record<string, unknown>>

function isNamespace(value: Fields): value is Fields & NetworkNamespaceRecord {
  const {inode, own, names, pids} = value
  return isInode(inode) && typeof own === 'boolean' && isStrings(names) && Array.isArray(pids) && pids.every(isCount)
}

function isAnswer(value: Fields): value is Fields & NetworkAnswerRecord {
  return (
    isInode(value.inode) &&
    typeof value.ask === 'string' &&
    isStrings(value.argv) &&
    (typeof value.text === 'string' || isReason(value))
  )
}

function isEnd(value: Fields): value is Fields & NetworkEndRecord {
  return (
    isCount(value.namespaces) &&
    Array.isArray(value.unseen) &&
    value.unseen.every((each) => isObject(each) && isReason(each))
  )
}

function isReason({reason, detail}: Fields): boolean {
  return missingReasons.some((each) => each === reason) && typeof detail === 'string'
}

function isInode(value: unknown): boolean {
  return typeof value === 'string' && /^\d{1,15}$/.test(value)
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
}
