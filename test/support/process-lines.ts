import type {ObserverRecord, ProcessRecord, WalkEndRecord} from '../../src/sources/records.js'

const initial = {user: '4026531837', pid: '4026531836', mnt: '4026531832'}

export const observer: ObserverRecord = {t: 'observer', ns: initial, uid: 0, capEff: '000001ffffffffff', hidepid: '0'}

export function processRecord(pid: number, changes: Partial<ProcessRecord> = {}): ProcessRecord {
  return {
    t: 'process',
    pid,
    ppid: 1,
    comm: 'sleep',
    state: 'S',
    uid: [1000, 1000, 1000, 1000],
    gid: [1000, 1000, 1000, 1000],
    threads: 1,
    nspid: [pid],
    capEff: '0000000000000000',
    ns: initial,
    cgroup: '0::/user.slice\n',
    nproc: ['100', 'unlimited'],
    start: '1000',
    ...changes,
  }
}

/** The input `processes` with these records, begun and ended as the walk does. */
export function walk(
  records: readonly ProcessRecord[],
  changes: {readonly observer?: Partial<ObserverRecord>; readonly end?: Partial<WalkEndRecord> | null} = {},
): string {
  const end: WalkEndRecord = {t: 'end', processes: records.length, vanished: 0, unread: [], ...changes.end}
  return [{...observer, ...changes.observer}, ...records, ...(changes.end === null ? [] : [end])]
    .map((record) => `${JSON.stringify(record)}\n`)
    .join('')
}
